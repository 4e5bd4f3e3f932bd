"""Keeps one record for each call of the event log, whatever order the events come in."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from desk.events.model import Event
from desk.kpi.call import UNCLASSIFIED, Call
from desk.records.calls import CHUNK, calls_of
from desk.records.model import InteractionRecord, Status
from desk.records.rows import SYSTEM, add_history, new_row, next_id, records_of, taken_back, write
from knowledge.ports import Clock
from knowledge.store.desk_tables import desk_records

_STARTS_OR_ENDS = frozenset(
    {"call_offered", "answered", "abandoned", "overflowed", "bot_ended", "ended", "transferred", "record_closed"}
)


class RecordFollower:
    """A follower of EventLog. Touches only what people have not written yet."""

    def __init__(self, clock: Clock, read_back: bool = False) -> None:
        """`read_back`: the city has things that must be told before a booking is done."""
        self._clock = clock
        self._read_back = read_back

    def __call__(self, conn: Connection, events: Sequence[Event]) -> None:
        ids = list(dict.fromkeys(e.call_id for e in events if e.call_id and e.type in _STARTS_OR_ENDS))
        for start in range(0, len(ids), CHUNK):
            self._follow(conn, ids[start : start + CHUNK])

    def _follow(self, conn: Connection, ids: Sequence[str]) -> None:
        calls = calls_of(conn, ids)
        rows = conn.execute(select(desk_records).where(desk_records.c.call_id.in_(ids))).all()
        known = {record.call_id: record for record in records_of(conn, rows)}
        back = taken_back(conn, [record.record_id for record in known.values()])
        now = self._clock.now()
        fresh = [call for call in calls if call.call_id not in known]
        if fresh:
            conn.execute(insert(desk_records), [self._new(conn, call, now) for call in fresh])
        for call in calls:
            if call.call_id in known:
                record = known[call.call_id]
                self._change(conn, record, call, now, record.record_id in back)

    def _new(self, conn: Connection, call: Call, now: datetime) -> dict[str, Any]:
        values = _facts(call) | {"status": self._status(call, "open")}
        if values["status"] in ("done", "no_contact"):
            values["closed_at"] = now
        return new_row(next_id(conn), call.call_id, call.offered_at, now, SYSTEM, **values)

    def _change(
        self, conn: Connection, record: InteractionRecord, call: Call, now: datetime, is_taken_back: bool
    ) -> None:
        # Whoever took a record back closes it: a late message of the exchange says nothing about the correction.
        status = record.status if is_taken_back else self._status(call, record.status)
        facts = _facts(call)
        # What a person has written stays; the exchange fills what is still empty.
        kept = ("category", "outcome", "transfer_to", "transfer_result", "booking", "completed", "answered_in_center")
        for name in kept:
            if getattr(record.content, name) or record.content.outcome:
                facts.pop(name, None)
        for name in ("operator", "owner"):
            if getattr(record, name):
                facts.pop(name, None)
        if status != record.status:
            facts["status"] = status
            facts["closed_at"] = now if status in ("done", "no_contact") else None
            add_history(conn, record.record_id, [("status", record.status, status)], SYSTEM, now)
        if record.received_at != call.offered_at:
            facts |= {"received_at": call.offered_at, "day": call.day}
        changed = {name: value for name, value in facts.items() if _present(record, name) != value}
        if changed:
            write(conn, record.record_id, changed, record.updated_by, now)

    def _status(self, call: Call, present: Status) -> Status:
        """The exchange moves a record only until a person has taken it over. A booking that another system closed without
        saying that everything was told waits for a person."""
        if present not in ("open", "after_call", "no_contact"):
            return present
        if call.closing is not None:
            untold = self._read_back and not call.booking_told
            return "after_call" if untold else "done"
        if call.disposition == "answered":
            return "after_call" if call.ended_at else ("open" if present == "no_contact" else present)
        if call.disposition == "open" or (call.disposition == "out_of_hours" and call.ended_at is None):
            return present
        return "no_contact"


def _present(record: InteractionRecord, name: str) -> object:
    return getattr(record.content if hasattr(record.content, name) else record, name, None)


def _facts(call: Call) -> dict[str, Any]:
    """Columns the exchange knows."""
    values: dict[str, Any] = {
        "channel": call.channel,
        "direction": call.direction,
        "line": call.line,
        "lang": call.lang[:8],
        "from_other_line": call.from_other_line,
        "operator": call.operator,
        "owner": call.operator,
    }
    if call.direction == "outbound":
        values["kind"] = "outbound"
    if call.closing is not None:
        values["category"] = "" if call.category == UNCLASSIFIED else call.category
        values["outcome"] = call.closing.outcome
        values["completed"] = call.closing.completed
        values["answered_in_center"] = call.closing.answered_in_center
    if call.transfers:
        values |= {"transfer_to": call.transfers[-1].to, "transfer_result": call.transfers[-1].result}
    if call.bookings:
        values["booking"] = call.bookings[-1]
    return values
