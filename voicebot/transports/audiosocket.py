"""Asterisk AudioSocket: one TCP connection a call. Frame = kind (1 byte), length (2, big-endian), payload.

Sending a hang-up frame lets the dialplan go on with its next step; that is the transfer to a person.
"""

import asyncio
import contextlib
import struct
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from ipaddress import ip_address, ip_network

from voicebot.domain import Turn
from voicebot.settings import AudioSocketSettings
from voicebot.speech.shape import from_pcm, resample, to_pcm
from voicebot.transports.wire import Audio, Ended, KeyPressed, WireEvent

HANGUP, UUID, DTMF, AUDIO_8K, ERROR = 0x00, 0x01, 0x03, 0x10, 0xFF
RATES = {0x10: 8000, 0x11: 12000, 0x12: 16000, 0x13: 24000, 0x14: 32000, 0x15: 44100, 0x16: 48000, 0x17: 96000}
RATE = 8000
KEYS = frozenset("0123456789*#ABCD")
READ_TIMEOUT_SECS = 30.0
"""Asterisk itself gives up after two silent seconds; a peer this quiet is gone."""
SEND_BACKLOG_BYTES = 64_000
"""Four seconds of audio the peer has not taken: it no longer listens."""


def pack(kind: int, payload: bytes = b"") -> bytes:
    return struct.pack(">BH", kind, len(payload)) + payload


async def read_frame(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    """One message. Raises IncompleteReadError at the end of the stream."""
    kind, length = struct.unpack(">BH", await reader.readexactly(3))
    return kind, await reader.readexactly(length) if length else b""


class AudioSocketWire:
    rate = RATE
    screen = False
    fills_silence = True
    paced = True

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def receive(self) -> WireEvent:
        while True:
            try:
                kind, payload = await asyncio.wait_for(read_frame(self._reader), READ_TIMEOUT_SECS)
            except (asyncio.IncompleteReadError, ConnectionError):
                return Ended("caller")
            except TimeoutError:
                return Ended("timeout")
            if kind in RATES:
                return Audio(_at_eight(payload, RATES[kind]))
            if kind == DTMF and len(payload) == 1 and chr(payload[0]) in KEYS:
                return KeyPressed(chr(payload[0]))
            if kind == HANGUP:
                return Ended("caller")
            if kind == ERROR:
                return Ended("error")
            if kind not in (UUID, DTMF):
                # Whatever speaks here is not AudioSocket; going on would turn noise into speech.
                return Ended("protocol")

    async def send(self, pcm: bytes) -> None:
        if self._writer.is_closing():
            return
        if self._writer.transport.get_write_buffer_size() > SEND_BACKLOG_BYTES:
            self._writer.transport.abort()
            return
        self._writer.write(pack(AUDIO_8K, pcm))

    async def clear(self) -> None:
        """Nothing is buffered beyond the frames already sent."""

    async def caption(self, turn: Turn) -> None:
        """A telephone has no screen."""

    async def finish(self) -> None:
        with contextlib.suppress(ConnectionError, RuntimeError):
            self._writer.write(pack(HANGUP))
            await asyncio.wait_for(self._writer.drain(), 1.0)


def _at_eight(payload: bytes, rate: int) -> bytes:
    if rate == RATE:
        return payload[: len(payload) // 2 * 2]
    return to_pcm(resample(from_pcm(payload), rate, RATE))


class Registrations:
    """Calls the PBX has announced: AudioSocket has no passwords, so an unknown UUID is nobody's call."""

    def __init__(self, valid_secs: float, now: Callable[[], float]) -> None:
        self._valid_secs = valid_secs
        self._now = now
        self._known: dict[str, float] = {}

    def announce(self, call_id: str) -> str:
        """Returns the canonical form. Raises ValueError when it is no UUID."""
        known = str(uuid.UUID(call_id))
        limit = self._now() - self._valid_secs
        self._known = {key: at for key, at in self._known.items() if at >= limit}
        self._known[known] = self._now()
        return known

    def take(self, call_id: str) -> bool:
        """True once for every announced call that is still fresh."""
        at = self._known.pop(call_id, None)
        return at is not None and at >= self._now() - self._valid_secs


class AudioSocketServer:
    """Accepts calls and runs `answer(wire, call_id)` for each; refuses strangers before anything is built."""

    def __init__(
        self,
        settings: AudioSocketSettings,
        answer: Callable[[AudioSocketWire, str], Awaitable[None]],
        now: Callable[[], float],
    ) -> None:
        self._settings = settings
        self._answer = answer
        self._networks = [ip_network(peer, strict=False) for peer in settings.peers]
        self._server: asyncio.Server | None = None
        self._calls: set[asyncio.Task[None]] = set()
        self.registrations = Registrations(settings.registration_secs, now)
        self.refused = 0

    async def start(self) -> int:
        """Listen; returns the port (useful when the configured one is 0)."""
        self._server = await asyncio.start_server(self._connected, self._settings.host, self._settings.port)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
        for call in list(self._calls):
            call.cancel()
        await asyncio.gather(*self._calls, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._calls.add(task)
        try:
            async with _closing(writer):
                call_id = await self._identify(reader, writer)
                if call_id:
                    await self._answer(AudioSocketWire(reader, writer), call_id)
                else:
                    self.refused += 1
        except (ConnectionError, asyncio.CancelledError):
            # The peer went away, or the server closes: nothing is left to be told to anybody.
            return
        finally:
            self._calls.discard(task)

    async def _identify(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
        """The call's UUID, or "" for a peer, a message or a call we do not know."""
        peer = writer.get_extra_info("peername")
        if not peer or not any(ip_address(peer[0]) in network for network in self._networks):
            return ""
        try:
            kind, payload = await asyncio.wait_for(read_frame(reader), self._settings.uuid_timeout_secs)
        except (TimeoutError, asyncio.IncompleteReadError, ConnectionError):
            return ""
        if kind != UUID or len(payload) != 16:
            return ""
        call_id = str(uuid.UUID(bytes=payload))
        if self._settings.registered_only and not self.registrations.take(call_id):
            return ""
        return call_id


@contextlib.asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError, TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), 2.0)
