"""A caller inside the process for the voice bench: real time, real audio, no socket."""

import asyncio
from dataclasses import dataclass, field

import numpy as np

from voicebot.domain import Turn
from voicebot.transports.wire import FRAME_MS, Audio, Ended, WireEvent

RATE = 8000
LOUD = 300
"""Sample value above which a frame counts as audible."""


def audible(pcm: bytes) -> bool:
    return bool(np.abs(np.frombuffer(pcm, dtype="<i2").astype(np.int32)).max(initial=0) > LOUD)


@dataclass
class BenchWire:
    """A telephone line: speaks what it is given, notes when the bot was audible."""

    rate: int = RATE
    screen: bool = False
    fills_silence: bool = True
    paced: bool = True
    loud_at: list[float] = field(default_factory=list)
    sent_at: list[float] = field(default_factory=list)
    _speech: bytearray = field(default_factory=bytearray)
    _due: float = 0.0
    _over: bool = False

    async def receive(self) -> WireEvent:
        loop = asyncio.get_running_loop()
        self._due = max(self._due, loop.time() - 0.1) + FRAME_MS / 1000
        await asyncio.sleep(max(0.0, self._due - loop.time()))
        if self._over:
            return Ended("caller")
        step = RATE * FRAME_MS // 1000 * 2
        frame = bytes(self._speech[:step]).ljust(step, b"\0")
        del self._speech[:step]
        return Audio(frame)

    async def send(self, pcm: bytes) -> None:
        now = asyncio.get_running_loop().time()
        self.sent_at.append(now)
        if audible(pcm):
            self.loud_at.append(now)

    async def clear(self) -> None:
        """Nothing is buffered."""

    async def caption(self, turn: Turn) -> None:
        """No screen."""

    async def finish(self) -> None:
        self._over = True

    def hang_up(self) -> None:
        self._over = True

    async def speak(self, pcm: bytes) -> tuple[float, float]:
        """Say it; returns when the first and the last audible sample went out."""
        samples = np.abs(np.frombuffer(pcm, dtype="<i2").astype(np.int32))
        loud = np.flatnonzero(samples > LOUD)
        begin = asyncio.get_running_loop().time()
        self._speech += pcm
        while self._speech:  # noqa: ASYNC110 - the reader takes the bytes
            await asyncio.sleep(0.005)
        return begin + loud[0] / RATE, begin + loud[-1] / RATE

    async def quiet(self, secs: float = 0.7) -> None:
        """Until the bot has spoken and been silent for `secs`."""
        loop = asyncio.get_running_loop()
        while not self.loud_at or loop.time() - self.loud_at[-1] < secs:  # noqa: ASYNC110 - silence has no event
            await asyncio.sleep(0.02)

    async def next_loud(self, after: float, limit_secs: float = 10.0) -> float:
        loop = asyncio.get_running_loop()
        while loop.time() < after + limit_secs:
            if self.loud_at and self.loud_at[-1] > after:
                return next(at for at in self.loud_at if at > after)
            await asyncio.sleep(0.005)
        return after + limit_secs

    def silent_since(self, begin: float, least_secs: float = 0.4) -> float:
        """End of the audible stretch that was going on at `begin`."""
        later = [at for at in self.loud_at if at >= begin]
        last = begin
        for at in later:
            if at - last > least_secs:
                return last
            last = at
        return last
