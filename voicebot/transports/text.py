"""A call in writing: the same dialogue without audio. For trials, tests, and browsers where no voice is installed."""

import asyncio
from collections.abc import Sequence

from voicebot.dialogue.events import Event, HungUp, Key, LanguageChosen, Silence, SpeechEnded, Spoken
from voicebot.domain import Played, Speech, Turn
from voicebot.ports import ListenHints
from voicebot.transports.wire import Chosen, Ended, KeyPressed, Typed, Wire

SILENT = "#…"
"""A line that stands for saying nothing."""


class ReadAloud:
    """Speech that counts as played at once, because it is read on a screen."""

    def __init__(self) -> None:
        self.events: asyncio.Queue[Event] = asyncio.Queue()

    async def next(self) -> Event:
        return await self.events.get()

    async def play(self, speech: Speech) -> None:
        self.events.put_nowait(SpeechEnded(speech, Played(speech.text, complete=True)))

    async def stop(self) -> None:
        """Everything has been shown already."""

    async def drop(self) -> Sequence[tuple[Speech, Played]]:
        """Shown is heard; what is still in the queue was on the screen."""
        left: list[tuple[Speech, Played]] = []
        while not self.events.empty():
            event = self.events.get_nowait()
            if isinstance(event, SpeechEnded):
                left.append((event.speech, event.played))
        return left

    async def listen(self, hints: ListenHints) -> None:
        """Typed text needs no hints."""

    async def mute(self, seconds: float) -> None:
        """Nothing is recorded."""

    async def show(self, turn: Turn) -> None:
        """The lines are read from the record."""

    async def close(self) -> None:
        self.events.put_nowait(HungUp("bot"))


class LinesLine(ReadAloud):
    """Given lines, one each time the bot waits; a line like 「#1」 is a key. Ends after the last."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__()
        self._lines = list(lines)
        self._waiting = False

    async def listen(self, hints: ListenHints) -> None:
        self._waiting = True

    async def next(self) -> Event:
        if self._waiting and self.events.empty():
            self._waiting = False
            return self._line()
        return await self.events.get()

    def _line(self) -> Event:
        if not self._lines:
            return HungUp("caller")
        text = self._lines.pop(0).strip()
        if text == SILENT:
            return Silence()
        if len(text) == 2 and text[0] in "#＃" and text[1] in "0123456789*#":
            return Key(text[1])
        return Spoken(text, typed=True)


class ScreenLine(ReadAloud):
    """A browser without a voice: captions and typed text over the same wire."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire
        self._reader: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._reader = asyncio.create_task(self._read())

    async def end(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        while True:
            match await self._wire.receive():
                case KeyPressed(key):
                    self.events.put_nowait(Key(key))
                case Typed(text):
                    self.events.put_nowait(Spoken(text, typed=True))
                case Chosen(lang):
                    self.events.put_nowait(LanguageChosen(lang))
                case Ended(reason):
                    self.events.put_nowait(HungUp(reason))
                    return
                case _:
                    continue

    async def show(self, turn: Turn) -> None:
        await self._wire.caption(turn)

    async def close(self) -> None:
        await self._wire.finish()
        await super().close()
