"""Which calls the voicebot's rates are about, and how they ended: the same for lists, samples and figures."""

from sqlalchemy import ColumnElement, Connection, and_, func, select

from knowledge.faq.periods import Period
from knowledge.faq.web_outcomes import OUT_OF_SCOPE
from knowledge.store.voice_tables import voice_calls

NOT_CALLS = ("open", "interrupted")
"""Still going on, or cut off by us."""


def ended_in(period: Period) -> ColumnElement[bool]:
    calls = voice_calls.c
    in_period = and_(calls.started_at >= period.begins_at, calls.started_at < period.ends_at)
    return and_(in_period, calls.outcome.not_in(NOT_CALLS))


def in_scope(period: Period) -> ColumnElement[bool]:
    return and_(ended_in(period), voice_calls.c.reason.not_in(OUT_OF_SCOPE))


def outcomes(conn: Connection, period: Period) -> tuple[dict[str, int], int]:
    """Ended calls in scope by outcome, and the number out of scope."""
    calls = voice_calls.c
    counted = select(calls.outcome, func.count()).where(in_scope(period)).group_by(calls.outcome)
    found = {row.outcome: row[1] for row in conn.execute(counted)}
    outside = select(func.count()).where(and_(ended_in(period), calls.reason.in_(OUT_OF_SCOPE)))
    return found, conn.execute(outside).scalar_one()
