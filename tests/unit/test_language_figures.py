"""Figures are compared across languages: a translation may change words, not fees, dates, times or numbers to ring."""

import csv
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.faq.variables import fill
from knowledge.language.checking import translation_problems
from knowledge.language.figures import differences, figures
from knowledge.language.glossary import load_glossary
from knowledge.profile import load_profile
from knowledge.text import facts

FAQ = Path(__file__).parents[2] / "samples" / "faq.csv"
GLOSSARY = load_glossary()
CITY = load_profile("mihon").variables


def pairs() -> list[tuple[str, str, str, str]]:
    """(id, language, Japanese answer, translation) as みほん市 publishes them."""
    with FAQ.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    japanese = {row["faq_id"]: row["answer"] for row in rows if row["lang"] in ("", "ja")}
    return [
        (row["faq_id"], row["lang"], fill(japanese[row["faq_id"]], CITY), fill(row["answer"], CITY))
        for row in rows
        if row["lang"] not in ("", "ja")
    ]


PAIRS = pairs()


@given(st.integers(1, 31), st.integers(1, 99))
def test_japanese_numbers_read_as_the_checks_of_drafts_read_them(number: int, year: int) -> None:
    tens, ones = divmod(number, 10)
    written = (
        ("" if tens < 2 else "〇一二三"[tens]) + ("十" if tens else "") + ("〇一二三四五六七八九"[ones] if ones else "")
    )
    for text, wanted in ((f"{written}日", str(number)), (f"令和 {year} 年", str(2018 + year))):
        assert figures(text, "ja").numbers == {wanted}
        assert [fact.value for fact in facts.figures(facts.canonical(text))] == [wanted]


@pytest.mark.parametrize(
    ("japanese", "translation", "lang"),
    [
        ("手数料は1,000円です。", "The fee is 1,000 yen.", "en"),
        ("令和8年6月14日からです。", "From June 14, 2026.", "en"),
        ("令和元年5月1日", "1 de maio de 2019", "pt"),
        ("午後5時15分まで", "until 5:15 p.m.", "en"),
        ("17時まで", "đến 5 giờ chiều", "vi"),
        ("2点必要です", "Two documents are needed.", "en"),
        ("一人一回だけ", "각자 한 번만", "ko"),
        ("10万円", "100,000 yen", "en"),
        ("10万円", "10万日元", "zh"),
        ("15歳未満", "wala pang 15 taong gulang", "tl"),
        ("0120-95-0178へ", "Please call 0120-95-0178.", "en"),
        ("https://www.kojinbango-card.go.jp/ をご覧ください。", "See https://www.kojinbango-card.go.jp/.", "en"),
        ("800円（電子証明書なし）", "800 ienes", "pt"),
    ],
)
def test_the_same_figures(japanese: str, translation: str, lang: str) -> None:
    assert not differences(japanese, "ja", translation, lang)


@pytest.mark.parametrize(
    ("japanese", "translation", "lang"),
    [
        ("手数料は1,000円です。", "The fee is 10,000 yen.", "en"),
        ("令和8年6月14日からです。", "From July 14, 2026.", "en"),
        ("午後5時まで", "until 5 a.m.", "en"),
        ("14日以内", "within two weeks and 15 days", "en"),
        ("無料です", "It costs 500 yen.", "en"),
        ("0120-95-0178へ", "Please call 0120-95-0187.", "en"),
        ("https://www.kojinbango-card.go.jp/", "https://www.kojinbango-card.example/", "en"),
        ("10万円", "10,000 yen", "en"),
    ],
)
def test_other_figures(japanese: str, translation: str, lang: str) -> None:
    assert differences(japanese, "ja", translation, lang)


def test_no_false_alarm_on_the_shipped_translations() -> None:
    assert len(PAIRS) >= 100
    alarms = [(i, lang) for i, lang, ja, other in PAIRS if differences(ja, "ja", other, lang)]
    assert len(alarms) / len(PAIRS) <= 0.05, alarms


@given(st.sampled_from(PAIRS), st.data())
def test_a_changed_number_is_seen(pair: tuple[str, str, str, str], data: st.DataObject) -> None:
    _, lang, japanese, translation = pair
    places = list(re.finditer(r"(?<![\d:.,-])\d{2,4}(?![\d:.,-])", translation))
    if not places:
        return
    place = data.draw(st.sampled_from(places))
    other = str(int(place[0]) + data.draw(st.integers(61, 89)))
    changed = translation[: place.start()] + other + translation[place.end() :]
    if figures(changed, lang).numbers == figures(translation, lang).numbers:
        return
    assert differences(japanese, "ja", changed, lang)


@given(st.text(max_size=80), st.sampled_from(["ja", "en", "zh", "ko", "vi", "pt", "tl"]))
def test_never_raises_and_a_text_equals_itself(text: str, lang: str) -> None:
    assert not differences(text, lang, text, lang)


def test_what_is_wrong_is_said_in_words() -> None:
    source = "交付通知書と手数料1,000円が必要です。【氏名】様"
    found = translation_problems(source, "ja", "You need a postcard and 2,000 yen, dear sir or madam.", "en", GLOSSARY)
    assert any("1000" in problem for problem in found)
    assert any("2000" in problem for problem in found)
    assert any("交付通知書" in problem for problem in found)
    assert any("【氏名】" in problem for problem in found)


@pytest.mark.parametrize(("target", "wrong"), [("", "ありません"), ("これは日本語のままの長い文です。", "求めた言語")])
def test_no_translation_or_another_language(target: str, wrong: str) -> None:
    assert any(
        wrong in problem for problem in translation_problems("受付は平日です。窓口へ。", "ja", target, "en", GLOSSARY)
    )
