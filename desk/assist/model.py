"""What an operator sees while somebody speaks: the transcript, three approved answers, the record that fills itself."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from desk.records.model import RecordContent
from knowledge.domain import HandoffReason
from knowledge.privacy.redacted import RedactedText

Speaker = Literal["citizen", "operator"]
Voice = Literal["citizen", "operator", "bot"]
Marked = Literal["", "opened", "used", "wrong"]
SHOWN = 3


@dataclass(frozen=True, slots=True)
class Heard:
    """One piece from a recogniser or the keyboard, as it comes in. Times count from the start of the call."""

    speaker: Speaker
    text: str
    start_ms: int = 0
    end_ms: int = 0
    confidence: float | None = None
    final: bool = True

    def __repr__(self) -> str:
        return f"Heard({self.speaker}, {len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Segment:
    """The same, redacted: the only form that is kept."""

    speaker: Voice
    text: RedactedText
    start_ms: int
    end_ms: int
    confidence: float | None
    handed: bool = False
    """Said before the voicebot handed the call over: shown from its record, not kept a second time."""
    at: datetime | None = None
    """When it reached us; None for what was kept before this was noted."""


@dataclass(frozen=True, slots=True)
class HandedCall:
    """A call the voicebot handed over, as the operator who takes it gets it. Masked throughout. `given` are the (faq_id, version) the bot has already read out."""

    call_id: str
    at: datetime
    reason: HandoffReason
    need: RedactedText
    said: tuple[Segment, ...] = field(default=(), repr=False)
    given: tuple[tuple[str, int], ...] = ()
    department: str = ""
    lang: str = "ja"
    calls_back: bool = False
    """The caller left a number instead of waiting: it is in the call-back ticket, never here."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An approved answer on offer, verbatim."""

    faq_id: str
    version: int
    question: str
    answer: str
    spoken: str
    category: str
    department: str
    evidence: str
    url: str
    related_ids: tuple[str, ...]
    confidence: float
    mark: Marked = ""


@dataclass(frozen=True, slots=True)
class Memo:
    """A supervisor's whisper to the operator (ささやきメモ)."""

    at: datetime
    by: str
    text: RedactedText


@dataclass(frozen=True, slots=True)
class AssistState:
    """One look at a session. `advice` is what the policy says: answer, clarify, handoff or refuse, with its words.
    `revision` grows with every change; `interim` is what is being said just now and is never kept."""

    session_id: str
    call_id: str
    record_id: str
    operator: str
    transcript: tuple[Segment, ...]
    suggestions: tuple[Suggestion, ...]
    advice: str = ""
    advice_reason: str = ""
    """Why a person should take over, a HandoffReason."""
    advice_text: str = ""
    advice_options: tuple[str, ...] = ()
    """What a question back lets the citizen choose between."""
    hand_over_to: str = ""
    hand_over_phone: str = ""
    notes: tuple[str, ...] = ()
    """Words for what was not taken: flood, transcript_full, search_unavailable."""
    used: tuple[Suggestion, ...] = ()
    """Every FAQ used in this call, in the order of use, also those no longer among the suggestions."""
    best: tuple[str, ...] = ()
    """FAQ numbers found for what was asked last, best first; on the screen answers keep their places instead."""
    need: RedactedText | None = None
    """What was asked last that an approved answer may serve; `needs`: how many there were. はい is none, a complaint neither."""
    needs: int = 0
    interim: Segment | None = None
    hand_raised_at: datetime | None = None
    memos: tuple[Memo, ...] = ()
    started_at: datetime | None = None
    handed: HandedCall | None = None
    """What the voicebot heard before it handed this call over."""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Summary:
    """用件・回答・対応・残件, made of sentences that were said or approved."""

    inquiry: str
    answer: str
    action: str
    remaining: str


@dataclass(frozen=True, slots=True)
class Prefill:
    """The draft of the record; the operator confirms it."""

    record_id: str
    revision: int
    content: RecordContent
