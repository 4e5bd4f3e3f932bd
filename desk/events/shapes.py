"""Which attributes each event has. What is not named here is not kept: a caller's number has no place in the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from desk.events.model import EventType

Kind = Literal["id", "label", "number", "flag", "choice", "time"]


@dataclass(frozen=True, slots=True)
class Shape:
    """One attribute. `id`: ASCII identifier; `label`: short text, redacted; `number`: 0 … 2^31-1."""

    kind: Kind
    required: bool = False
    choices: tuple[str, ...] = ()


DIRECTIONS = ("inbound", "outbound", "internal")
CHANNELS = ("phone", "web", "mail", "fax", "counter")
BOT_OUTCOMES = ("completed", "confirmed", "handed_over", "abandoned")
TARGETS = ("supervisor", "department", "line", "other")
TRANSFER_RESULTS = ("done", "absent", "callback", "refused")
OUTCOMES = (
    "answered",
    "booked",
    "referred",
    "transferred",
    "callback",
    "escalated",
    "wrong_number",
    "silent",
    "no_contact",
)
GRADES = ("correct", "partly_wrong", "wrong", "harmful")
BOOKINGS = ("new", "change", "cancel")
SEVERITIES = ("low", "middle", "high")
COMPLAINT_STATES = ("received", "reported", "responding", "closed")
STATES = ("ready", "talking", "hold", "after_call", "away", "offline")

_ID, _LABEL, _NUMBER, _FLAG = Shape("id"), Shape("label"), Shape("number"), Shape("flag")
_FAQ: Mapping[str, Shape] = {
    "faq_id": Shape("id", required=True),
    "version": _NUMBER,
    "rank": _NUMBER,
    "operator": _ID,
}

SHAPES: Mapping[EventType, Mapping[str, Shape]] = {
    "call_offered": {
        "line": _ID,
        "direction": Shape("choice", choices=DIRECTIONS),
        "channel": Shape("choice", choices=CHANNELS),
        "lang": _ID,
        "in_hours": _FLAG,
        "from_other_line": _FLAG,
    },
    "ivr_started": {},
    "bot_started": {},
    "bot_ended": {
        "outcome": Shape("choice", required=True, choices=BOT_OUTCOMES),
        "in_scope": _FLAG,
        "turns": _NUMBER,
    },
    "queue_entered": {},
    "overflowed": {"target": _LABEL},
    "abandoned": {},
    "answered": {"operator": _ID},
    "hold_start": {},
    "hold_end": {},
    "transferred": {
        "target": Shape("choice", required=True, choices=TARGETS),
        "result": Shape("choice", choices=TRANSFER_RESULTS),
        "to": _LABEL,
    },
    "ended": {},
    "acw_end": {},
    "record_closed": {
        "outcome": Shape("choice", required=True, choices=OUTCOMES),
        "category": _LABEL,
        "answered_in_center": _FLAG,
        "completed": _FLAG,
        "operator": _ID,
    },
    "reclassified": {"category": Shape("label", required=True), "operator": _ID},
    "faq_suggested": _FAQ,
    "faq_viewed": _FAQ,
    "faq_used": _FAQ,
    "faq_unused": _FAQ,
    "faq_wrong": _FAQ,
    "answer_audited": {"grade": Shape("choice", required=True, choices=GRADES), "auditor": _ID},
    "booking": {"kind": Shape("choice", required=True, choices=BOOKINGS), "read_back": _FLAG},
    "complaint": {
        "severity": Shape("choice", required=True, choices=SEVERITIES),
        "state": Shape("choice", required=True, choices=COMPLAINT_STATES),
    },
    "status_interval": {
        "operator": Shape("id", required=True),
        "state": Shape("choice", required=True, choices=STATES),
        "until": Shape("time", required=True),
    },
    "hand_raised": {"operator": _ID},
    "hand_lowered": {"operator": _ID},
    "whispered": {"operator": _ID},
    "tallied": {
        "item": Shape("label", required=True),
        "unit": _LABEL,
        "number": Shape("number", required=True),
        "operator": _ID,
    },
}
