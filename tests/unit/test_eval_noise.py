"""The recognition-error simulator: repeatable, as strong as asked, silent at zero."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.noise import FILLERS, Homophones, confused, heard, homophones, noisy
from knowledge.domain import FaqEntry
from knowledge.text.tokens import Tokenizer
from tests.unit.test_eval_runner import case

TOKENIZER = Tokenizer()
ENTRY = FaqEntry("F1", "電子証明書の更新はいつですか。", "有効期限の3か月前から交付窓口で申請できます。")
TABLE = homophones(TOKENIZER, [ENTRY], ["更新", "行進", "甲信", "交付", "公布", "申請", "新生", "神聖", "する"])
TEXT = "電子証明書の更新の申請は10日までに交付窓口でできますか。"


def test_homophones_share_a_reading_and_put_the_corpus_first() -> None:
    assert TABLE.others("コウシン", "更新") == ["行進", "甲信"]
    assert TABLE.words["コウシン"][0] == "更新"
    assert "スル" not in TABLE.words


@given(st.text(max_size=60), st.integers(0, 3))
def test_no_noise_changes_nothing(text: str, seed: int) -> None:
    assert heard(text, 0, seed, TOKENIZER, TABLE) == text


@given(st.sampled_from([0.05, 0.1, 0.2, 1.0]), st.integers(0, 1000))
def test_same_seed_same_text_same_result(rate: float, seed: int) -> None:
    assert heard(TEXT, rate, seed, TOKENIZER, TABLE) == heard(TEXT, rate, seed, TOKENIZER, TABLE)


@given(st.text(max_size=80), st.integers(0, 50))
def test_any_text_can_be_misheard_and_something_is_left(text: str, seed: int) -> None:
    assert bool(heard(text, 0.5, seed, TOKENIZER, TABLE)) == bool(text)


def test_errors_come_as_often_as_asked() -> None:
    def spoilt(rate: float) -> float:
        words = [m.unit.surface for m in TOKENIZER.morphs("更新と申請と交付")]
        wanted = [w for w in words if w != "と"]
        texts = [heard("更新と申請と交付", rate, seed, TOKENIZER, TABLE) for seed in range(600)]
        return sum(w not in t for t in texts for w in wanted) / (600 * len(wanted))

    assert spoilt(0.1) == pytest.approx(0.1, abs=0.025)
    assert spoilt(0.2) == pytest.approx(0.2, abs=0.03)
    assert spoilt(1.0) > 0.95


def test_kinds_of_errors_are_all_made() -> None:
    texts = [heard(TEXT, 0.5, seed, TOKENIZER, TABLE) for seed in range(300)]
    assert any("行進" in t or "甲信" in t for t in texts)  # homophone
    assert any("こうしん" in t for t in texts)  # kana
    assert any(f in t for t in texts for f in FILLERS)
    assert any("一" in t for t in texts)  # digit form
    assert not any("。" in t for t in texts)  # recognisers write no punctuation


@given(st.text(alphabet="コウシンカクガッキュートウ", min_size=1, max_size=8), st.integers(0, 99))
def test_confused_readings_differ_little(reading: str, seed: int) -> None:
    other = confused(reading, random.Random(seed))
    assert abs(len(other) - len(reading)) <= 1


def test_cases_keep_what_is_right() -> None:
    original = case(1, TEXT)
    foreign = case(2, "renew the card", lang="en")
    [changed] = noisy([original, foreign], 0.3, 1, TOKENIZER, TABLE)
    assert changed.gold == original.gold
    assert changed.channel == "asr-noisy"
    assert changed.text != original.text


def test_without_homophones_there_are_no_others() -> None:
    assert Homophones({}).others("ア", "亜") == []
