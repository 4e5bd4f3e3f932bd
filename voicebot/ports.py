"""The seams of the voicebot: plain asyncio Protocols that know nothing of pipecat."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from knowledge.domain import Answer, Question
from voicebot.dialogue.events import Event
from voicebot.domain import Call, CallbackRequest, ListenMode, Packet, Played, Speech, Transcript, Turn, Unit


@dataclass(frozen=True, slots=True)
class ListenHints:
    """What the dialogue expects: mode, words to bias towards, language ("" lets the transcriber detect it)."""

    mode: ListenMode = "open"
    hotwords: tuple[str, ...] = ()
    lang: str = "ja"


class Transcriber(Protocol):
    async def transcribe(self, pcm: bytes, sample_rate: int, hints: ListenHints) -> Transcript:
        """One stretch of speech to text. Never raises: a failure is an empty transcript with a reason."""
        ...


class Speaker(Protocol):
    def units(self, speech: Speech) -> Sequence[Unit]:
        """The pieces to play in order; the first is short so that it sounds soon."""
        ...

    async def synthesize(self, unit: Unit, speech: Speech, sample_rate: int) -> bytes:
        """PCM of one unit, trimmed, never clipped by wrap-around. Raises Unavailable when no voice is there."""
        ...

    def speaks(self, lang: str) -> bool: ...


@dataclass(frozen=True, slots=True)
class Pause:
    """The caller fell silent: what was said so far in this turn, and the last audio for acoustic models."""

    text: str
    mode: ListenMode
    pcm: bytes = b""
    sample_rate: int = 16000


class TurnPolicy(Protocol):
    async def wait_ms(self, pause: Pause) -> int:
        """How long after the end of speech to wait before the turn counts as finished."""
        ...


class Line(Protocol):
    """One open connection to a caller, as the session sees it."""

    async def next(self) -> Event:
        """The next thing that happened; the last one is always HungUp."""
        ...

    async def play(self, speech: Speech) -> None:
        """Start to say it after whatever is still being said; a SpeechEnded event follows for each."""
        ...

    async def stop(self) -> None:
        """Fall silent now; what was cut off reports SpeechEnded(complete=False)."""
        ...

    async def drop(self) -> Sequence[tuple[Speech, Played]]:
        """The caller is gone: everything not finished, with what was heard of it. No event follows."""
        ...

    async def listen(self, hints: ListenHints) -> None:
        """What to expect from the caller from now on."""
        ...

    async def mute(self, seconds: float) -> None:
        """Blank the caller's last seconds in the recording."""
        ...

    async def show(self, turn: Turn) -> None:
        """Captions, where the line has a screen."""
        ...

    async def close(self) -> None:
        """Hang up (phone: the dialplan goes on, which is the transfer to a person)."""
        ...


class Asking(Protocol):
    async def __call__(self, question: Question) -> Answer: ...


class Handoff(Protocol):
    async def available(self) -> bool:
        """True when a person could take the call now (operators on duty and not all busy)."""
        ...

    async def transfer(self, call_id: str, packet: Packet) -> bool:
        """Hand the packet to the desk and prepare the transfer. False: nobody takes it, offer a call-back."""
        ...

    async def call_back(self, request: CallbackRequest) -> str:
        """Store the request in the restricted store; returns a ticket number to tell the caller."""
        ...


@dataclass(frozen=True, slots=True)
class CallFilter:
    """What the review list asks for; empty fields do not filter."""

    outcome: str = ""
    via: str = ""
    since: str = ""
    until: str = ""
    """ISO days in Japan, both included."""
    text: str = ""
    faq_id: str = ""
    limit: int = 50
    offset: int = 0


@dataclass(frozen=True, slots=True)
class CallPage:
    calls: tuple[Call, ...]
    total: int


@dataclass(frozen=True, slots=True)
class CallDetail:
    call: Call
    turns: tuple[Turn, ...] = field(default_factory=tuple)


class CallLog(Protocol):
    """Writes are queued: a call never waits for the database, and nothing acknowledged by `drain` is lost."""

    def open(self, call: Call) -> None: ...

    def turn(self, call_id: str, turn: Turn) -> None:
        """Add or replace the turn with this index."""
        ...

    def close(self, call: Call) -> None: ...
