"""The matching form: what people type differently must fall together, and nothing may break it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.normalise import clean, fold_reading, hiragana, katakana, normalise

ANYTHING = st.text(st.characters(), max_size=200)  # surrogates included


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("マイナンバーカード", "マイナンバーカード"),
        ("ﾏｲﾅﾝﾊﾞｰｶｰﾄﾞ", "マイナンバーカード"),
        ("ｅ－Ｔａｘ", "e-tax"),
        ("e‐Tax", "e-tax"),
        ("03―1234−5678", "03-1234-5678"),
        ("マイナンバー カード", "マイナンバーカード"),
        ("暗証　番号", "暗証番号"),
        ("e-Tax で 申告", "e-tax で申告"),
        ("  前後\n\t改行  ", "前後改行"),
        ("市\u200b役\u200d所", "市役所"),
        ("\ufeff先頭", "先頭"),
        ("\u202eカード\u202c", "カード"),
        ("葛\U000e0100城市", "葛城市"),
        ("①番", "1番"),
        ("㈱見本", "(株)見本"),
        ("が", "が"),
        ("\ud83dカード\ude00", "カード"),
        ("\x00カ\x1bード", "カード"),
        ("", ""),
        (" \u3000\n", ""),
    ],
)
def test_matching_form(typed: str, form: str) -> None:
    assert normalise(typed) == form


@given(ANYTHING)
def test_never_raises_and_can_be_stored(text: str) -> None:
    form = normalise(text)
    form.encode("utf-8")
    assert "\n" not in form
    assert form == form.strip()
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in form)


@given(st.text(st.sampled_from("あアｱ亜漢字カード ー-‐−ＡaＺ１1　。？!"), max_size=60))
def test_a_second_time_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(ANYTHING)
def test_clean_only_takes_away(text: str) -> None:
    rest = iter(text)
    assert all(c in rest for c in clean(text))


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=80))
def test_clean_leaves_ordinary_text_alone(text: str) -> None:
    assert clean(text) == text


def test_newlines_and_tabs_survive_cleaning() -> None:
    assert clean("一行目\n二行目\t終わり") == "一行目\n二行目\t終わり"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("コウフ", "ゴーフ"),
        ("サイハッコウ", "ざいはつこう"),
        ("カード", "カド"),
        ("キッテ", "きて"),
    ],
)
def test_what_a_recogniser_confuses_falls_together(one: str, other: str) -> None:
    assert fold_reading(one).replace("ウ", "").replace("ツ", "") == fold_reading(other).replace("ウ", "").replace(
        "ツ", ""
    )


@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x30FF), max_size=40))
def test_folding_is_stable_and_voiceless(text: str) -> None:
    folded = fold_reading(text)
    assert fold_reading(folded) == folded
    assert not set(folded) & set("ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポッー")


def test_katakana_changes_hiragana_only() -> None:
    assert katakana("ひらがなヵ漢字ABC") == "ヒラガナヵ漢字ABC"


def test_hiragana_changes_katakana_only() -> None:
    assert hiragana("コウシンーヶ漢字ABC・ひら") == "こうしんーゖ漢字ABC・ひら"
