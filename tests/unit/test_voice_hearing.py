"""Hearing: gates against invented text, and the real faster-whisper path with a random-weight model."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import Unavailable
from voicebot.domain import Transcript
from voicebot.hearing.gates import joined, judged, too_quiet
from voicebot.hearing.hotwords import LIMIT, hotwords
from voicebot.hearing.whisper import WhisperTranscriber, missing_files
from voicebot.ports import ListenHints
from voicebot.settings import HearingSettings
from voicebot.speech.shape import to_pcm

RNG = np.random.default_rng(7)
SPEECHLIKE = to_pcm((RNG.standard_normal(16000 * 2) * 0.1).astype(np.float32))


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("ご視聴ありがとうございました", "phrase"),
        ("チャンネル登録お願いします", "phrase"),
        ("はいはいはいはいはいはいはいはい", "loop"),
        ("。。。", "empty"),
        ("カードの更新です", ""),
    ],
)
def test_invented_text_is_dropped(text: str, reason: str) -> None:
    result = judged(Transcript(text, 0.8), no_speech=0.1, compression=1.2, no_speech_above=0.6)
    assert (result.reason, bool(result.text)) == (reason, not reason)


def test_no_speech_needs_both_doubts() -> None:
    assert judged(Transcript("更新", 0.9), 0.9, 1.0, 0.6).text == "更新"
    assert judged(Transcript("更新", 0.3), 0.9, 1.0, 0.6).reason == "no_speech"


def test_quiet_and_short_sounds_are_not_transcribed() -> None:
    assert too_quiet(bytes(16000), 8000, 0.0025) == "silence"
    assert too_quiet(SPEECHLIKE[:300], 16000, 0.0025) == "short"
    assert too_quiet(SPEECHLIKE, 16000, 0.0025) == ""


def test_parts_of_a_turn_join_without_spaces_between_japanese() -> None:
    assert joined(["すみません、", " 電話番号を ", "", "J-LIS card"]) == "すみません、電話番号を J-LIS card"


def test_hotwords_follow_the_node_and_stay_few() -> None:
    assert "キュウ" in hotwords("callback_number", ())
    assert hotwords("clarify", ("署名用", "利用者証明用"))[0] == "署名用"
    assert len(hotwords("question", (), tuple(f"施設{i}" for i in range(100)))) == LIMIT


def test_missing_model_is_named_in_japanese(tmp_path: Path) -> None:
    assert "models import" in missing_files(None)
    assert "model.bin" in missing_files(tmp_path)
    with pytest.raises(Unavailable):
        asyncio.run(WhisperTranscriber(HearingSettings(model_dir=tmp_path)).start())


@pytest.fixture(scope="module")
def model_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.fakes.voice_whisper import build

    return build(tmp_path_factory.mktemp("whisper"))


def hear(settings: HearingSettings, pcm: bytes, rate: int = 16000, hints: ListenHints | None = None) -> Transcript:
    async def run() -> Transcript:
        transcriber = WhisperTranscriber(settings)
        await transcriber.start()
        try:
            return await transcriber.transcribe(pcm, rate, hints or ListenHints())
        finally:
            transcriber.close()

    return asyncio.run(run())


@pytest.mark.voice
@pytest.mark.parametrize("window_secs", [30.0, 8.0])
def test_real_whisper_path_gives_a_transcript_or_a_reason(model_dir: Path, window_secs: float) -> None:
    settings = HearingSettings(model_dir=model_dir, window_secs=window_secs, threads=1)
    result = hear(settings, SPEECHLIKE, hints=ListenHints("open", ("マイナンバーカード", "電子証明書")))
    assert result.lang == "ja"
    assert bool(result.text) != bool(result.reason)
    assert 0.0 <= result.confidence <= 1.0
    assert result.took_ms > 0


@pytest.mark.voice
def test_eight_kilohertz_is_resampled_and_language_can_be_detected(model_dir: Path) -> None:
    settings = HearingSettings(model_dir=model_dir, detect_language=True, threads=1)
    assert hear(settings, SPEECHLIKE[::2][: 8000 * 2], rate=8000).lang in ("ja", "en", "zh", "ko", "vi", "pt", "tl")


@pytest.mark.voice
def test_a_transcription_that_hangs_is_given_up(model_dir: Path) -> None:
    settings = HearingSettings(model_dir=model_dir, timeout_secs=0.0001, threads=1)
    assert hear(settings, SPEECHLIKE).reason == "timeout"


@pytest.mark.voice
def test_a_broken_model_says_so(model_dir: Path, tmp_path: Path) -> None:
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (tmp_path / name).write_bytes((model_dir / name).read_bytes()[:100])
    with pytest.raises(Unavailable):
        hear(HearingSettings(model_dir=tmp_path), SPEECHLIKE)
