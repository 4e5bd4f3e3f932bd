"""The centre at this moment: who does what since when, and who waits. Pure; from the same events as every figure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from desk.events.model import Event, in_order
from desk.kpi.build import build_call

State = Literal["ready", "talking", "hold", "after_call", "away", "offline"]
STATES: tuple[State, ...] = ("talking", "hold", "after_call", "ready", "away", "offline")
_LOST = timedelta(hours=3)
"""A talk this long has lost its end; the operator is believed to be free."""
_GONE = timedelta(hours=1)
"""Nobody waits longer: the exchange lost the end of such a call."""
_IDLE = timedelta(hours=2)
"""Nobody sits free this long between two calls: the shift is over."""
_IN_CALL: dict[str, State] = {
    "answered": "talking",
    "hold_start": "hold",
    "hold_end": "talking",
    "ended": "after_call",
    "acw_end": "ready",
}


@dataclass(frozen=True, slots=True)
class OperatorNow:
    operator: str
    state: State
    since: datetime
    call_id: str = ""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A caller in the queue."""

    call_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is the instant it describes."""

    at: datetime
    operators: tuple[OperatorNow, ...]
    waiting: tuple[Waiting, ...]
    status_told: bool = True
    """False while the exchange sends no states (status_interval): nobody can be seen to be away."""

    def number(self, state: State) -> int:
        return sum(1 for one in self.operators if one.state == state)

    @property
    def longest_wait_secs(self) -> float | None:
        return max(((self.at - one.since).total_seconds() for one in self.waiting), default=None)


@dataclass(frozen=True, slots=True)
class _Fact:
    at: datetime
    is_said: bool
    """False for what only follows from the end of an interval."""
    state: State
    call_id: str = ""


def moment(events: Iterable[Event], at: datetime) -> Moment:
    """`events` of today; later ones than `at` are ignored."""
    calls: dict[str, list[Event]] = {}
    facts: dict[str, list[_Fact]] = {}
    status_told = False
    for event in sorted({e.event_id: e for e in events if e.at <= at}.values(), key=in_order):
        if event.type == "status_interval":
            status_told = True
            facts.setdefault(event.text("operator"), []).extend(_interval(event, at))
        elif event.call_id:
            calls.setdefault(event.call_id, []).append(event)
    for call_id, found in calls.items():
        for operator, fact in _in_call(call_id, found, at):
            facts.setdefault(operator, []).append(fact)
    operators = sorted((_now(name, found, at) for name, found in facts.items()), key=lambda one: one.operator)
    queue = [one for call_id, found in calls.items() if (one := waiting(call_id, found, at))]
    return Moment(at, tuple(operators), tuple(sorted(queue, key=lambda one: (one.since, one.call_id))), status_told)


def _interval(event: Event, at: datetime) -> list[_Fact]:
    state: State = next((one for one in STATES if one == event.text("state")), "ready")
    until = datetime.fromisoformat(event.text("until"))
    found = [_Fact(event.at, True, state)]
    if until <= at:
        found.append(_Fact(until, False, "offline" if state == "offline" else "ready"))
    return found


def _in_call(call_id: str, events: Sequence[Event], at: datetime) -> list[tuple[str, _Fact]]:
    operator = next((event.text("operator") for event in events if event.type == "answered"), "")
    if not operator:
        return []
    found = [(operator, _Fact(e.at, True, _IN_CALL[e.type], call_id)) for e in events if e.type in _IN_CALL]
    last = found[-1][1]
    if last.state in ("talking", "hold") and at - last.at > _LOST:
        found.append((operator, _Fact(last.at + _LOST, False, "ready")))
    return found


def _now(operator: str, facts: list[_Fact], at: datetime) -> OperatorNow:
    """The newest fact, and since when its state has lasted."""
    ordered = sorted(facts, key=lambda fact: (fact.at, fact.is_said))
    newest = ordered[-1]
    since = newest.at
    for fact in reversed(ordered[:-1]):
        if (fact.state, fact.call_id) != (newest.state, newest.call_id):
            break
        since = fact.at
    if newest.state in ("ready", "after_call") and at - newest.at > _IDLE:
        return OperatorNow(operator, "offline", newest.at)
    return OperatorNow(operator, newest.state, since, newest.call_id if newest.state in ("talking", "hold") else "")


def waiting(call_id: str, events: Sequence[Event], at: datetime) -> Waiting | None:
    """The caller as one in the queue, None when they are not; `events` in order."""
    call = build_call(call_id, events)
    in_bot = call.bot is not None and call.bot.outcome != "handed_over"
    if call.disposition != "open" or not call.is_inbound or not call.in_hours or in_bot:
        return None
    since = next((event.at for event in events if event.type == "queue_entered"), call.offered_at)
    return None if at - since > _GONE else Waiting(call_id, since)
