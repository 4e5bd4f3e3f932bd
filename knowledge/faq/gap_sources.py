"""Where questions come from that our FAQ did not answer: the search log, calls handed over, records closed without an FAQ.
One call counts once, however many of the three know it. All text in them is redacted."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, and_, exists, or_, select

from knowledge.clock import JST
from knowledge.faq.periods import Period
from knowledge.privacy.redacted import RedactedText
from knowledge.store.desk_tables import desk_events, desk_records
from knowledge.store.usage_tables import feedback, search_log
from knowledge.store.voice_tables import voice_calls, voice_turns

Cause = Literal["zero_hit", "low_confidence", "handed_over", "not_resolved", "no_faq_used"]
Source = Literal["web", "voice", "operator", "record"]
SOURCE_LABELS: dict[Source, str] = {
    "web": "公開ページ",
    "voice": "自動音声",
    "operator": "職員の検索",
    "record": "応対記録",
}
# Handed over for lack of an answer. Who asks for a person or complains does not reveal a missing FAQ.
_MISSING = ("", "low_confidence", "unresolved", "language")
_NO_QUESTION = ("wrong_number", "silent", "no_contact", "booked", "referred")
"""Outcomes of a record in which nothing was asked that an FAQ of ours should answer."""


@dataclass(frozen=True, slots=True)
class Missed:
    """One question without an answer. `nearest` is the FAQ that came closest, if any did."""

    text: RedactedText
    cause: Cause
    source: Source
    nearest: str = ""


def missed_questions(conn: Connection, period: Period, low_confidence: float) -> Iterator[Missed]:
    """Of the whole period, source by source, each in order of time."""
    logged: set[str] = set()
    for row in conn.execute(_log_query(period, low_confidence)):
        logged.add(row.log_id)
        yield Missed(RedactedText(row.text), _cause(row), row.channel, row.hits.split("｜")[0])
    bot_calls: set[str] = set()
    for call in _handed_over(conn, period):
        bot_calls.add(call.call_id)
        if call.reason in _MISSING and call.need and not call.answers & logged:
            yield Missed(call.need, "handed_over", "voice")
    for record in conn.execute(_record_query(period)):
        if record.call_id not in bot_calls:
            yield Missed(RedactedText(record.inquiry.replace("\n", " ")), "no_faq_used", "record")


def _log_query(period: Period, low_confidence: float) -> Any:
    columns = search_log.c
    unhappy = exists().where(feedback.c.log_id == columns.log_id, feedback.c.verdict.in_(("not_resolved", "wrong")))
    wanted = or_(
        columns.zero_hit,
        and_(columns.action == "handoff", columns.reason.in_(_MISSING)),
        and_(columns.confidence < low_confidence, columns.action != "handoff"),
        unhappy,
    )
    shown = (columns.log_id, columns.text, columns.channel, columns.zero_hit, columns.action, columns.hits)
    of_period = columns.day.between(period.first, period.last)
    return select(*shown, unhappy.label("unhappy")).where(of_period, wanted).order_by(columns.at, columns.log_id)


def _cause(row: Any) -> Cause:
    if row.zero_hit:
        return "zero_hit"
    if row.unhappy:
        return "not_resolved"
    return "handed_over" if row.action == "handoff" else "low_confidence"


@dataclass(frozen=True, slots=True)
class _Handed:
    call_id: str
    reason: str
    need: RedactedText
    answers: frozenset[str]
    """Under which ids the search log knows its questions."""


def _handed_over(conn: Connection, period: Period) -> list[_Handed]:
    calls, turns = voice_calls.c, voice_turns.c
    first = datetime.combine(period.first, time.min, JST)
    after = datetime.combine(period.last, time.min, JST) + timedelta(days=1)
    went_on = (calls.started_at >= first) & (calls.started_at < after) & calls.outcome.in_(("handed_over", "callback"))
    asked: dict[str, set[str]] = {}
    of_calls = select(turns.call_id, turns.answer_id).join(voice_calls, calls.call_id == turns.call_id).where(went_on)
    for turn in conn.execute(of_calls.where(turns.answer_id != "")):
        asked.setdefault(turn.call_id, set()).add(turn.answer_id)
    found = select(calls.call_id, calls.reason, calls.packet).where(went_on).order_by(calls.started_at, calls.call_id)
    return [
        _Handed(row.call_id, row.reason, _need(row.packet), frozenset(asked.get(row.call_id, ())))
        for row in conn.execute(found)
    ]


def _need(packet: str) -> RedactedText:
    """Redacted before it was stored."""
    return RedactedText(json.loads(packet)["need"] if packet else "")


def _record_query(period: Period) -> Any:
    columns, event, undone = desk_records.c, desk_events.c, desk_events.alias()
    later = exists().where(
        undone.c.call_id == event.call_id,
        undone.c.faq_id == event.faq_id,
        undone.c.type.in_(("faq_unused", "faq_wrong")),
        undone.c.seq > event.seq,
    )
    used = exists().where(event.call_id == columns.call_id, event.type == "faq_used", ~later)
    asked = and_(
        columns.day.between(period.first, period.last),
        columns.status == "done",
        columns.kind == "inquiry",
        columns.inquiry != "",
        columns.booking == "",
        columns.outcome.not_in(_NO_QUESTION),
        columns.deleted_at.is_(None),
    )
    return select(columns.call_id, columns.inquiry).where(asked, ~used).order_by(columns.received_at, columns.record_id)
