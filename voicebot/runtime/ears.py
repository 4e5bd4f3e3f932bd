"""Listens: voice activity → stretches of speech → transcript → turns. A pipecat processor behind the VAD."""

import asyncio
from collections.abc import Callable
from typing import Any

from pipecat.frames.frames import (
    Frame,
    InputAudioRawFrame,
    VADUserStartedSpeakingFrame,
    VADUserStoppedSpeakingFrame,
)
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor

from voicebot.dialogue.digits import spoken_digits
from voicebot.dialogue.events import CallerSpeaking, Event, Spoken, Unheard
from voicebot.dialogue.words import is_backchannel
from voicebot.domain import Transcript
from voicebot.hearing.gates import joined
from voicebot.ports import ListenHints, Pause, Transcriber, TurnPolicy
from voicebot.runtime.player import Player
from voicebot.settings import TurnSettings

PREROLL_SECS = 0.5
"""Audio kept from before the VAD was sure: the first mora."""
TAIL_SECS = 8.0
"""Audio given to the acoustic turn model."""
STILL_SPEAKING_SECS = 1.0


class Ears(FrameProcessor):
    """Emits CallerSpeaking, Spoken and Unheard; holds the player while it finds out whether it was interrupted."""

    def __init__(
        self,
        transcriber: Transcriber,
        policy: TurnPolicy,
        player: Player,
        settings: TurnSettings,
        rate: int,
        emit: Callable[[Event], None],
        on_quiet: Callable[[], None],
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self._transcriber = transcriber
        self._policy = policy
        self._player = player
        self._turns = settings
        self._rate = rate
        self._emit = emit
        self._on_quiet = on_quiet
        self._hints = ListenHints()
        self._preroll = bytearray()
        self._stretch: bytearray | None = None
        self._voiced_secs = 0.0
        self._told_secs = 0.0
        self._over_bot = False
        self._parts: list[Transcript] = []
        self._seconds = 0.0
        self._turn_began = 0.0
        self._ended_at = 0.0
        self._heard: asyncio.Queue[tuple[bytes, float]] = asyncio.Queue()
        self._pending = 0
        self._timer: asyncio.TimerHandle | None = None
        self._work: asyncio.Task[None] | None = None

    def listen(self, hints: ListenHints) -> None:
        self._hints = hints

    @property
    def speaking(self) -> bool:
        """The caller is in the middle of a stretch of speech."""
        return self._stretch is not None

    def turn_secs(self) -> float:
        """How long ago the present turn began: what has to be blanked when it held a number."""
        return asyncio.get_running_loop().time() - self._turn_began if self._turn_began else 0.0

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        if isinstance(frame, InputAudioRawFrame):
            self._audio(frame.audio)
            return
        if direction is FrameDirection.DOWNSTREAM:
            if isinstance(frame, VADUserStartedSpeakingFrame):
                self._started()
            elif isinstance(frame, VADUserStoppedSpeakingFrame):
                self._stopped()
        await self.push_frame(frame, direction)

    async def close(self) -> None:
        """Called once the pipeline has ended: until then frames may still begin new work."""
        self._cancel_timer()
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)

    def _started(self) -> None:
        self._cancel_timer()
        if not self._parts and self._pending == 0:
            self._turn_began = asyncio.get_running_loop().time() - PREROLL_SECS
            self._over_bot = False
            self._seconds = 0.0
        self._stretch = bytearray(self._preroll)
        self._voiced_secs = self._turns.vad_start_secs
        self._told_secs = 0.0
        self._over_bot = self._over_bot or self._player.speaking
        if self._player.interruptible:
            self._player.hold()
        self._emit(CallerSpeaking())

    def _audio(self, pcm: bytes) -> None:
        keep = int(PREROLL_SECS * self._rate) * 2
        self._preroll = (self._preroll + pcm)[-keep:]
        if self._stretch is None:
            return
        self._stretch += pcm
        secs = len(pcm) / 2 / self._rate
        self._voiced_secs += secs
        self._told_secs += secs
        if self._told_secs >= STILL_SPEAKING_SECS:
            self._told_secs = 0.0
            self._emit(CallerSpeaking())
        if self._player.interruptible:
            # Also a bot that began to speak, or came to its interruptible part, while the caller was talking.
            self._player.hold()
        if len(self._stretch) >= self._turns.segment_secs * self._rate * 2:
            self._hand_in()
            self._stretch = bytearray()

    def _stopped(self) -> None:
        self._ended_at = asyncio.get_running_loop().time() - self._turns.vad_stop_secs
        if self._stretch is not None:
            self._hand_in()
            self._stretch = None
        self._on_quiet()

    def _hand_in(self) -> None:
        assert self._stretch is not None
        self._pending += 1
        self._seconds += self._voiced_secs
        self._heard.put_nowait((bytes(self._stretch), self._voiced_secs))
        if self._work is None:
            self._work = asyncio.create_task(self._transcribe())

    async def _transcribe(self) -> None:
        while True:
            pcm, _ = await self._heard.get()
            transcript = await self._transcriber.transcribe(pcm, self._rate, self._hints)
            self._pending -= 1
            self._parts.append(transcript)
            text = joined([part.text for part in self._parts])
            if len(spoken_digits(transcript.text)) >= 3 and self._hints.mode != "digits":
                self._emit(Spoken(text, _overall(self._parts), transcript.lang, self._seconds, final=False))
            if self._pending == 0 and self._stretch is None:
                await self._await_end(text, pcm)

    async def _await_end(self, text: str, pcm: bytes) -> None:
        tail = pcm[-int(TAIL_SECS * self._rate) * 2 :]
        try:
            wait_ms = await self._policy.wait_ms(Pause(text, self._hints.mode, tail, self._rate))
        except Exception:  # a turn model that broke must not leave the caller unheard
            wait_ms = self._turns.pause_ms
        if self._stretch is not None or self._pending:
            return
        loop = asyncio.get_running_loop()
        rest = self._ended_at + wait_ms / 1000 - loop.time()
        self._timer = loop.call_later(max(0.0, rest), self._finish)

    def _finish(self) -> None:
        """The turn is over: an interruption, a 相づち, or nothing at all."""
        self._timer = None
        parts, self._parts = self._parts, []
        text = joined([part.text for part in parts])
        over_bot = self._over_bot and self._player.speaking
        if over_bot and (not text or self._only_listening(text)):
            self._player.resume()
        elif text:
            asr_ms = max(part.took_ms for part in parts)
            confidence = _overall(parts)
            lang = next((part.lang for part in reversed(parts) if part.text), "ja")
            self._emit(Spoken(text, confidence, lang, self._seconds, asr_ms=asr_ms))
        elif any(part.reason not in ("short", "silence") for part in parts):
            self._emit(Unheard(parts[-1].reason or "noise"))
        else:
            self._emit(CallerSpeaking())

    def _only_listening(self, text: str) -> bool:
        """相づち, unless the bot was at the end of a yes/no question: then はい is the answer."""
        answering = self._hints.mode == "short" and self._player.at_last
        return is_backchannel(text) and not answering

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


def _overall(parts: list[Transcript]) -> float:
    """Confidence of the whole turn, by length of its parts."""
    spoken = [part for part in parts if part.text]
    total = sum(len(part.text) for part in spoken)
    return sum(part.confidence * len(part.text) for part in spoken) / total if total else 0.0
