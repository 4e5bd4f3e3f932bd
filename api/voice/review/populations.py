"""What an audit sample may be drawn from: ended bot calls, and conversations on the public page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from knowledge.clock import JST
from knowledge.faq.audited import AuditChannel
from knowledge.faq.periods import Period
from knowledge.faq.web_outcomes import web_talks
from knowledge.store.review_tables import audit_items
from knowledge.store.voice_tables import voice_calls
from voicebot.counted import in_scope


@dataclass(frozen=True, slots=True)
class Drawable:
    """`item_id`: the call, or the last question of the conversation."""

    item_id: str
    day: date
    outcome: str


@dataclass(frozen=True, slots=True)
class Population:
    """`unit`: what one of them is called in messages. `drawable`: in scope and in no sample yet, in a fixed order, so
    that the seed alone decides."""

    unit: str
    drawable: Callable[[Connection, Period], list[Drawable]]


def _calls(conn: Connection, period: Period) -> list[Drawable]:
    calls = voice_calls.c
    drawn = select(audit_items.c.call_id)
    wanted = select(calls.call_id, calls.started_at, calls.outcome).where(in_scope(period), calls.call_id.not_in(drawn))
    rows = conn.execute(wanted.order_by(calls.call_id))
    return [Drawable(row.call_id, row.started_at.astimezone(JST).date(), row.outcome) for row in rows]


def _conversations(conn: Connection, period: Period) -> list[Drawable]:
    """A conversation that went on after it was drawn is not drawn again."""
    drawn = set(conn.execute(select(audit_items.c.call_id)).scalars())
    talks = [talk for talk in web_talks(conn, period) if talk.in_scope and not drawn.intersection(talk.log_ids)]
    return [Drawable(talk.last_id, talk.day, talk.outcome) for talk in sorted(talks, key=lambda talk: talk.last_id)]


POPULATIONS: Mapping[AuditChannel, Population] = {
    "voice": Population("通話", _calls),
    "web": Population("質問", _conversations),
}
