"""What was put right, repeated or refused of the messages from outside: by reason, for whoever answers for the interface."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args

from sqlalchemy import Connection, func, insert, select

from knowledge.store.desk_tables import desk_event_notes

RefusalReason = Literal[
    "not_an_object", "unknown_type", "bad_id", "bad_time", "bad_attributes", "missing", "bad_value",
    "ends_before_it_begins",
]  # fmt: skip
RepairReason = Literal["clock_ahead", "personal_data_in_id"]
RepeatReason = Literal["duplicate", "id_conflict"]
Reason = RefusalReason | RepairReason | RepeatReason
REFUSALS: frozenset[str] = frozenset(get_args(RefusalReason))
"""Reasons that keep a message out of the log; so does `id_conflict`."""
REASON_LABELS: Mapping[str, str] = {
    "not_an_object": "形式が違う",
    "unknown_type": "種類（type）を知らない",
    "bad_id": "番号（event_id・call_id）がない、または使えない文字がある",
    "bad_time": "時刻が読めない、または時差の指定がない",
    "bad_attributes": "属性（attributes）の形式が違う",
    "missing": "必要な項目がない",
    "bad_value": "項目の値が決まりと違う",
    "ends_before_it_begins": "終わりが始まりより前",
    "clock_ahead": "時刻が先に進みすぎている（受け取った時刻に直した）",
    "personal_data_in_id": "通話番号が電話番号などに見える（別の番号に置き換えた）",
    "duplicate": "同じ記録の再送",
    "id_conflict": "同じ番号で内容の違う記録（先に届いたほうを残した）",
}


@dataclass(frozen=True, slots=True)
class Note:
    """Something that was put right or refused; `index` is the place in the batch."""

    index: int
    reason: Reason
    field: str = ""


@dataclass(frozen=True, slots=True)
class Noted:
    """How often a reason was noted, and with which field; `reason` as it is stored."""

    reason: str
    field: str
    number: int


def write_notes(conn: Connection, notes: Sequence[tuple[str, Note]], source: str, now: datetime) -> None:
    """(event id, note) of one batch."""
    rows: list[dict[str, Any]] = [
        {"received_at": now, "source": source, "event_id": event_id, "reason": note.reason, "field": note.field}
        for event_id, note in notes
    ]
    if rows:
        conn.execute(insert(desk_event_notes), rows)


def notes_between(conn: Connection, since: datetime, until: datetime) -> list[Noted]:
    """What was noted of messages received then, by reason and field."""
    columns = desk_event_notes.c
    kept = (columns.reason, columns.field)
    counted = select(*kept, func.count()).where(columns.received_at >= since, columns.received_at < until)
    return [Noted(*row) for row in conn.execute(counted.group_by(*kept).order_by(*kept))]
