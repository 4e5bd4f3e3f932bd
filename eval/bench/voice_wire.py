"""Callers for the voice benches: one inside the process without a socket, one over AudioSocket. Real time, real audio."""

import asyncio
import contextlib
import uuid
from dataclasses import dataclass, field

import numpy as np

from voicebot.domain import Turn
from voicebot.transports.audiosocket import AUDIO_8K, DTMF, HANGUP, UUID, pack, read_frame
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


class SocketCaller:
    """A telephone exchange with one caller: AudioSocket over the loopback, 20 ms frames both ways."""

    def __init__(self, call_id: str) -> None:
        self._call_id = call_id
        self._speech = bytearray()
        self._loud_at = 0.0
        self._closed = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def connect(self, port: int) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._writer.write(pack(UUID, uuid.UUID(self._call_id).bytes))
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._talk())]

    async def _listen(self) -> None:
        try:
            while True:
                kind, payload = await read_frame(self._reader)
                if kind == HANGUP:
                    return
                if audible(payload):
                    self._loud_at = asyncio.get_running_loop().time()
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self._closed.set()

    async def _talk(self) -> None:
        loop = asyncio.get_running_loop()
        step, due = RATE * FRAME_MS // 1000 * 2, loop.time()
        while not self._closed.is_set():
            self._writer.write(pack(AUDIO_8K, bytes(self._speech[:step]).ljust(step, b"\0")))
            del self._speech[:step]
            due += FRAME_MS / 1000
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def speak(self, pcm: bytes) -> None:
        self._speech += pcm
        while self._speech and not self._closed.is_set():  # noqa: ASYNC110 - the talking task takes the bytes
            await asyncio.sleep(0.02)

    async def until_quiet(self, secs: float = 0.6) -> None:
        """Until the bot has spoken and been silent for `secs`."""
        loop = asyncio.get_running_loop()
        while not self._closed.is_set() and (not self._loud_at or loop.time() - self._loud_at < secs):  # noqa: ASYNC110 - silence has no event
            await asyncio.sleep(0.02)

    async def until_loud(self) -> None:
        """Until the bot is heard after now."""
        now = asyncio.get_running_loop().time()
        while not self._closed.is_set() and self._loud_at <= now:  # noqa: ASYNC110 - the listening task sets it
            await asyncio.sleep(0.02)

    async def until_closed(self) -> None:
        await self._closed.wait()

    def press(self, key: str) -> None:
        self._writer.write(pack(DTMF, key.encode()))

    async def end(self, *, rudely: bool) -> None:
        """Hang up, or vanish without a word."""
        if rudely:
            self._writer.transport.abort()
        elif not self._closed.is_set():
            self._writer.write(pack(HANGUP))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._writer.close()
        with contextlib.suppress(ConnectionError):
            await self._writer.wait_closed()
