"""Evaluation sheets in the database."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, exists, insert, or_, select, update

from desk.quality.model import ItemMark, Mark, ScoredCall
from desk.records.model import InteractionRecord
from knowledge.privacy.redacted import RedactedText
from knowledge.store.desk_tables import desk_quality_marks, desk_quality_sheets, desk_records, desk_transcripts

_SHEETS, _MARKS = desk_quality_sheets.c, desk_quality_marks.c
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class SheetFilter:
    """Empty fields choose everything. `missed`: an item that counts as missed; `reviewed`: by a person or not yet."""

    since: datetime | None = None
    until: datetime | None = None
    operator: str = ""
    missed: str = ""
    reviewed: bool | None = None


def due(conn: Connection, since: datetime, written_before: datetime, limit: int) -> list[str]:
    """Records of calls that ended, with words of an operator and without a sheet, the oldest first. One that is not written
    yet waits until `written_before`."""
    records = desk_records.c
    words = exists().where(desk_transcripts.c.call_id == records.call_id, desk_transcripts.c.speaker == "operator")
    sheet = exists().where(_SHEETS.record_id == records.record_id)
    ended = or_(
        records.status.not_in(("open", "after_call", "no_contact")),
        and_(records.status == "after_call", records.updated_at < written_before),
    )
    wanted = select(records.record_id).where(
        records.received_at >= since, records.deleted_at.is_(None), records.lang == "ja", ended, words, ~sheet
    )
    return list(conn.execute(wanted.order_by(records.received_at, records.record_id).limit(limit)).scalars())


def put(conn: Connection, record: InteractionRecord, version: str, marks: Sequence[ItemMark], now: datetime) -> None:
    """A new sheet, or new marks of the machine in the one that is there: who reviewed it stays."""
    mine = _SHEETS.record_id == record.record_id
    values = {"operator": record.operator, "scored_at": now, "version": version}
    if conn.execute(update(desk_quality_sheets).where(mine).values(values)).rowcount == 0:
        keys = {"record_id": record.record_id, "call_id": record.call_id, "received_at": record.received_at}
        conn.execute(insert(desk_quality_sheets).values(**keys, **values, reviewed_at=None, reviewed_by=""))
    conn.execute(delete(desk_quality_marks).where(_MARKS.record_id == record.record_id))
    rows = [
        {"record_id": record.record_id, "idx": idx} | {name: getattr(one, name) for name in ItemMark.__slots__}
        for idx, one in enumerate(marks)
    ]
    conn.execute(insert(desk_quality_marks), rows)


def review(
    conn: Connection, record_id: str, said: Iterable[tuple[str, Mark | None, RedactedText]], who: str, now: datetime
) -> None:
    """What a person says of these items."""
    for item_id, mark, reason in said:
        mine = and_(_MARKS.record_id == record_id, _MARKS.item_id == item_id)
        conn.execute(update(desk_quality_marks).where(mine).values(person=mark, reason=reason))
    mine = _SHEETS.record_id == record_id
    conn.execute(update(desk_quality_sheets).where(mine).values(reviewed_at=now, reviewed_by=who[:128]))


def get(conn: Connection, record_id: str) -> ScoredCall | None:
    row = conn.execute(select(desk_quality_sheets).where(_SHEETS.record_id == record_id)).one_or_none()
    return _whole(conn, [row])[0] if row is not None else None


def find(conn: Connection, chosen: SheetFilter, limit: int) -> list[ScoredCall]:
    """The newest first; sheets of deleted records are left out."""
    wanted = select(desk_quality_sheets).where(*conditions(chosen))
    return _whole(conn, list(conn.execute(wanted.order_by(_SHEETS.received_at.desc(), _SHEETS.record_id).limit(limit))))


def conditions(chosen: SheetFilter) -> list[ColumnElement[bool]]:
    """Which sheets are meant, for a query that reads them; those of deleted records never."""
    kept = exists().where(desk_records.c.record_id == _SHEETS.record_id, desk_records.c.deleted_at.is_(None))
    wanted: list[ColumnElement[bool]] = [kept]
    if chosen.since is not None:
        wanted.append(_SHEETS.received_at >= chosen.since)
    if chosen.until is not None:
        wanted.append(_SHEETS.received_at < chosen.until)
    if chosen.operator:
        wanted.append(_SHEETS.operator == chosen.operator)
    if chosen.reviewed is not None:
        wanted.append(_SHEETS.reviewed_at.is_not(None) if chosen.reviewed else _SHEETS.reviewed_at.is_(None))
    if chosen.missed:
        # Under a name of its own: the query around may read marks as well.
        marks = desk_quality_marks.alias("missed_marks").c
        counts = or_(marks.person == "missed", and_(marks.person.is_(None), marks.machine == "missed"))
        wanted.append(exists().where(marks.record_id == _SHEETS.record_id, marks.item_id == chosen.missed, counts))
    return wanted


def _whole(conn: Connection, sheets: Sequence[Row[Any]]) -> list[ScoredCall]:
    marks: defaultdict[str, list[ItemMark]] = defaultdict(list)
    ids = [row.record_id for row in sheets]
    for start in range(0, len(ids), _CHUNK):
        chosen = select(desk_quality_marks).where(_MARKS.record_id.in_(ids[start : start + _CHUNK]))
        for row in conn.execute(chosen.order_by(_MARKS.record_id, _MARKS.idx)):
            values: dict[str, Any] = {name: getattr(row, name) for name in ItemMark.__slots__}
            marks[row.record_id].append(ItemMark(**(values | {"reason": RedactedText(row.reason)})))
    return [
        ScoredCall(
            row.record_id, row.call_id, row.operator, row.received_at, row.scored_at, row.version, row.reviewed_at,
            row.reviewed_by, tuple(marks[row.record_id]),
        )
        for row in sheets
    ]  # fmt: skip
