"""Our own faster-whisper service: local folder, one decode without fallbacks, hot words, gates, confidence."""

import asyncio
import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.domain import LANGUAGES
from knowledge.errors import Unavailable
from voicebot.domain import Transcript
from voicebot.hearing.gates import joined, judged, too_quiet
from voicebot.ports import ListenHints
from voicebot.settings import HearingSettings
from voicebot.speech.shape import from_pcm, resample

if TYPE_CHECKING:
    from voicebot.hearing.window import ShortWindowWhisper

RATE = 16000
MAX_TOKENS = 96
PROMPT = "市役所のマイナンバーカードコールセンターです。"
MODEL_FILES = ("model.bin", "config.json", "tokenizer.json")
_LANGS = {"tl": "tl", "zh": "zh"}


class WhisperTranscriber:
    """Loads at `start`; `transcribe` never raises."""

    def __init__(self, settings: HearingSettings) -> None:
        self._settings = settings
        self._workers = ThreadPoolExecutor(settings.workers, thread_name_prefix="hearing")
        self._model: ShortWindowWhisper | None = None

    async def start(self) -> None:
        """Load the model. Raises Unavailable naming what is missing."""
        loop = asyncio.get_running_loop()
        self._model = await loop.run_in_executor(self._workers, self._load)

    def _load(self) -> "ShortWindowWhisper":
        settings = self._settings
        missing = missing_files(settings.model_dir)
        if missing:
            raise Unavailable(missing)
        try:
            from voicebot.hearing.window import ShortWindowWhisper
        except ImportError as exc:
            raise Unavailable("音声認識には、追加の部品 [voice] を入れてください。") from exc
        try:
            return ShortWindowWhisper(
                str(settings.model_dir),
                window_secs=settings.window_secs,
                device=settings.device,
                compute_type=settings.compute_type,
                cpu_threads=settings.threads,
                num_workers=settings.workers,
            )
        except (RuntimeError, ValueError, OSError) as exc:
            raise Unavailable("音声認識のモデルを読み込めません。モデルを入れ直してください。") from exc

    async def transcribe(self, pcm: bytes, sample_rate: int, hints: ListenHints) -> Transcript:
        reason = too_quiet(pcm, sample_rate, self._settings.min_rms)
        if reason or self._model is None:
            return Transcript("", 0.0, hints.lang or "ja", reason or "no_model")
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._workers, self._run, self._model, pcm, sample_rate, hints)
        try:
            return await asyncio.wait_for(work, self._settings.timeout_secs)
        except TimeoutError:
            return Transcript("", 0.0, hints.lang or "ja", "timeout", self._settings.timeout_secs * 1000)
        except RuntimeError:
            # The engine refuses (out of memory, driver lost): the call goes on by keys.
            return Transcript("", 0.0, hints.lang or "ja", "engine")

    def _run(self, model: "ShortWindowWhisper", pcm: bytes, rate: int, hints: ListenHints) -> Transcript:
        begin = time.perf_counter()
        samples = resample(from_pcm(pcm), rate, RATE)
        model.expect(len(samples) / RATE)
        detect = self._settings.detect_language or not hints.lang
        segments, info = model.transcribe(
            samples,
            language=None if detect else _LANGS.get(hints.lang, hints.lang),
            beam_size=self._settings.beam_size,
            temperature=0.0,
            condition_on_previous_text=False,
            without_timestamps=True,
            vad_filter=False,
            max_new_tokens=MAX_TOKENS,
            no_speech_threshold=None,
            log_prob_threshold=None,
            compression_ratio_threshold=None,
            initial_prompt=PROMPT if hints.lang == "ja" and not hints.hotwords else None,
            hotwords=" ".join(hints.hotwords) or None,
        )
        found = list(segments)
        took = (time.perf_counter() - begin) * 1000
        lang = info.language if info.language in LANGUAGES else (hints.lang or "ja")
        if not found:
            return Transcript("", 0.0, lang, "empty", took)
        weights = [max(1, len(segment.tokens)) for segment in found]
        logprob = sum(w * segment.avg_logprob for w, segment in zip(weights, found, strict=True)) / sum(weights)
        transcript = Transcript(joined([s.text for s in found]), _probability(logprob), lang, "", round(took, 1))
        return judged(
            transcript,
            max(segment.no_speech_prob for segment in found),
            max(segment.compression_ratio for segment in found),
            self._settings.no_speech_above,
        )

    def close(self) -> None:
        self._workers.shutdown(wait=False, cancel_futures=True)


def missing_files(model_dir: Path | None) -> str:
    """What stands in the way of speech recognition, as a sentence; "" when the folder is complete."""
    if model_dir is None:
        return "音声認識のモデルが設定されていません。「madoguchi models import」で取り込んでください。"
    missing = [name for name in MODEL_FILES if not (model_dir / name).is_file()]
    if missing:
        return f"音声認識のモデルのフォルダーに、次のファイルがありません：{'、'.join(missing)}"
    return ""


def _probability(logprob: float) -> float:
    return round(min(1.0, math.exp(logprob)), 4)
