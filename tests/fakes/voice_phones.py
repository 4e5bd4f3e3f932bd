"""Loopback telephones: a fake Asterisk and fake WebSocket peers that speak with Open JTalk and listen to what returns."""

import asyncio
import base64
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from voicebot.speech.shape import rms
from voicebot.speech.synth import synthesize
from voicebot.transports.audiosocket import AUDIO_8K, DTMF, HANGUP, UUID, pack, read_frame
from voicebot.transports.mulaw import decode, encode

PATIENCE_SECS = 120.0
"""How long something that must come is waited for: a busy machine is slow, and only a failing test waits so long."""
FRAME = 320
LOUD = 0.01


def spoken(text: str, rate: int = 8000) -> bytes:
    """A citizen's line as audio."""
    return synthesize(text, 1.0, 1.0, rate, "")


@dataclass
class Heard:
    """What came back, with times."""

    frames: list[tuple[float, bytes]] = field(default_factory=list)
    closed: asyncio.Event = field(default_factory=asyncio.Event)
    loud_at: list[float] = field(default_factory=list)
    hung_up: bool = False

    def add(self, pcm: bytes) -> None:
        now = asyncio.get_running_loop().time()
        self.frames.append((now, pcm))
        if rms(pcm) > LOUD:
            self.loud_at.append(now)

    @property
    def speech_secs(self) -> float:
        return 0.02 * len(self.loud_at)

    def last_loud(self) -> float:
        return self.loud_at[-1] if self.loud_at else 0.0

    def gaps_ms(self) -> list[float]:
        times = [at for at, _ in self.frames]
        return [float(gap) * 1000 for gap in np.diff(times)]

    async def quiet(self, secs: float = 0.8, limit: float = PATIENCE_SECS) -> None:
        """Until the bot has spoken and then been silent for `secs`."""
        async with asyncio.timeout(limit):
            while not self.closed.is_set():
                now = asyncio.get_running_loop().time()
                if self.last_loud() and now - self.last_loud() > secs:
                    return
                await asyncio.sleep(0.02)

    async def talking(self, limit: float = PATIENCE_SECS) -> float:
        """Until the bot starts to speak after now; returns when."""
        start = asyncio.get_running_loop().time()
        async with asyncio.timeout(limit):
            while True:
                if self.last_loud() > start:
                    return next(at for at in self.loud_at if at > start)
                await asyncio.sleep(0.01)


class FakeAsterisk:
    """One AudioSocket call. `silent` sends nothing while the citizen is quiet, as DTX does."""

    def __init__(self, *, silent: bool = False) -> None:
        self.heard = Heard()
        self.call_id = str(uuid.uuid4())
        self._silent = silent
        self._speech = bytearray()
        self._tasks: list[asyncio.Task[None]] = []
        self.spoke_until = 0.0

    async def connect(self, port: int) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        self._writer.write(pack(UUID, uuid.UUID(self.call_id).bytes))
        self._tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._talk())]

    async def _listen(self) -> None:
        try:
            while True:
                kind, payload = await read_frame(self._reader)
                if kind == HANGUP:
                    self.heard.hung_up = True
                    return
                assert kind == AUDIO_8K, kind
                assert len(payload) == FRAME
                self.heard.add(payload)
        except (asyncio.IncompleteReadError, ConnectionError):
            return
        finally:
            self.heard.closed.set()

    async def _talk(self) -> None:
        loop = asyncio.get_running_loop()
        due = loop.time()
        while not self.heard.closed.is_set():
            frame = bytes(self._speech[:FRAME]).ljust(FRAME, b"\0")
            if self._speech or not self._silent:
                self._writer.write(pack(AUDIO_8K, frame))
            if self._speech:
                del self._speech[:FRAME]
                if not self._speech:
                    self.spoke_until = loop.time()
            due += 0.02
            await asyncio.sleep(max(0.0, due - loop.time()))

    async def say(self, pcm: bytes) -> None:
        """Speak and return when the last frame has gone out."""
        self._speech += pcm
        while self._speech:  # noqa: ASYNC110 - the talking task owns the buffer
            await asyncio.sleep(0.01)

    def press(self, key: str) -> None:
        self._writer.write(pack(DTMF, key.encode()))

    def raw(self, data: bytes) -> None:
        self._writer.write(data)

    async def hang_up(self, *, rudely: bool = False) -> None:
        if rudely:
            self._writer.transport.abort()
        else:
            self._writer.write(pack(HANGUP))
        await self.close()

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._writer.close()
        try:
            await self._writer.wait_closed()
        except ConnectionError:
            pass


class FakeSocket:
    """Both ends of a WebSocket: `send`/`receive` are given to the bot, the rest belongs to the test."""

    def __init__(self) -> None:
        self.heard = Heard()
        self.messages: list[dict[str, object]] = []
        self._to_bot: asyncio.Queue[str | bytes | None] = asyncio.Queue()

    async def receive(self) -> str | bytes | None:
        return await self._to_bot.get()

    async def send(self, message: str | bytes) -> None:
        if self.heard.closed.is_set():
            raise ConnectionResetError
        if isinstance(message, bytes):
            self.heard.add(message)
            return
        data = json.loads(message)
        if data.get("event") == "media":
            self.heard.add(decode(base64.b64decode(data["media"]["payload"])))
        else:
            self.messages.append(data)

    def post(self, message: str | bytes | dict[str, object]) -> None:
        self._to_bot.put_nowait(json.dumps(message) if isinstance(message, dict) else message)

    def close(self) -> None:
        self.heard.closed.set()
        self._to_bot.put_nowait(None)

    def kinds(self) -> list[object]:
        return [message.get("event") or message.get("type") for message in self.messages]


class FakeTwilio(FakeSocket):
    def begin(self) -> None:
        self.post({"event": "connected", "protocol": "Call", "version": "1.0.0"})
        start = {"streamSid": "MZ1", "callSid": "CA1", "accountSid": "AC1", "tracks": ["inbound"]}
        self.post({"event": "start", "sequenceNumber": "1", "streamSid": "MZ1", "start": start})

    async def say(self, pcm: bytes) -> None:
        await pace(pcm, FRAME, self._media)

    def _media(self, piece: bytes) -> None:
        payload = base64.b64encode(encode(piece)).decode()
        self.post({"event": "media", "streamSid": "MZ1", "media": {"track": "inbound", "payload": payload}})

    def press(self, key: str) -> None:
        self.post({"event": "dtmf", "streamSid": "MZ1", "dtmf": {"track": "inbound_track", "digit": key}})

    def stop(self) -> None:
        self.post({"event": "stop", "streamSid": "MZ1", "stop": {"callSid": "CA1"}})


async def pace(pcm: bytes, frame: int, out: Callable[[bytes], object]) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    for start in range(0, len(pcm), frame):
        out(pcm[start : start + frame].ljust(frame, b"\0"))
        due += 0.02
        await asyncio.sleep(max(0.0, due - loop.time()))
