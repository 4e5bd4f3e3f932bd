"""The records that an incident may have hit, from the log and the records as they stand."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select

from desk.incidents.model import Affected
from knowledge.store.desk_tables import desk_events, desk_records

_RECORDS = desk_records.c
_EVENTS = desk_events.c


@dataclass(frozen=True, slots=True)
class AffectedRecord:
    record_id: str
    received_at: datetime
    operator: str
    is_deleted: bool
    """It can no longer be opened."""


def affected_records(conn: Connection, hit: Affected) -> list[AffectedRecord]:
    """Newest first; nothing when nothing was asked. Deleted records count: they were hit all the same."""
    if not hit.asks:
        return []
    wanted: Select[Any] = select(
        _RECORDS.record_id, _RECORDS.call_id, _RECORDS.received_at, _RECORDS.operator, _RECORDS.deleted_at
    )
    if hit.begins_at is not None:
        wanted = wanted.where(_RECORDS.received_at >= hit.begins_at)
    if hit.ends_at is not None:
        wanted = wanted.where(_RECORDS.received_at < hit.ends_at)
    if hit.operator:
        wanted = wanted.where(_RECORDS.operator == hit.operator)
    if hit.faq_id:
        used = select(_EVENTS.call_id).where(_EVENTS.faq_id == hit.faq_id, _EVENTS.type == "faq_used")
        wanted = wanted.where(_RECORDS.call_id.in_(used))
    rows = list(conn.execute(wanted.order_by(_RECORDS.received_at.desc(), _RECORDS.record_id)))
    if hit.faq_id and hit.faq_version:
        calls = _calls_with(conn, hit.faq_id, hit.faq_version)
        rows = [row for row in rows if row.call_id in calls]
    return [AffectedRecord(row.record_id, row.received_at, row.operator, row.deleted_at is not None) for row in rows]


def _calls_with(conn: Connection, faq_id: str, version: int) -> set[str]:
    wanted = select(_EVENTS.call_id, _EVENTS.attributes).where(_EVENTS.faq_id == faq_id, _EVENTS.type == "faq_used")
    return {row.call_id for row in conn.execute(wanted) if json.loads(row.attributes).get("version") == version}
