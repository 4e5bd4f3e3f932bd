"""What a call is made of: frozen dataclasses, standard library and knowledge.domain only.

Audio is 16-bit little-endian mono PCM everywhere. Times are aware UTC; `_ms` and `_secs` name the unit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Literal

from knowledge.domain import HandoffReason
from knowledge.privacy.redacted import RedactedText

NOTHING = RedactedText("")

Via = Literal["audiosocket", "twilio", "browser", "wav", "text"]
Outcome = Literal["open", "completed", "confirmed", "handed_over", "callback", "abandoned", "interrupted"]
"""completed = ended without a person after an answer; confirmed = and the caller said it was solved."""
Who = Literal["caller", "bot"]
ListenMode = Literal["open", "short", "digits"]
"""What the caller is expected to say next; decides hotwords and how long a pause may last."""


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a transcriber made of one stretch of speech. `confidence` in [0, 1]; empty text means nothing usable."""

    text: str
    confidence: float = 1.0
    lang: str = "ja"
    reason: str = ""
    """Why the text is empty or doubtful: silence, noise, no_speech, phrase."""
    took_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Unit:
    """The smallest piece that is synthesised, cached and counted as played: a clause or a sentence."""

    text: str
    pause_ms: int = 0
    """Silence after it."""


@dataclass(frozen=True, slots=True)
class Speech:
    """One thing the bot says. `text` is approved or a text of ours, hence safe to store and to repeat."""

    text: RedactedText
    interruptible: bool = True
    lang: str = "ja"
    speed: float = 1.0
    gain: float = 1.0
    secret: bool = False
    """The text reads personal data back to its owner (a call-back number): it is played, never stored."""


@dataclass(frozen=True, slots=True)
class Played:
    """What the far end really heard of one speech."""

    text: RedactedText
    complete: bool
    first_audio_ms: float = 0.0
    """From the order to speak until the first audio left."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One FAQ that was considered, for the reviewer."""

    faq_id: str
    version: int
    question: str
    score: float
    confidence: float


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of the call as the reviewer reads it."""

    index: int
    at: datetime
    who: Who
    node: str
    text: RedactedText = NOTHING
    """Caller: what was heard, masked. Bot: what was meant to be said."""
    played: RedactedText = NOTHING
    barged_in: bool = False
    key: str = ""
    asr_confidence: float | None = None
    decision: str = ""
    reason: str = ""
    faq_id: str = ""
    faq_version: int = 0
    answer_id: str = ""
    confidence: float | None = None
    candidates: tuple[Candidate, ...] = ()
    stages_ms: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Packet:
    """What the person who takes over needs to know; nothing in it is personal."""

    reason: HandoffReason
    need: RedactedText
    department: str = ""
    phone: str = ""
    transcript: tuple[tuple[Who, RedactedText], ...] = ()
    answered: tuple[tuple[str, int], ...] = ()
    """(faq_id, version) already read to the caller."""
    lang: str = "ja"


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A promise to call back. `number` is personal: only the desk's restricted store may take it."""

    call_id: str
    number: str
    packet: Packet

    def __repr__(self) -> str:
        return f"CallbackRequest(call_id={self.call_id!r}, number='…{self.number[-2:]}')"


@dataclass(frozen=True, slots=True)
class Call:
    """The record of one call."""

    call_id: str
    via: Via
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome = "open"
    last_node: str = ""
    lang: str = "ja"
    reason: str = ""
    """Hand-over reason, or why it ended."""
    turns: int = 0
    answered: int = 0
    recording: str = ""
    """File name inside the recordings folder; empty when not recorded or purged."""
    packet: Packet | None = None
    muted: tuple[tuple[float, float], ...] = ()
    """Stretches of the recording that were blanked, in seconds from its beginning."""

    @property
    def duration_secs(self) -> float:
        return (self.ended_at - self.started_at).total_seconds() if self.ended_at else 0.0


@dataclass(frozen=True, slots=True)
class Hours:
    opens: time
    closes: time

    def holds(self, moment: time) -> bool:
        return self.opens <= moment < self.closes


@dataclass(frozen=True, slots=True)
class CityVoice:
    """What the voicebot needs of the city's profile; built by the caller (api/bootstrap)."""

    city_name: str
    centre_name: str
    centre_phone: str = ""
    weekly: Mapping[int, Hours] = field(default_factory=dict)
    """Monday is 0; a day that is missing is closed."""
    closed_on_holidays: bool = True
    year_end: tuple[tuple[int, int], tuple[int, int]] | None = ((12, 29), (1, 3))
    """First and last (month, day) of the year-end closure, both included; None when it stays open."""
    special_days: Mapping[date, Hours | None] = field(default_factory=dict)
    """Extension days and extra closures; stronger than every other rule."""
    hours_text: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)
    """Approved replacements of the bot's texts by key (see voicebot/data/texts.ja.toml)."""
    hotwords: tuple[str, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    """Surface → katakana reading, added to the shipped user dictionary."""
