"""Which calls the voicebot's rates are about, the same for lists, samples and figures."""

from sqlalchemy import ColumnElement, and_

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
