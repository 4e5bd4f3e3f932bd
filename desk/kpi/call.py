"""`Call`: everything the figures need to know about one call, worked out once from its events."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Disposition = Literal["answered", "bot_completed", "overflowed", "abandoned", "out_of_hours", "open"]
DISPOSITIONS: tuple[Disposition, ...] = (
    "answered",
    "bot_completed",
    "overflowed",
    "abandoned",
    "out_of_hours",
    "open",
)
UNCLASSIFIED = "未分類"
SAMPLE_LINE = "sample"
"""The line of made-up calls: whatever counts them says so."""


@dataclass(frozen=True, slots=True)
class Transfer:
    target: str
    result: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class BotPart:
    """What the voicebot did; `outcome` is empty while it still talks."""

    outcome: str
    in_scope: bool
    turns: int


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds; None where the call never came that far."""

    wait_secs: float | None = None
    talk_secs: float | None = None
    hold_secs: float = 0.0
    acw_secs: float | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """What the operator's record says."""

    outcome: str = ""
    category: str = UNCLASSIFIED
    answered_in_center: bool = False
    completed: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """One call. `disposition` is exactly one of six, so that the parts of 入電件数 sum to the whole."""

    call_id: str
    offered_at: datetime
    day: date
    """The Japanese day it came in: a call over midnight belongs to the day it began."""
    hour: int
    direction: str
    channel: str
    lang: str
    line: str
    in_hours: bool
    disposition: Disposition
    operator: str
    times: Times
    closing: Closing | None
    category: str
    transfers: tuple[Transfer, ...] = ()
    bot: BotPart | None = None
    faqs_used: tuple[tuple[str, int], ...] = ()
    """(faq_id, version), each FAQ once."""
    bookings: tuple[str, ...] = ()
    booking_told: bool = True
    """Nothing is left to tell: no booking was made or changed, or the newest one says that everything was read back."""
    complaint: tuple[str, str] | None = None
    """(severity, state), the newest."""
    grade: str = ""
    from_other_line: bool = False
    ended_at: datetime | None = None
    anomalies: tuple[str, ...] = field(default=())

    @property
    def is_inbound(self) -> bool:
        """Counts as 入電: from outside, by phone."""
        return self.direction == "inbound" and self.channel == "phone"
