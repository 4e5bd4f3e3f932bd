"""Reading aloud: normaliser, clauses, shaping, user dictionary, cache, and the real Open JTalk."""

import asyncio
import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.errors import InvalidInput
from knowledge.privacy.redacted import approved
from voicebot.domain import Speech, Unit
from voicebot.speech import dictionary, shape
from voicebot.speech.cache import SpeechCache
from voicebot.speech.clauses import units
from voicebot.speech.normalise import for_reading
from voicebot.speech.pool import SynthesisPool
from voicebot.speech.speaker import JapaneseSpeaker


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("2026/4/1から", "2026年4月1日から"),
        ("2026/4/1〜4/30", "2026年4月1日から4月30日"),
        ("1/2以上", "2分の1以上"),
        ("9:00〜17:15", "9時から17時15分"),
        ("平日9時～12時", "平日9時から12時"),
        ("くわしくは https://www.city.mihon.example/card をご覧ください", "くわしくは ホームページ をご覧ください"),
        ("本人確認書類（例：運転免許証）をお持ちください", "本人確認書類、例、運転免許証、をお持ちください"),
        ("①申請書②写真", "1、申請書2、写真"),
        ("e-Taxで使えます", "イータックスで使えます"),
        ("有効期限：10年", "有効期限、10年"),
        ("令和7年4月", "令和シチ年4月"),
        ("R8.8.1", "令和8年8月1日"),
        ("電話は00-0000-1234です", "電話はゼロゼロ、の、ゼロゼロゼロゼロ、の、イチニーサンヨンです"),
        ("0120-95-0178", "ゼロイチニーゼロ、の、キューゴー、の、ゼロイチナナハチ"),
        ("**大切**\n・写真\n・申請書", "大切。写真。申請書"),
        ("市民課/支所", "市民課、支所"),
        ("手数料は1,500円", "手数料は1,500円"),
        ("info@mihon.example へ", "メールアドレス へ"),
    ],
)
def test_text_is_rewritten_for_reading(written: str, spoken: str) -> None:
    assert for_reading(written) == spoken


@given(st.text(max_size=80))
def test_reading_never_fails_and_settles(text: str) -> None:
    once = for_reading(text)
    assert "http" not in once or "http" in text
    assert not once.startswith(("、", "。"))


@given(st.text(alphabet="あいう、。！？\n漢字「」 ", max_size=200))
def test_units_add_up_to_the_text(text: str) -> None:
    assert "".join(unit.text for unit in units(text)) == text


def test_first_unit_is_short_the_rest_are_sentences() -> None:
    text = "マイナンバーカードの更新は、市役所の市民課の窓口でできます。平日の午前8時30分から、午後5時15分までです。"
    assert [unit.text for unit in units(text)] == [
        "マイナンバーカードの更新は、",
        "市役所の市民課の窓口でできます。",
        "平日の午前8時30分から、午後5時15分までです。",
    ]
    assert [unit.text for unit in units("はい、そうです。")] == ["はい、そうです。"]


@given(st.lists(st.floats(-3, 3, width=32), max_size=400), st.sampled_from([0.5, 1.0, 1.8, 4.0]))
def test_loudness_never_wraps(values: list[float], gain: float) -> None:
    samples = np.array(values, dtype=np.float32)
    pcm = np.frombuffer(shape.to_pcm(shape.loudness(samples, gain)), dtype="<i2")
    assert len(pcm) == len(samples)
    same_sign = (np.sign(pcm) == np.sign(samples)) | (np.abs(samples * gain) < 1e-3)
    assert same_sign.all()


def test_trim_cuts_silence_at_both_ends() -> None:
    rate = 8000
    tone = (0.3 * np.sin(np.arange(rate) / 3)).astype(np.float32)
    padded = np.concatenate([np.zeros(rate // 3, np.float32), tone, np.zeros(rate // 3, np.float32)])
    assert abs(len(shape.trim(padded, rate)) - rate) <= 2 * shape.KEEP_SECS * rate + 8
    assert shape.trim(np.zeros(100, np.float32), rate).size == 0


def test_dictionary_rows_are_checked_and_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        dictionary.read_csv("surface,reading,accent\n東みほん,ひがしみほん,0\nＡ,abc,0\n,ア,0\n長い,ナガイ,9\n")
    assert [problem.row for problem in caught.value.problems] == [3, 4, 5]


def test_dictionary_round_trips_and_later_words_win() -> None:
    words = dictionary.merge(dictionary.shipped(), [dictionary.word("みほん市", "ミホンチョウ")])
    assert {word.surface: word.reading for word in words}["みほん市"] == "ミホンチョウ"
    assert dictionary.read_csv(dictionary.to_csv(words)) == words
    assert dictionary.version(words) != dictionary.version(dictionary.shipped())


def test_cache_keeps_on_disk_forgets_the_oldest_and_never_stores_secrets(tmp_path: Path) -> None:
    cache = SpeechCache(tmp_path, disk_mb=1, memory_mb=1)
    cache.put("a", b"\1\0" * 10)
    assert SpeechCache(tmp_path).get("a") == b"\1\0" * 10
    cache.put("secret", b"\1\0", keep=False)
    assert SpeechCache(tmp_path).get("secret") is None
    for number in range(30):
        cache.put(f"k{number}", bytes(100_000))
    assert cache.trim() > 0
    assert sum(path.stat().st_size for path in tmp_path.glob("*.pcm")) <= 1024 * 1024


@pytest.fixture(scope="module")
def speaker(tmp_path_factory: pytest.TempPathFactory) -> JapaneseSpeaker:
    folder = tmp_path_factory.mktemp("voice")
    made = JapaneseSpeaker(SynthesisPool(0), SpeechCache(folder / "cache"), folder)
    made.use_words(dictionary.shipped())
    return made


@pytest.mark.voice
def test_open_jtalk_speaks_trimmed_and_at_the_rate_of_the_line(speaker: JapaneseSpeaker) -> None:
    speech = Speech(approved("市民課の窓口へお越しください。"))
    pcm8 = asyncio.run(speaker.synthesize(speaker.units(speech)[0], speech, 8000))
    pcm16 = asyncio.run(speaker.synthesize(speaker.units(speech)[0], speech, 16000))
    assert abs(len(pcm16) - 2 * len(pcm8)) < 1500
    start = np.abs(np.frombuffer(pcm8[:1600], dtype="<i2")).max()
    assert start > 100, "speech begins within 0.1 s"
    assert 1.0 < len(pcm8) / 16000 < 4.0


@pytest.mark.voice
def test_speed_changes_length_and_gain_changes_loudness(speaker: JapaneseSpeaker) -> None:
    unit = Unit("窓口は市役所の一階です。")

    def made(**changes: float) -> bytes:
        speech = Speech(approved(unit.text), **changes)  # type: ignore[arg-type]
        return asyncio.run(speaker.synthesize(unit, speech, 8000))

    assert len(made(speed=0.8)) > 1.1 * len(made())
    assert shape.rms(made(gain=1.8)) > 1.3 * shape.rms(made())


@pytest.mark.voice
def test_user_dictionary_changes_the_sound_and_the_cache_key(speaker: JapaneseSpeaker) -> None:
    speech = Speech(approved("匝瑳木橋へどうぞ。"))
    unit = speaker.units(speech)[0]
    before = asyncio.run(speaker.synthesize(unit, speech, 8000))
    kept = speaker.words
    speaker.use_words(dictionary.merge(kept, [dictionary.word("匝瑳木橋", "ソウサキオオハシチュウオウ")]))
    after = asyncio.run(speaker.synthesize(unit, speech, 8000))
    speaker.use_words(kept)
    assert len(after) > len(before)


@pytest.mark.voice
def test_prepared_speech_plays_from_the_cache(speaker: JapaneseSpeaker) -> None:
    speech = Speech(approved("カードの受け取りには、交付通知書が必要です。予約をお願いします。"))
    made = asyncio.run(speaker.prepare([speech], 8000))
    assert made == len(speaker.units(speech))
    assert asyncio.run(speaker.prepare([speech], 8000)) == 0


@pytest.mark.voice
@settings(max_examples=15, deadline=None)
@given(st.text(alphabet="あ漢A1、。-!（）🙂\n ", max_size=12))
def test_whatever_the_text_synthesis_does_not_fail(speaker: JapaneseSpeaker, text: str) -> None:
    speech = Speech(approved(text))
    for unit in speaker.units(speech):
        assert len(asyncio.run(speaker.synthesize(unit, speech, 8000))) % 2 == 0


@pytest.mark.voice
def test_a_dead_worker_process_is_replaced() -> None:
    async def scenario() -> tuple[bytes, bytes]:
        import signal

        pool = SynthesisPool(1)
        try:
            first = await pool.synthesize("はい。", 1.0, 1.0, 8000, "")
            for pid in list(pool._executor._processes):  # type: ignore[union-attr]
                os.kill(pid, signal.SIGKILL)
            return first, await pool.synthesize("はい。", 1.0, 1.0, 8000, "")
        finally:
            pool.close()

    first, second = asyncio.run(scenario())
    assert first == second != b""


@pytest.mark.voice
def test_what_nobody_waits_for_stands_back_and_lets_go(tmp_path: Path) -> None:
    async def scenario() -> tuple[list[int], bytes]:
        spare = SynthesisPool(1, niceness=19)
        speaker = JapaneseSpeaker(SynthesisPool(0), SpeechCache(tmp_path), tmp_path, spare=spare)
        speech = Speech(approved("はい。"))
        try:
            assert await speaker.prepare([speech], 8000) == 1
            workers = list(spare._executor._processes)  # type: ignore[union-attr]
            ranks = [os.getpriority(os.PRIO_PROCESS, pid) for pid in workers]
            speaker.rest()
            assert spare._executor is None
            return ranks, await speaker.synthesize(speaker.units(speech)[0], speech, 8000)
        finally:
            speaker.close()

    ranks, pcm = asyncio.run(scenario())
    assert ranks == [19]
    assert pcm
