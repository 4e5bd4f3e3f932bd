"""What every connection to a caller can do, whatever its protocol: frames of PCM, keys, text, hanging up."""

from dataclasses import dataclass
from typing import Protocol

from voicebot.domain import Turn

FRAME_MS = 20


@dataclass(frozen=True, slots=True)
class Audio:
    """16-bit mono PCM at the wire's rate, any length."""

    pcm: bytes


@dataclass(frozen=True, slots=True)
class KeyPressed:
    key: str


@dataclass(frozen=True, slots=True)
class Typed:
    text: str


@dataclass(frozen=True, slots=True)
class Chosen:
    lang: str


@dataclass(frozen=True, slots=True)
class Stop:
    """The caller pressed the stop button: be quiet, stay on the line."""


@dataclass(frozen=True, slots=True)
class Ended:
    reason: str = "caller"


WireEvent = Audio | KeyPressed | Typed | Chosen | Stop | Ended


class Wire(Protocol):
    rate: int
    """Samples a second in both directions: 8000 on telephones, 16000 in the browser."""
    screen: bool
    """Captions are shown and text can be typed."""
    fills_silence: bool
    """The far end must receive frames even while the bot is silent."""
    paced: bool
    """False for files: nobody listens in real time."""

    async def receive(self) -> WireEvent:
        """The next thing from the far end; after Ended it is not called again. Never raises for bad input."""
        ...

    async def send(self, pcm: bytes) -> None:
        """One frame. A far end that is gone is not an error."""
        ...

    async def clear(self) -> None:
        """Drop what the far end has buffered."""
        ...

    async def caption(self, turn: Turn) -> None: ...

    async def finish(self) -> None:
        """End the call from our side."""
        ...
