"""Events to calls. Order of arrival, repeats and gaps do not matter: every call comes out exactly once."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from desk.events.model import Event, EventType, in_order
from desk.kpi.call import UNCLASSIFIED, BotPart, Call, Closing, Disposition, Times, Transfer
from knowledge.clock import JST


def build_calls(events: Iterable[Event]) -> list[Call]:
    """By time of arrival, then by id. Events with an id seen before are ignored."""
    by_call: defaultdict[str, dict[str, Event]] = defaultdict(dict)
    for event in events:
        if event.call_id:
            by_call[event.call_id].setdefault(event.event_id, event)
    calls = [build_call(call_id, list(found.values())) for call_id, found in by_call.items()]
    return sorted(calls, key=lambda call: (call.offered_at, call.call_id))


def build_call(call_id: str, events: Sequence[Event]) -> Call:
    """One call from all its events (at least one)."""
    facts = _Facts(sorted(events, key=in_order))
    offered = facts.first("call_offered")
    if offered is None:
        facts.note("offered_missing")
    head = offered or facts.events[0]
    facts.check_order(head.at)
    bot = _bot(facts)
    closing = _closing(facts)
    answered = facts.first("answered")
    in_hours = head.flag("in_hours", True) if offered else True
    local = head.at.astimezone(JST)
    return Call(
        call_id=call_id,
        offered_at=head.at,
        day=local.date(),
        hour=local.hour,
        direction=head.text("direction") or "inbound",
        channel=head.text("channel") or "phone",
        lang=head.text("lang") or "ja",
        line=head.text("line"),
        in_hours=in_hours,
        disposition=_disposition(facts, bot, in_hours),
        operator=answered.text("operator") if answered else "",
        times=_times(facts, head.at),
        closing=closing,
        category=_category(facts, closing),
        transfers=tuple(Transfer(e.text("target"), e.text("result"), e.text("to")) for e in facts.all("transferred")),
        bot=bot,
        faqs_used=_faqs_used(facts),
        bookings=tuple(e.text("kind") for e in facts.all("booking")),
        booking_told=_booking_told(facts),
        complaint=_complaint(facts),
        grade=_last_text(facts, "answer_audited", "grade"),
        from_other_line=head.flag("from_other_line"),
        ended_at=_end(facts),
        anomalies=tuple(facts.anomalies),
    )


class _Facts:
    """The events of one call by type, and what was strange about them."""

    def __init__(self, events: list[Event]) -> None:
        self.events = events
        self.anomalies: list[str] = []
        self._by_type: defaultdict[str, list[Event]] = defaultdict(list)
        for event in events:
            self._by_type[event.type].append(event)
        for kind in ("call_offered", "answered", "ended"):
            if len(self._by_type[kind]) > 1:
                self.note(f"{kind}_repeated")

    def note(self, reason: str) -> None:
        self.anomalies.append(reason)

    def all(self, kind: EventType) -> list[Event]:
        return self._by_type[kind]

    def first(self, kind: EventType) -> Event | None:
        found = self._by_type[kind]
        return found[0] if found else None

    def last(self, kind: EventType) -> Event | None:
        found = self._by_type[kind]
        return found[-1] if found else None

    def check_order(self, offered_at: datetime) -> None:
        if self.events[0].at < offered_at:
            self.note("clock_backwards")


def _disposition(facts: _Facts, bot: BotPart | None, in_hours: bool) -> Disposition:
    given_up, ended = facts.first("abandoned"), facts.first("ended")
    if facts.first("answered") is not None:
        if given_up is not None:
            facts.note("answered_and_abandoned")
        return "answered"
    if bot is not None and bot.outcome in ("completed", "confirmed"):
        return "bot_completed"
    if not in_hours:
        return "out_of_hours"
    if facts.first("overflowed") is not None:
        return "overflowed"
    if given_up is None and ended is None:
        return "open"
    if given_up is None:
        facts.note("ended_without_answer")
    return "abandoned"


def _times(facts: _Facts, offered_at: datetime) -> Times:
    answered, given_up = facts.first("answered"), facts.first("abandoned")
    queued = facts.first("queue_entered")
    waits_from = queued.at if queued else offered_at
    if answered is None:
        return Times(wait_secs=_secs(waits_from, given_up.at, facts) if given_up else None)
    wait = _secs(waits_from, answered.at, facts)
    end = _end(facts)
    if end is None:
        return Times(wait_secs=wait)
    whole = _secs(answered.at, end, facts)
    hold = min(_hold_secs(facts, answered.at, end), whole)
    free = facts.last("acw_end")
    return Times(wait, whole - hold, hold, _secs(end, free.at, facts) if free else None)


def _end(facts: _Facts) -> datetime | None:
    ended = facts.first("ended")
    return ended.at if ended else None


def _hold_secs(facts: _Facts, answered_at: datetime, ended_at: datetime) -> float:
    """Sum of holds inside the talk; a hold that was never taken off ends with the call."""
    total, since = 0.0, None
    for event in facts.events:
        if event.type == "hold_start":
            since = since or event.at
        elif event.type == "hold_end" and since is not None:
            total += _inside(since, event.at, answered_at, ended_at)
            since = None
    if since is not None:
        facts.note("hold_left_open")
        total += _inside(since, ended_at, answered_at, ended_at)
    return total


def _inside(start: datetime, end: datetime, low: datetime, high: datetime) -> float:
    return max(0.0, (min(end, high) - max(start, low)).total_seconds())


def _secs(start: datetime, end: datetime, facts: _Facts) -> float:
    secs = (end - start).total_seconds()
    if secs < 0:
        facts.note("clock_backwards")
    return max(0.0, secs)


def _bot(facts: _Facts) -> BotPart | None:
    started, ended = facts.first("bot_started"), facts.last("bot_ended")
    if started is None and ended is None:
        return None
    if ended is None:
        return BotPart("", True, 0)
    return BotPart(ended.text("outcome"), ended.flag("in_scope", True), int(ended.attributes.get("turns", 0)))


def _closing(facts: _Facts) -> Closing | None:
    closed = facts.last("record_closed")
    if closed is None:
        return None
    return Closing(
        closed.text("outcome"),
        closed.text("category") or UNCLASSIFIED,
        closed.flag("answered_in_center"),
        closed.flag("completed"),
    )


def _category(facts: _Facts, closing: Closing | None) -> str:
    changed, closed = facts.last("reclassified"), facts.last("record_closed")
    if changed is not None and (closed is None or in_order(changed) > in_order(closed)):
        return changed.text("category")
    return closing.category if closing else UNCLASSIFIED


def _faqs_used(facts: _Facts) -> tuple[tuple[str, int], ...]:
    used: dict[str, int] = {}
    for event in facts.events:
        if event.type == "faq_used":
            used[event.text("faq_id")] = int(event.attributes.get("version", 0))
        elif event.type == "faq_unused":
            used.pop(event.text("faq_id"), None)
    return tuple(sorted(used.items()))


def _booking_told(facts: _Facts) -> bool:
    newest = facts.last("booking")
    return newest is None or newest.text("kind") == "cancel" or newest.flag("read_back")


def _complaint(facts: _Facts) -> tuple[str, str] | None:
    newest = facts.last("complaint")
    return (newest.text("severity"), newest.text("state")) if newest else None


def _last_text(facts: _Facts, kind: EventType, name: str) -> str:
    newest = facts.last(kind)
    return newest.text(name) if newest else ""
