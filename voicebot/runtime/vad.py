"""Silero voice activity and smart-turn end-of-turn models, both from pipecat's wheel: no download."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np

from voicebot.runtime.quiet_logs import silence_pipecat
from voicebot.settings import TurnSettings
from voicebot.speech.shape import from_pcm, resample

silence_pipecat()

from pipecat.audio.vad.silero import SileroVADAnalyzer  # noqa: E402 - only after its logging is off
from pipecat.audio.vad.vad_analyzer import VADParams, VADState  # noqa: E402

SMART_RATE = 16000


SPEAKING = VADState.SPEAKING


def make_vad(settings: TurnSettings, rate: int) -> SileroVADAnalyzer:
    """A fresh analyser for one call."""
    params = VADParams(
        confidence=settings.vad_confidence,
        start_secs=settings.vad_start_secs,
        stop_secs=settings.vad_stop_secs,
        min_volume=settings.vad_min_volume,
    )
    return SileroVADAnalyzer(sample_rate=rate, params=params)


class SmartTurn:
    """P(finished) by smart-turn v3 on the last eight seconds. One model and one thread for all calls."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="turns")

    async def complete(self, pcm: bytes, sample_rate: int) -> float:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._worker, _predict, pcm, sample_rate)

    def close(self) -> None:
        self._worker.shutdown(wait=False, cancel_futures=True)


@cache
def _model() -> Any:
    from pipecat.audio.turn.smart_turn.local_smart_turn_v3 import LocalSmartTurnAnalyzerV3

    return LocalSmartTurnAnalyzerV3(sample_rate=SMART_RATE)


def _predict(pcm: bytes, sample_rate: int) -> float:
    samples = resample(from_pcm(pcm), sample_rate, SMART_RATE)
    result = _model()._predict_endpoint(np.ascontiguousarray(samples))
    return float(result["probability"])
