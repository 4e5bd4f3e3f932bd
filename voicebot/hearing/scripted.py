"""A transcriber that knows what will be said: tests, benches and demonstrations without a model."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace

from voicebot.domain import Transcript
from voicebot.ports import ListenHints


class ScriptedTranscriber:
    """Returns the given transcripts in order, the last one again and again, each after `delay_secs`."""

    def __init__(self, lines: Iterable[Transcript | str], delay_secs: float = 0.25) -> None:
        self._lines = [line if isinstance(line, Transcript) else Transcript(line, 0.9) for line in lines]
        self._delay_secs = delay_secs
        self.hints: list[ListenHints] = []
        self.lengths_secs: list[float] = []

    async def transcribe(self, pcm: bytes, sample_rate: int, hints: ListenHints) -> Transcript:
        self.hints.append(hints)
        self.lengths_secs.append(len(pcm) / 2 / sample_rate)
        await asyncio.sleep(self._delay_secs)
        if not self._lines:
            return Transcript("", 0.0, reason="script_over")
        line = self._lines.pop(0) if len(self._lines) > 1 else self._lines[0]
        return replace(line, took_ms=self._delay_secs * 1000)


class DeafTranscriber:
    """No model: understands nothing, says so."""

    async def transcribe(self, pcm: bytes, sample_rate: int, hints: ListenHints) -> Transcript:
        return Transcript("", 0.0, reason="no_model")
