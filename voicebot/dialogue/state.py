"""Where a call stands: one frozen value that tests can build, compare and print."""

from dataclasses import dataclass
from typing import Literal

from knowledge.domain import Answer, HandoffReason
from knowledge.privacy.redacted import RedactedText
from voicebot.domain import NOTHING, Speech, Who

Node = Literal[
    "opening",
    "question",
    "asking",
    "clarify",
    "confirm",
    "resolved",
    "more",
    "offer_callback",
    "callback_number",
    "callback_confirm",
    "storing",
    "transferring",
    "menu",
    "language",
    "closing",
]


@dataclass(frozen=True, slots=True)
class State:
    node: Node = "opening"
    lang: str = "ja"
    open: bool = True
    overflow: bool = False
    hearing: bool = True
    screen: bool = False
    reasks: int = 0
    """Questions asked back in a row without an answer."""
    silences: int = 0
    unheard: int = 0
    turns: int = 0
    speed: float = 1.0
    gain: float = 1.0
    said: tuple[Speech, ...] = ()
    """What the bot said since the caller's last turn, for もう一度."""
    need: RedactedText = NOTHING
    """The caller's open question, masked."""
    pending: Answer | None = None
    """Answer waiting for confirmation, or the question back whose options were read out."""
    answered: tuple[tuple[str, int], ...] = ()
    delivered: bool = False
    """The last answer was given and not refused by the caller."""
    confirmed: bool = False
    digits: str = ""
    guard: Literal["", "turn", "after"] = ""
    """A number was just stopped: in the same turn, or in one before. Bare digits that follow belong to it."""
    return_to: Node = "question"
    handoff: HandoffReason | None = None
    department: str = ""
    phone: str = ""
    transcript: tuple[tuple[Who, RedactedText], ...] = ()
