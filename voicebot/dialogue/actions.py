"""What the dialogue wants done; the session does it in order."""

from dataclasses import dataclass

from knowledge.domain import Answer, HandoffReason
from knowledge.privacy.redacted import RedactedText
from voicebot.domain import ListenMode, Outcome, Packet, Speech


@dataclass(frozen=True, slots=True)
class Say:
    """Speak after what is already being said. `answer` is set when the speech is an approved answer."""

    speech: Speech
    key: str = ""
    answer: Answer | None = None
    faq_id: str = ""
    faq_version: int = 0


@dataclass(frozen=True, slots=True)
class StopSpeaking:
    """Drop everything queued to be said."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Put the question to the one answer path."""

    text: RedactedText
    kinds: frozenset[str] = frozenset()
    asr_confidence: float | None = None
    lang: str = "ja"
    told: str = ""
    """The FAQ the caller was given last, also when they chose it themselves."""


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait for the caller: Silence follows `silence_secs` after the bot's last word."""

    mode: ListenMode
    silence_secs: float
    topics: tuple[str, ...] = ()
    """Labels just read out; their words are likely to come back."""


@dataclass(frozen=True, slots=True)
class Mute:
    """Blank the caller's last seconds in the recording."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Transfer:
    packet: Packet


@dataclass(frozen=True, slots=True)
class StoreCallback:
    number: str
    packet: Packet


@dataclass(frozen=True, slots=True)
class HangUp:
    """End the call after the last word was played."""

    outcome: Outcome
    reason: HandoffReason | str = ""


Action = Say | StopSpeaking | Ask | Listen | Mute | Transfer | StoreCallback | HangUp
