"""Calls by their ids, built from everything the log knows of them."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from desk.events.log import event_of
from desk.events.model import Event
from desk.kpi.build import build_call
from desk.kpi.call import Call
from knowledge.store.desk_tables import desk_events

CHUNK = 500


def calls_of(conn: Connection, ids: Sequence[str]) -> list[Call]:
    """By id; ids without any event are left out."""
    found: dict[str, list[Event]] = {}
    for start in range(0, len(ids), CHUNK):
        wanted = select(desk_events).where(desk_events.c.call_id.in_(ids[start : start + CHUNK]))
        for row in conn.execute(wanted.order_by(desk_events.c.seq)):
            found.setdefault(row.call_id, []).append(event_of(row))
    return [build_call(call_id, events) for call_id, events in sorted(found.items())]
