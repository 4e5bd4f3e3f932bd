"""Writes record files: filtered exports, and S3's file of everything, whose rows are the calls of the report."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement, Connection, select

from desk.callbacks.service import CallbackService
from desk.callbacks.vault import ContactVault
from desk.events.log import read_events
from desk.kpi.build import build_calls
from desk.kpi.call import Call
from desk.records.calls import calls_of
from desk.records.export import PURPOSES, Encoding, ExportRow, export_csv
from desk.records.filters import RecordFilter
from desk.records.lifecycle import CLOSED
from desk.records.model import STATUS_LABELS, InteractionRecord, RecordContent
from desk.records.rows import records_of
from desk.records.service import RecordService
from knowledge.errors import Forbidden, InvalidInput
from knowledge.faq.periods import Period
from knowledge.ports import Clock
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_records


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is wanted. `unmask`: contacts in clear; needs the right to and a purpose of the list."""

    period: Period
    wanted: RecordFilter | None = None
    unmask: bool = False
    purpose: str = ""
    encoding: Encoding = "utf-8-bom"
    ids_as_header: bool = False


@dataclass(frozen=True, slots=True)
class ExportedRecords:
    data: bytes
    rows: int


class RecordExports:
    def __init__(
        self, db: Database, clock: Clock, records: RecordService, callbacks: CallbackService, vault: ContactVault
    ) -> None:
        self._db = db
        self._records = records
        self._callbacks = callbacks
        self._vault = vault
        self._audit = AuditLog(clock)

    def export(self, order: ExportOrder, who: str, may_unmask: bool = False) -> ExportedRecords:
        """Without `wanted` every record of the period: one row for each call, deleted ones with empty text.
        Raises Forbidden, InvalidInput."""
        if order.unmask and not may_unmask:
            raise Forbidden("伏せ字を解除して書き出す権限がありません。")
        if order.unmask and order.purpose not in PURPOSES:
            raise InvalidInput(f"解除の理由を選んでください（{'・'.join(PURPOSES.values())}）。")
        with self._db.begin() as conn:
            tickets = self._tickets()
            rows = [
                self._row(record, call, tickets.get(record.record_id), order.unmask)
                for record, call in self._found(conn, order)
            ]
            self._audit.append(conn, who, "interaction.export", "records", _detail(order, len(rows)))
        made = export_csv(rows, "id" if order.ids_as_header else "label", order.encoding)
        return ExportedRecords(made, len(rows))

    def handover(self, who: str, encoding: Encoding = "utf-8-bom") -> ExportedRecords:
        """Every case that is not closed, with its state, for whoever takes over (REC-20)."""
        still_open = tuple(status for status in STATUS_LABELS if status not in CLOSED)
        everything = Period(date(2000, 1, 1), date(2200, 12, 31))
        return self.export(ExportOrder(everything, RecordFilter(statuses=still_open), encoding=encoding), who)

    def _found(self, conn: Connection, order: ExportOrder) -> Sequence[tuple[InteractionRecord, Call | None]]:
        columns = desk_records.c
        condition: ColumnElement[bool] = columns.day.between(order.period.first, order.period.last)
        if order.wanted is not None:
            condition &= self._records.conditions(conn).of(order.wanted) & columns.deleted_at.is_(None)
        wanted = select(desk_records).select_from(self._records.source()).where(condition)
        found = records_of(conn, conn.execute(wanted.order_by(columns.received_at, columns.record_id)).all())
        calls = {call.call_id: call for call in self._calls(conn, order, [record.call_id for record in found])}
        return [(_blanked(record), calls.get(record.call_id)) for record in found]

    def _calls(self, conn: Connection, order: ExportOrder, call_ids: Sequence[str]) -> Sequence[Call]:
        """A filtered file asks for its own calls; the file of everything reads the log once."""
        return calls_of(conn, call_ids) if order.wanted else build_calls(read_events(conn, order.period))

    def _row(self, record: InteractionRecord, call: Call | None, ticket_id: str | None, unmask: bool) -> ExportRow:
        if ticket_id is None:
            return ExportRow(record, call)
        return ExportRow(record, call, self._vault.get(ticket_id) if unmask else None, True)

    def _tickets(self) -> dict[str, str]:
        """Newest open ticket by record."""
        return {ticket.record_id: ticket.ticket_id for ticket in self._callbacks.tickets("open")}


def _blanked(record: InteractionRecord) -> InteractionRecord:
    return record if record.deleted_at is None else replace(record, content=RecordContent(), tags=())


def _detail(order: ExportOrder, rows: int) -> dict[str, str | int | None]:
    first, last = order.period.first.isoformat(), order.period.last.isoformat()
    return {"rows": rows, "first": first, "last": last, "purpose": order.purpose if order.unmask else ""}
