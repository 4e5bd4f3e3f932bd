"""Hypothesis strategies and builders for calls: any mess a PBX can send."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from desk.events.model import Event, EventType, Value

START = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
_SIMPLE: tuple[EventType, ...] = (
    "call_offered",
    "ivr_started",
    "bot_started",
    "queue_entered",
    "overflowed",
    "abandoned",
    "answered",
    "hold_start",
    "hold_end",
    "ended",
    "acw_end",
)


def event(call_id: str, kind: EventType, at_secs: float, number: int = 0, **attributes: Value) -> Event:
    at = START + timedelta(seconds=at_secs)
    return Event(f"{call_id}-{kind}-{at_secs}-{number}", call_id, kind, at, attributes, number)


def answered_call(call_id: str, at_secs: float = 0, wait: int = 8, talk: int = 120, wrap: int = 30) -> list[Event]:
    """A call that went as it should."""
    return [
        event(call_id, "call_offered", at_secs, in_hours=True),
        event(call_id, "queue_entered", at_secs),
        event(call_id, "answered", at_secs + wait, operator="op1"),
        event(call_id, "ended", at_secs + wait + talk),
        event(call_id, "acw_end", at_secs + wait + talk + wrap),
    ]


@st.composite
def messy_events(draw: st.DrawFn) -> list[Event]:
    """Events of some calls, in any order of time and number, with gaps and repeats."""
    events: list[Event] = []
    for number in range(draw(st.integers(1, 60))):
        kind = draw(st.sampled_from((*_SIMPLE, "bot_ended", "record_closed", "faq_used", "transferred")))
        attributes: dict[str, Value] = {}
        if kind == "call_offered":
            attributes["in_hours"] = draw(st.booleans())
            attributes["direction"] = draw(st.sampled_from(["inbound", "inbound", "outbound"]))
        elif kind == "bot_ended":
            attributes["outcome"] = draw(st.sampled_from(["completed", "confirmed", "handed_over", "abandoned"]))
        elif kind == "record_closed":
            attributes["outcome"] = draw(st.sampled_from(["answered", "booked", "callback", "transferred"]))
            attributes["category"] = draw(st.sampled_from(["申請", "電子証明書"]))
            attributes["completed"] = draw(st.booleans())
            attributes["answered_in_center"] = draw(st.booleans())
        elif kind == "faq_used":
            attributes["faq_id"] = draw(st.sampled_from(["MH1001", "MH1002"]))
        elif kind == "transferred":
            attributes["target"] = draw(st.sampled_from(["department", "supervisor"]))
        call_id = f"c{draw(st.integers(1, 8))}"
        # Times around Japanese midnight and the end of the month, forwards and backwards.
        at_secs = draw(st.integers(-20 * 86_400, 20 * 86_400))
        events.append(event(call_id, kind, at_secs, number, **attributes))
    return draw(st.permutations(events)) if len(events) < 12 else events


def build_input(calls: Sequence[Sequence[Event]]) -> list[Event]:
    return [one for call in calls for one in call]
