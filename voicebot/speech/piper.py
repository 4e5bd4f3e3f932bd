"""A Piper voice from a local file (extra [piper], GPL): other languages, or a different Japanese voice."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.errors import Unavailable
from voicebot.domain import Speech, Unit
from voicebot.speech.clauses import units
from voicebot.speech.normalise import for_reading
from voicebot.speech.shape import loudness, resample, to_pcm, trim


class PiperSpeaker:
    """One voice file and its .json beside it; nothing is ever downloaded."""

    def __init__(self, voice: Path, lang: str = "ja", speed: float = 1.0) -> None:
        self._lang = lang
        self._speed = speed
        self._voice = _load(voice)

    def speaks(self, lang: str) -> bool:
        return lang == self._lang

    def units(self, speech: Speech) -> Sequence[Unit]:
        return units(speech.text, speech.lang)

    async def synthesize(self, unit: Unit, speech: Speech, sample_rate: int) -> bytes:
        text = for_reading(unit.text) if speech.lang == "ja" else unit.text
        return await asyncio.to_thread(self._make, text, speech.speed * self._speed, speech.gain, sample_rate)

    def _make(self, text: str, speed: float, gain: float, rate: int) -> bytes:
        from piper.config import SynthesisConfig

        config = SynthesisConfig(length_scale=1.0 / speed)
        parts = [
            trim(resample(np.asarray(chunk.audio_float_array, dtype=np.float32), chunk.sample_rate, rate), rate)
            for chunk in self._voice.synthesize(text, config)
        ]
        return to_pcm(loudness(np.concatenate(parts), gain)) if parts else b""


def _load(path: Path) -> Any:
    if not path.is_file() or not Path(f"{path}.json").is_file():
        raise Unavailable(f"Piper の音声ファイルが見つかりません：{path.name} と {path.name}.json を置いてください。")
    try:
        from piper import PiperVoice
    except ImportError as exc:
        raise Unavailable("Piper を使うには、追加の部品 [piper] を入れてください。") from exc
    return PiperVoice.load(path)
