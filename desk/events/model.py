"""What happens to a call, as facts that are never changed: the log all figures are computed from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

EventType = Literal[
    "call_offered",
    "ivr_started",
    "bot_started",
    "bot_ended",
    "queue_entered",
    "overflowed",
    "abandoned",
    "answered",
    "hold_start",
    "hold_end",
    "transferred",
    "ended",
    "acw_end",
    "record_closed",
    "reclassified",
    "faq_suggested",
    "faq_viewed",
    "faq_used",
    "faq_unused",
    "faq_wrong",
    "answer_audited",
    "booking",
    "complaint",
    "status_interval",
    "hand_raised",
    "hand_lowered",
    "whispered",
    "tallied",
]
WITHOUT_CALL: frozenset[EventType] = frozenset({"status_interval", "tallied"})
"""What belongs to no call: of an operator, or counted by hand."""
EVENT_TYPES: tuple[EventType, ...] = get_args(EventType)
Value = str | int | bool

RANK: Mapping[EventType, int] = {name: place for place, name in enumerate(EVENT_TYPES)}
"""Order of events that carry the same instant: PBXs stamp whole seconds."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact. `at` is UTC; `seq` is the place in the log (0 while it has none).

    The `call_id` of what belongs to no call is empty.
    """

    event_id: str
    call_id: str
    type: EventType
    at: datetime
    attributes: Mapping[str, Value] = field(default_factory=dict)
    seq: int = 0

    def text(self, name: str) -> str:
        """The attribute as text, empty when missing."""
        return str(self.attributes.get(name, ""))

    def flag(self, name: str, default: bool = False) -> bool:
        return bool(self.attributes.get(name, default))


def in_order(event: Event) -> tuple[datetime, int, int, str]:
    """Sort key: by time, whatever order they arrived in."""
    return (event.at, RANK[event.type], event.seq, event.event_id)
