"""A WAV file as a caller: its audio in, the bot's audio out into another file. For trials, without a telephone."""

import asyncio
import wave
from pathlib import Path

import numpy as np

from knowledge.errors import NotReadable
from voicebot.domain import Turn
from voicebot.speech.shape import Samples, resample, to_pcm
from voicebot.transports.wire import FRAME_MS, Audio, Ended, WireEvent

RATE = 16000
MAX_SECS = 600
AFTER_SECS = 30.0
"""How long the bot may still talk after the file has ended."""


class WavWire:
    """Feeds the file in real time once the bot has finished speaking for the first time."""

    rate = RATE
    screen = False
    fills_silence = False
    paced = True

    def __init__(self, source: Path) -> None:
        self._pcm = to_pcm(read_wav(source))
        self._at = 0
        self._due = 0.0
        self._quiet_until = 0.0
        self._sent = bytearray()
        self._spoke = False
        self._talks_until = 0.0
        self._finished = asyncio.Event()

    async def receive(self) -> WireEvent:
        loop = asyncio.get_running_loop()
        now = loop.time()
        self._due = max(self._due, now - 0.1) + FRAME_MS / 1000
        await asyncio.sleep(max(0.0, self._due - now))
        if self._finished.is_set():
            return Ended("bot")
        step = RATE * FRAME_MS // 1000 * 2
        if not self._spoke or (self._at == 0 and loop.time() < self._talks_until + 0.5):
            return Audio(bytes(step))
        piece = self._pcm[self._at : self._at + step]
        self._at += len(piece)
        if piece:
            self._quiet_until = loop.time() + AFTER_SECS
            return Audio(piece.ljust(step, b"\0"))
        return Audio(bytes(step)) if loop.time() < self._quiet_until else Ended("caller")

    async def send(self, pcm: bytes) -> None:
        self._spoke = True
        self._talks_until = asyncio.get_running_loop().time()
        self._sent += pcm

    async def clear(self) -> None:
        """Nothing is buffered."""

    async def caption(self, turn: Turn) -> None:
        """No screen."""

    async def finish(self) -> None:
        self._finished.set()

    def save(self, target: Path) -> None:
        """Write what the bot said, without the pauses in which it listened."""
        with wave.open(str(target), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes(bytes(self._sent))


def read_wav(path: Path) -> Samples:
    """A 16-bit PCM WAV of any rate and one or two channels, as mono at RATE. Raises NotReadable."""
    try:
        with wave.open(str(path), "rb") as source:
            channels, width, rate, frames = source.getparams()[:4]
            if width != 2 or channels not in (1, 2) or not 4000 <= rate <= 192_000 or frames > MAX_SECS * rate:
                raise NotReadable("音声ファイルは、10分以内の16ビットPCMのWAV形式にしてください。")
            data = np.frombuffer(source.readframes(frames), dtype="<i2")
    except (wave.Error, EOFError, OSError) as exc:
        raise NotReadable("音声ファイルを読み取れません。WAV形式か確認してください。") from exc
    mono = data.reshape(-1, channels).mean(axis=1).astype(np.float32) / np.float32(32768.0)
    return resample(mono, rate, RATE)
