"""Languages in a call: by key, by name, by what is heard; said plainly when a language cannot be spoken."""

import asyncio
import shutil
from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import Unavailable
from knowledge.privacy.redacted import approved
from tests.fakes.voice import MIHON, dials, hangs_up, make_call, presses, says, says_in, waits
from voicebot.dialogue.digits import read_back
from voicebot.dialogue.words import named_language
from voicebot.domain import Speech, Unit
from voicebot.speech.cache import SpeechCache
from voicebot.speech.clauses import units
from voicebot.speech.espeak import EspeakSpeaker, readable
from voicebot.texts import load_texts

SPOKEN = frozenset({"ja", "en", "zh", "ko", "vi", "pt"})


def test_eight_offers_the_languages_that_can_be_spoken_each_in_its_own_words() -> None:
    result = make_call(presses("8"), presses("2"), says_in("zh", "更新"), hangs_up(), spoken=SPOKEN)
    assert "For English and other languages, press 8." in result.said
    assert "For English, press 1." in result.said
    assert "中文请按2。" in result.said
    assert "请问您有什么问题？" in result.said
    assert [question.lang for question in result.answers.asked] == ["zh"]
    assert result.call.lang == "zh"


def test_a_wrong_key_in_the_menu_and_zero_for_a_person() -> None:
    result = make_call(presses("8"), presses("7"), presses("0"), waits(), spoken=SPOKEN)
    assert "そのキーはお使いになれません" in result.said
    assert result.call.outcome == "handed_over"


def test_nothing_is_offered_where_only_japanese_is_spoken() -> None:
    result = make_call(presses("8"), hangs_up())
    assert "press 8" not in result.said
    assert "そのキーはお使いになれません" in result.said


def test_a_language_asked_for_by_name() -> None:
    result = make_call(says("英語でお願いします"), says_in("en", "更新"), hangs_up(), spoken=SPOKEN)
    assert "How can I help you?" in result.said
    assert [question.lang for question in result.answers.asked] == ["en"]


def test_a_language_without_a_voice_is_said_in_writing_and_a_person_comes() -> None:
    result = make_call(says("タガログ語でお願いします"), waits(), spoken=SPOKEN)
    written = next(turn for turn in result.turns if turn.decision == "handoff_language")
    assert "walang aprubadong sagot" in written.text
    assert result.desk.packets[0].reason == "language"


def test_a_call_back_is_taken_in_the_callers_language_and_read_back_there() -> None:
    result = make_call(
        presses("8"), presses("1"), presses("0"), presses("1"), dials("0312345678"), presses("1"),
        spoken=SPOKEN, operators=0,
    )  # fmt: skip
    assert "Your number is 0, 3; 1, 2, 3, 4; 5, 6, 7, 8." in result.said
    assert result.desk.requests[0].number == "0312345678"
    assert result.desk.requests[0].packet.lang == "en"


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("英語でお願いします", "en"), ("English please", "en"), ("中国語で話してください", "zh"), ("中文", "zh"), ("한국어", "ko"),
        ("えーと、ベトナム語で", "vi"), ("português", "pt"), ("日本語でお願いします", "ja"),
        ("英語の申請書はありますか", ""), ("中国語の翻訳は必要ですか", ""), ("カードの更新", ""),
    ],
)  # fmt: skip
def test_names_of_languages(text: str, lang: str) -> None:
    assert named_language(text) == lang


def test_foreign_voices_are_given_no_japanese_names() -> None:
    texts = load_texts(MIHON)
    assert "みほん" not in texts.get("opening", "en")
    assert "午前" not in texts.get("opening_closed", "en")
    assert MIHON.centre_phone in texts.get("callback_declined", "vi")


@pytest.mark.parametrize("lang", ["en", "zh", "vi"])
def test_units_of_other_languages_add_up(lang: str) -> None:
    for text in load_texts(MIHON).by_lang[lang].values():
        assert "".join(unit.text for unit in units(text, lang)) == text
    assert len(units("Hello. This is 03-1234-5678. Version 1.5 is new, and old.", "en")) >= 2


def test_what_a_foreign_voice_reads() -> None:
    assert readable("Call 03-1234-5678（市民課）.", "en") == "Call 0 3 , 1 2 3 4 , 5 6 7 8 ."
    assert readable("请拨打市民课", "zh") == "请拨打市民课"
    assert read_back("09012345678", "en") == "0, 9, 0; 1, 2, 3, 4; 5, 6, 7, 8"


@pytest.mark.skipif(shutil.which("espeak-ng") is None, reason="espeak-ng is not installed")
def test_espeak_speaks_trimmed_sound_and_remembers_it(tmp_path: Path) -> None:
    speaker = EspeakSpeaker(SpeechCache(tmp_path))
    assert speaker.speaks("en")
    assert not speaker.speaks("ja")
    speech = Speech(approved("How can I help you?"), lang="en")
    pcm = asyncio.run(speaker.synthesize(Unit(speech.text), speech, 8000))
    samples = np.frombuffer(pcm, dtype="<i2").astype(np.int32)
    assert 0.5 < len(samples) / 8000 < 3
    assert 5000 < np.abs(samples).max() < 32767
    assert np.abs(samples[: 8000 * 3 // 100]).max() > 0, "silence at the front is cut"
    assert len(list(tmp_path.glob("*.pcm"))) == 1
    slow = Speech(speech.text, lang="en", speed=0.7)
    assert len(asyncio.run(speaker.synthesize(Unit(speech.text), slow, 8000))) > len(pcm) * 1.2
    assert asyncio.run(speaker.synthesize(Unit("「」"), speech, 8000)) == b""


def test_without_the_program_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(Unavailable):
        EspeakSpeaker()
