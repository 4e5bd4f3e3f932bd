"""Which rules a call meets by its times, by what was used and by what was said in it. Pure: the same facts give the same
signals, in whatever order they came in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from desk.alerts.model import COMPLAINT_LIKE, LONG_CALL, LONG_HOLD, LOW_CONFIDENCE, SILENCE, WAITING, Signal
from desk.alerts.words import WordRule, rules_met
from desk.events.model import Event, EventType, in_order
from desk.kpi.live import waiting
from knowledge.settings import AlertSettings

_ENDS: frozenset[EventType] = frozenset({"ended", "abandoned", "record_closed"})
Span = tuple[datetime, datetime]
Odds = Callable[[str], float]
"""How likely words are a complaint, 0 to 1."""


def said_rules(
    speaker: str, text: str, rules: Mapping[str, WordRule], complaint: Odds, limit_percent: int
) -> list[tuple[str, int]]:
    """(rule, amount) of one redacted utterance. Only where no words are met the model is asked."""
    met = rules_met(speaker, text, rules)
    if met or speaker != "citizen" or not limit_percent:
        return [(rule, 0) for rule in met]
    sure = round(complaint(text) * 100)
    return [(COMPLAINT_LIKE, sure)] if sure >= limit_percent else []


def call_signals(
    events: Sequence[Event], heard: Sequence[datetime], now: datetime, limits: AlertSettings
) -> list[Signal]:
    """Everything one call meets until `now`. `heard`: when pieces from a recogniser arrived."""
    facts = sorted({event.event_id: event for event in events if event.at <= now}.values(), key=in_order)
    answered = next((event.at for event in facts if event.type == "answered"), None)
    if answered is None:
        return []
    until = ended_at(facts) or now
    holds = hold_spans(facts, until)
    found = list(_unsure(facts, limits.low_confidence_percent))
    if limits.long_call_secs:
        found += _lasting(LONG_CALL, [(answered, until)], limits.long_call_secs)
    if limits.long_hold_secs:
        found += _lasting(LONG_HOLD, holds, limits.long_hold_secs)
    if limits.silence_secs:
        found += _lasting(SILENCE, quiet_spans(heard, holds, until), limits.silence_secs)
    return found


def queue_signals(calls: Sequence[tuple[str, Sequence[Event]]], now: datetime, limits: AlertSettings) -> list[Signal]:
    """One for every caller who has waited too long; `amount` is how many wait now."""
    if not limits.waiting_secs:
        return []
    queue = [one for call_id, events in calls if (one := waiting(call_id, sorted(events, key=in_order), now))]
    limit = timedelta(seconds=limits.waiting_secs)
    late = [one.since + limit for one in queue if now - one.since >= limit]
    return [Signal(WAITING, at, amount=len(queue)) for at in late]


def ended_at(events: Sequence[Event]) -> datetime | None:
    """When nobody is on the line any more, None while somebody may be."""
    return min((event.at for event in events if event.type in _ENDS), default=None)


def _unsure(events: Sequence[Event], limit_percent: int) -> Iterator[Signal]:
    for event in events:
        sure = event.attributes.get("sure_percent", 100)
        if event.type == "faq_used" and isinstance(sure, int) and sure < limit_percent:
            yield Signal(LOW_CONFIDENCE, event.at, amount=sure)


def hold_spans(events: Sequence[Event], until: datetime) -> list[Span]:
    """From each hold_start to the next hold_end, or to the end of the call."""
    found: list[Span] = []
    since: datetime | None = None
    for event in events:
        if event.type == "hold_start" and since is None:
            since = event.at
        elif event.type == "hold_end" and since is not None:
            found.append((since, event.at))
            since = None
    return found if since is None else [*found, (since, until)]


def quiet_spans(heard: Sequence[datetime], holds: Sequence[Span], until: datetime) -> list[Span]:
    """Spans without a word, since the recogniser was first heard. A transcript that came in one piece has none: nobody
    listened."""
    if len(set(heard)) < 2:
        return []
    first = min(heard)
    marks = sorted(
        {one for one in (*heard, until, *(edge for hold in holds for edge in hold)) if first <= one <= until}
    )
    return [(a, b) for a, b in pairwise(marks) if not any(start <= a and b <= end for start, end in holds)]


def _lasting(rule: str, spans: Sequence[Span], limit_secs: int) -> list[Signal]:
    """One signal at the instant a span has lasted too long."""
    limit = timedelta(seconds=limit_secs)
    return [Signal(rule, start + limit, amount=limit_secs) for start, end in spans if end - start >= limit]
