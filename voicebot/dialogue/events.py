"""What can happen in a call. The dialogue sees nothing else."""

from dataclasses import dataclass

from knowledge.domain import Answer
from knowledge.privacy.redacted import RedactedText
from voicebot.domain import Played, Speech


@dataclass(frozen=True, slots=True)
class Started:
    """The line is open. `hearing`: speech can be understood; `speaking`: a voice is there; `screen`: captions."""

    open: bool = True
    overflow: bool = False
    hearing: bool = True
    screen: bool = False
    recorded: bool = False
    emergency: str = ""
    lang: str = "ja"


@dataclass(frozen=True, slots=True)
class Heard:
    """A finished turn of the caller. `text` is raw and must not leave the call; `masked` may be stored."""

    text: str
    masked: RedactedText
    kinds: frozenset[str] = frozenset()
    confidence: float = 1.0
    lang: str = "ja"
    seconds: float = 0.0
    typed: bool = False
    asr_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Overheard:
    """A part of a turn that is still going on: enough to stop a caller who begins to say a number."""

    text: str
    masked: RedactedText
    kinds: frozenset[str] = frozenset()
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Spoken:
    """Raw result of the line before redaction; the session turns it into Heard or Overheard."""

    text: str
    confidence: float = 1.0
    lang: str = "ja"
    seconds: float = 0.0
    final: bool = True
    typed: bool = False
    asr_ms: float = 0.0


@dataclass(frozen=True, slots=True)
class Unheard:
    """The caller made a sound that gave no usable words."""

    reason: str = "noise"


@dataclass(frozen=True, slots=True)
class CallerSpeaking:
    """Voice activity began; the turn is not over."""


@dataclass(frozen=True, slots=True)
class Key:
    digit: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Nothing came within the time allowed."""


@dataclass(frozen=True, slots=True)
class SpeechEnded:
    speech: Speech
    played: Played


@dataclass(frozen=True, slots=True)
class Answered:
    answer: Answer
    asr_confidence: float | None = None
    """Confidence of the transcript the answer rests on; None when it was typed or chosen."""


@dataclass(frozen=True, slots=True)
class AnswerSlow:
    """The answer takes longer than a pause in talk bears."""


@dataclass(frozen=True, slots=True)
class AnswerFailed:
    reason: str


@dataclass(frozen=True, slots=True)
class Transferred:
    ok: bool


@dataclass(frozen=True, slots=True)
class CallbackStored:
    """`ticket` is empty when it could not be stored."""

    ticket: str


@dataclass(frozen=True, slots=True)
class LanguageChosen:
    lang: str


@dataclass(frozen=True, slots=True)
class HungUp:
    reason: str = "caller"


Event = (
    Started
    | Spoken
    | Heard
    | Overheard
    | Unheard
    | CallerSpeaking
    | Key
    | Silence
    | SpeechEnded
    | Answered
    | AnswerSlow
    | AnswerFailed
    | Transferred
    | CallbackStored
    | LanguageChosen
    | HungUp
)
