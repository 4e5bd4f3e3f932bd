"""The transcript of a call in the database; only redacted text gets here."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from desk.assist.model import Segment
from knowledge.privacy.redacted import RedactedText
from knowledge.store.desk_tables import desk_transcripts

_CHUNK = 500


def of_call(conn: Connection, call_id: str, first: int = 0) -> tuple[Segment, ...]:
    """In the order it was said, from piece number `first` on."""
    columns = desk_transcripts.c
    wanted = select(desk_transcripts).where(columns.call_id == call_id, columns.idx >= first).order_by(columns.idx)
    return tuple(
        Segment(r.speaker, RedactedText(r.text), r.start_ms, r.end_ms, r.confidence, at=r.heard_at)
        for r in conn.execute(wanted)
    )


def last_of_call(conn: Connection, call_id: str) -> RedactedText:
    """What was said last; empty when nothing was."""
    columns = desk_transcripts.c
    wanted = select(columns.text).where(columns.call_id == call_id).order_by(columns.idx.desc()).limit(1)
    return RedactedText(conn.execute(wanted).scalar_one_or_none() or "")


def chars_of_call(conn: Connection, call_id: str) -> int:
    counted = select(func.sum(func.length(desk_transcripts.c.text))).where(desk_transcripts.c.call_id == call_id)
    total: int | None = conn.execute(counted).scalar_one()
    return total or 0


def keep(conn: Connection, call_id: str, segments: Sequence[Segment], heard_at: datetime) -> None:
    """Append to what is there; they all arrived at this instant."""
    if not segments:
        return
    mine = desk_transcripts.c.call_id == call_id
    last: int | None = conn.execute(select(func.max(desk_transcripts.c.idx)).where(mine)).scalar_one()
    first = 0 if last is None else last + 1
    rows = [
        {
            "call_id": call_id,
            "idx": first + place,
            "speaker": one.speaker,
            "start_ms": one.start_ms,
            "end_ms": one.end_ms,
            "text": one.text,
            "confidence": one.confidence,
            "heard_at": heard_at,
        }
        for place, one in enumerate(segments)
    ]
    for start in range(0, len(rows), _CHUNK):
        conn.execute(insert(desk_transcripts), rows[start : start + _CHUNK])
