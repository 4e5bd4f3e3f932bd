"""Plays speeches over a wire in 20 ms frames on our own clock, and knows exactly what the far end has heard."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from knowledge.privacy.redacted import approved
from voicebot.domain import Played, Speech, Unit
from voicebot.ports import Speaker
from voicebot.speech.shape import silence
from voicebot.transports.wire import FRAME_MS, Wire

LATE_SECS = 0.2
"""When the loop was held up longer than this, the clock starts anew instead of rushing frames out."""


@dataclass(slots=True)
class _Item:
    speech: Speech
    units: Sequence[Unit]
    ordered_at: float
    sound: list[bytes] = field(default_factory=list)
    """PCM of the units synthesised so far, pauses included."""
    unit: int = 0
    offset: int = 0
    first_at: float = 0.0

    def text_played(self) -> str:
        done = "".join(unit.text for unit in self.units[: self.unit])
        if self.unit < len(self.units) and self.unit < len(self.sound) and self.sound[self.unit]:
            text = self.units[self.unit].text
            done += text[: len(text) * self.offset // len(self.sound[self.unit])]
        return done


class Player:
    """`on_end` is called once for every speech; `on_frame` gets every frame sent (for the recording)."""

    def __init__(
        self,
        wire: Wire,
        speaker: Speaker,
        on_end: Callable[[Speech, Played], None],
        on_frame: Callable[[bytes], None],
        on_talk: Callable[[bool], None],
    ) -> None:
        self._wire = wire
        self._speaker = speaker
        self._on_end = on_end
        self._on_frame = on_frame
        self._on_talk = on_talk
        self._items: deque[_Item] = deque()
        self._wanted = asyncio.Event()
        self._frame_bytes = wire.rate * FRAME_MS // 1000 * 2
        self._quiet = bytes(self._frame_bytes)
        self._held = False
        self._talking = False
        self._tasks: list[asyncio.Task[None]] = []
        self.worst_gap_ms = 0.0
        """Longest time between two frames while speaking: what a caller hears as a break."""

    def start(self) -> None:
        self._tasks = [asyncio.create_task(self._feed()), asyncio.create_task(self._pace())]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def speaking(self) -> bool:
        """Something is being said, or held."""
        return bool(self._items)

    @property
    def interruptible(self) -> bool:
        return bool(self._items) and self._items[0].speech.interruptible

    @property
    def at_last(self) -> bool:
        """What is being said now is the last thing: an answer to it may come early."""
        return len(self._items) <= 1

    def play(self, speech: Speech) -> None:
        now = asyncio.get_running_loop().time()
        self._items.append(_Item(speech, self._speaker.units(speech), now))
        self._wanted.set()

    def hold(self) -> None:
        """Silent at once, without giving up: the caller may only have said はい."""
        self._held = True

    def resume(self) -> None:
        self._held = False

    async def stop(self) -> None:
        """Give up what may be interrupted; the rest is played to its end."""
        self._held = False
        kept = [item for item in self._items if not item.speech.interruptible]
        dropped = [item for item in self._items if item.speech.interruptible]
        if not dropped:
            return
        cut = self._items[0] is dropped[0]
        self._items = deque(kept)
        for item in dropped:
            self._end(item, complete=False)
        if cut:
            self._talk(talking=False)
            await self._wire.clear()

    def drop(self) -> list[tuple[Speech, Played]]:
        """Forget everything; returns what the far end heard of it."""
        gone, self._items = self._items, deque()
        self._talk(talking=False)
        return [(item.speech, _heard(item, complete=False)) for item in gone]

    def _end(self, item: _Item, *, complete: bool) -> None:
        self._on_end(item.speech, _heard(item, complete=complete))

    async def _feed(self) -> None:
        """Synthesise in playing order, as far ahead as there is something to say."""
        while True:
            item = next((item for item in self._items if len(item.sound) < len(item.units)), None)
            if item is None:
                self._wanted.clear()
                await self._wanted.wait()
                continue
            unit = item.units[len(item.sound)]
            try:
                pcm = await self._speaker.synthesize(unit, item.speech, self._wire.rate)
            except Exception:  # no voice, or a worker that broke: a pause here, and the call goes on
                pcm = b""
            if not item.sound and not pcm:
                pcm = silence(FRAME_MS, self._wire.rate)
            item.sound.append(pcm + silence(unit.pause_ms, self._wire.rate))

    async def _pace(self) -> None:
        loop = asyncio.get_running_loop()
        due, last_sent = loop.time(), 0.0
        while True:
            frame = self._next_frame()
            if frame is not None or self._wire.fills_silence:
                now = loop.time()
                if frame is not None and last_sent:
                    self.worst_gap_ms = max(self.worst_gap_ms, (now - last_sent) * 1000)
                last_sent = now if frame is not None else 0.0
                with contextlib.suppress(ConnectionError, RuntimeError):
                    await self._wire.send(frame or self._quiet)
            else:
                last_sent = 0.0
            self._on_frame(frame or self._quiet)
            due += FRAME_MS / 1000
            late = loop.time() - due
            if late > LATE_SECS:
                due = loop.time()
            await asyncio.sleep(max(0.0, -late) if self._wire.paced else 0.0)

    def _next_frame(self) -> bytes | None:
        """The next 20 ms of speech, padded at its end; None while silent, held or waiting for synthesis."""
        if self._held or not self._items:
            return None
        item = self._items[0]
        frame = self._read(item)
        if frame:
            if not item.first_at:
                item.first_at = asyncio.get_running_loop().time()
            self._talk(talking=True)
        if item.unit >= len(item.units):
            self._items.popleft()
            self._end(item, complete=True)
            if not self._items:
                self._talk(talking=False)
        return frame.ljust(self._frame_bytes, b"\0") if frame else None

    def _read(self, item: _Item) -> bytes:
        frame = b""
        while len(frame) < self._frame_bytes and item.unit < len(item.sound):
            sound = item.sound[item.unit]
            piece = sound[item.offset : item.offset + self._frame_bytes - len(frame)]
            frame += piece
            item.offset += len(piece)
            if item.offset >= len(sound):
                item.unit += 1
                item.offset = 0
        return frame

    def _talk(self, *, talking: bool) -> None:
        if talking != self._talking:
            self._talking = talking
            self._on_talk(talking)


def _heard(item: _Item, *, complete: bool) -> Played:
    first_ms = (item.first_at - item.ordered_at) * 1000 if item.first_at else 0.0
    return Played(item.speech.text if complete else approved(item.text_played()), complete, first_ms)
