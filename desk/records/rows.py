"""Records in the database: rows to objects, and the small writes every service shares."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from desk.events.log import jst_day
from desk.records.model import HistoryRow, InteractionRecord, RecordContent, Tag
from knowledge.errors import Conflict, NotFound
from knowledge.privacy.redacted import RedactedText
from knowledge.store.counters import advance
from knowledge.store.desk_tables import desk_record_history, desk_record_tags, desk_record_terms, desk_records

CONTENT_FIELDS: tuple[str, ...] = tuple(field.name for field in fields(RecordContent))
TEXT_FIELDS = ("inquiry", "answer", "action", "remaining", "transfer_to")
SYSTEM = "pbx"
"""Who stands in the history where the exchange moved a record."""
_NUMBER = "record_number"
_CHUNK = 500


def next_id(conn: Connection) -> str:
    """A number short enough to be said on the phone."""
    return f"R{advance(conn, _NUMBER):08d}"


def new_row(
    record_id: str, call_id: str, received_at: datetime, now: datetime, who: str, **given: Any
) -> dict[str, Any]:
    """A complete row with empty content."""
    empty: dict[str, Any] = dict.fromkeys(CONTENT_FIELDS, "")
    empty |= {"answered_in_center": False, "completed": False, "from_other_line": False, "kind": "inquiry"}
    empty |= {"channel": "phone", "direction": "inbound", "line": "", "lang": "ja", "operator": "", "owner": ""}
    empty |= {"status": "open", "due_at": None, "prefilled": "", "edit_distance": None, "revision": 1}
    empty |= {"closed_at": None, "deleted_at": None, "deleted_by": "", "delete_reason": ""}
    keys = {"record_id": record_id, "call_id": call_id, "received_at": received_at, "day": jst_day(received_at)}
    return empty | keys | {"created_at": now, "updated_at": now, "updated_by": who} | given


def find(conn: Connection, record_id: str) -> InteractionRecord | None:
    """Deleted records included."""
    row = conn.execute(select(desk_records).where(desk_records.c.record_id == record_id)).one_or_none()
    return _with_tags(conn, [row])[0] if row is not None else None


def find_by_call(conn: Connection, call_id: str) -> InteractionRecord | None:
    row = conn.execute(select(desk_records).where(desk_records.c.call_id == call_id)).one_or_none()
    return _with_tags(conn, [row])[0] if row is not None else None


def require(conn: Connection, record_id: str) -> InteractionRecord:
    """Raises NotFound also for a deleted record."""
    record = find(conn, record_id)
    if record is None or record.deleted_at is not None:
        raise NotFound("この応対記録は見つかりません。削除されたか、番号が違います。")
    return record


def require_revision(conn: Connection, record_id: str, base_revision: int) -> InteractionRecord:
    """Raises NotFound, and Conflict when somebody saved first."""
    record = require(conn, record_id)
    if record.revision != base_revision:
        raise Conflict(f"{record.updated_by} さんが先に保存しました。開き直して、内容を確かめてから保存してください。")
    return record


def records_of(conn: Connection, rows: Sequence[Row[Any]]) -> list[InteractionRecord]:
    return _with_tags(conn, rows)


def write(conn: Connection, record_id: str, values: Mapping[str, Any], who: str, now: datetime) -> None:
    """Change columns and count the revision up."""
    stamped = dict(values) | {"updated_at": now, "updated_by": who, "revision": desk_records.c.revision + 1}
    conn.execute(update(desk_records).where(desk_records.c.record_id == record_id).values(stamped))


def add_history(
    conn: Connection,
    record_id: str,
    changes: Iterable[tuple[str, object, object]],
    who: str,
    now: datetime,
    reason: RedactedText | None = None,
) -> None:
    """Remember (field, old, new) for good."""
    rows = [
        {
            "record_id": record_id,
            "at": now,
            "who": who[:128],
            "field": field,
            "old": _text(old),
            "new": _text(new),
            "reason": reason or "",
        }
        for field, old, new in changes
    ]
    if rows:
        conn.execute(insert(desk_record_history), rows)


def history(conn: Connection, record_id: str) -> list[HistoryRow]:
    """Oldest first."""
    columns = desk_record_history.c
    rows = conn.execute(select(desk_record_history).where(columns.record_id == record_id).order_by(columns.seq))
    return [
        HistoryRow(r.seq, r.at, r.who, r.field, RedactedText(r.old), RedactedText(r.new), RedactedText(r.reason))
        for r in rows
    ]


def taken_back(conn: Connection, record_ids: Sequence[str]) -> set[str]:
    """Those of the records that a person has reopened, or taken back from waiting."""
    columns = desk_record_history.c
    moved = (columns.field == "status") & (columns.new == "after_call") & (columns.who != SYSTEM)
    moved &= columns.old.in_(("done", "no_contact", "waiting_city", "callback"))
    found: set[str] = set()
    for start in range(0, len(record_ids), _CHUNK):
        mine = columns.record_id.in_(record_ids[start : start + _CHUNK])
        found.update(conn.execute(select(columns.record_id).where(mine, moved)).scalars())
    return found


def put_terms(conn: Connection, record_id: str, terms: str) -> None:
    table = desk_record_terms
    changed = conn.execute(update(table).where(table.c.record_id == record_id).values(terms=terms))
    if changed.rowcount == 0:
        conn.execute(insert(table).values(record_id=record_id, terms=terms))


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _with_tags(conn: Connection, rows: Sequence[Row[Any]]) -> list[InteractionRecord]:
    tags: dict[str, list[Tag]] = {}
    ids = [row.record_id for row in rows]
    columns = desk_record_tags.c
    for start in range(0, len(ids), _CHUNK):
        wanted = select(desk_record_tags).where(columns.record_id.in_(ids[start : start + _CHUNK]), ~columns.removed)
        for row in conn.execute(wanted.order_by(columns.confidence.desc(), columns.tag)):
            tags.setdefault(row.record_id, []).append(Tag(row.tag, row.confidence, row.source))
    return [_record(row, tuple(tags.get(row.record_id, ()))) for row in rows]


def _record(row: Row[Any], tags: tuple[Tag, ...]) -> InteractionRecord:
    values = {name: getattr(row, name) for name in CONTENT_FIELDS}
    values |= {name: RedactedText(values[name]) for name in TEXT_FIELDS}
    return InteractionRecord(
        record_id=row.record_id,
        call_id=row.call_id,
        kind=row.kind,
        received_at=row.received_at,
        channel=row.channel,
        direction=row.direction,
        line=row.line,
        lang=row.lang,
        from_other_line=row.from_other_line,
        operator=row.operator,
        owner=row.owner,
        status=row.status,
        due_at=row.due_at,
        content=RecordContent(**values),
        edit_distance=row.edit_distance,
        revision=row.revision,
        created_at=row.created_at,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
        closed_at=row.closed_at,
        deleted_at=row.deleted_at,
        tags=tags,
    )
