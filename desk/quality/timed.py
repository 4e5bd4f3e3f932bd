"""Rules about times and what the event log tells: holds, silence, talking over, the answer used, the record. Pure."""

from datetime import datetime, timedelta

from desk.alerts.judge import hold_spans, quiet_spans
from desk.quality.model import NOT_APPLICABLE, CallFacts, Finding, Rule
from desk.records.tagging import TagRule
from knowledge.text.normalise import normalise

_AROUND = timedelta(seconds=30)
_LATE = timedelta(seconds=10)
"""A recogniser tells a sentence some seconds after it was said."""


def hold_words(before: TagRule, after: TagRule) -> Rule:
    """Met when every hold was announced before it and thanked for after it."""

    def rule(facts: CallFacts) -> Finding:
        holds = hold_spans(facts.events, _end(facts))
        if not holds or not _live(facts):
            return NOT_APPLICABLE
        place = None
        for start, end in holds:
            told = _said_between(facts, before, start - _AROUND, start + _LATE)
            thanked = _said_between(facts, after, end - _LATE, end + _AROUND)
            if told is None or thanked is None:
                return Finding("missed", thanked if told is None else told, _lacks(told, thanked))
            place = told if place is None else place
        return Finding("met", place)

    return rule


def hold_length(limit_secs: int) -> Rule:
    """Met when no hold was longer."""

    def rule(facts: CallFacts) -> Finding:
        lengths = [(end - start).total_seconds() for start, end in hold_spans(facts.events, _end(facts))]
        return _at_most(max(lengths), limit_secs, "秒") if lengths else NOT_APPLICABLE

    return rule


def silence(limit_secs: int) -> Rule:
    """Met when nobody was silent for longer; only where a recogniser listened."""

    def rule(facts: CallFacts) -> Finding:
        heard = [turn.at for turn in facts.turns if turn.at is not None]
        end = _end(facts)
        spans = quiet_spans(heard, hold_spans(facts.events, end), end)
        lengths = [(stop - start).total_seconds() for start, stop in spans]
        return _at_most(max(lengths), limit_secs, "秒") if lengths else NOT_APPLICABLE

    return rule


def talk_over(limit: int, overlap_ms: int) -> Rule:
    """Met when the operator began to speak into the citizen's words at most `limit` times, by more than `overlap_ms`; only
    where the recogniser gave the times of both."""

    def rule(facts: CallFacts) -> Finding:
        citizen = [turn for _, turn in facts.said_by("citizen") if turn.end_ms > turn.start_ms]
        operator = [(place, turn) for place, turn in facts.said_by("operator") if turn.end_ms > turn.start_ms]
        if not citizen or not operator:
            return NOT_APPLICABLE
        into = [
            place
            for place, mine in operator
            if any(one.start_ms < mine.start_ms and one.end_ms - mine.start_ms > overlap_ms for one in citizen)
        ]
        found = _at_most(len(into), limit, "回")
        return Finding(found.mark, into[0] if into else None, found.detail)

    return rule


def answered_from_faq() -> Rule:
    """Where the record says that the centre answered: met when a published FAQ was used."""

    def rule(facts: CallFacts) -> Finding:
        if facts.call.faqs_used:
            return Finding("met", detail="、".join(faq_id for faq_id, _ in facts.call.faqs_used))
        told = facts.record.content
        return Finding("missed") if told.answered_in_center or told.outcome == "answered" else NOT_APPLICABLE

    return rule


def record_in_time(limit_secs: int) -> Rule:
    """Met when the record was closed, or the operator was free again, within the limit after the call."""

    def rule(facts: CallFacts) -> Finding:
        end = facts.call.ended_at
        if end is None:
            return NOT_APPLICABLE
        closed = next((event.at for event in facts.events if event.type == "record_closed"), None)
        secs = max(0.0, (closed - end).total_seconds()) if closed else facts.call.times.acw_secs
        if secs is not None:
            return _at_most(secs, limit_secs, "秒")
        waits = facts.record.status in ("open", "after_call")
        return Finding("missed", detail="まだ書かれていない") if waits else NOT_APPLICABLE

    return rule


def _at_most(value: float, limit: int, unit: str) -> Finding:
    return Finding("met" if value <= limit else "missed", detail=f"{value:.0f}{unit}")


def _live(facts: CallFacts) -> bool:
    """Whether the words came in while they were said: a transcript that came in one piece places nothing in time."""
    return len({turn.at for turn in facts.turns if turn.at is not None}) > 1


def _said_between(facts: CallFacts, words: TagRule, since: datetime, until: datetime) -> int | None:
    for place, turn in facts.said_by("operator"):
        if turn.at is not None and since <= turn.at <= until and words.hits(normalise(turn.text)):
            return place
    return None


def _lacks(told: int | None, thanked: int | None) -> str:
    return "・".join(name for name, place in (("断り", told), ("お礼", thanked)) if place is None) + "がない"


def _end(facts: CallFacts) -> datetime:
    return facts.call.ended_at or facts.events[-1].at
