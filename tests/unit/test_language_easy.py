"""The reading level, and what an easier text may not lose."""

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.language.easy_japanese import easy_problems
from knowledge.language.glossary import load_glossary
from knowledge.language.reading_level import read_level

GLOSSARY = load_glossary()
SOURCE = "再交付の手数料は1,000円です。電子証明書が不要な場合は800円となります。窓口へお越しください。"
EASY = (
    "カードをもう一度（いちど）作ります。お金は1,000円です。電子証明書（でんししょうめいしょ）がいらない人は800円です。"
)


def test_an_easy_text() -> None:
    assert read_level("カードを なくしました。すぐに 電話を してください。お金は いりません。").level == "easy"
    assert easy_problems(SOURCE, EASY, GLOSSARY) == ()


def test_a_letter_from_an_office_is_hard() -> None:
    text = (
        "当該申請に係る本人確認書類の提出に際しては、有効期間内の原本を持参いただき、所定の窓口において速やかに手続を行っていただきますよう"
        "お願い申し上げます。"
    )
    found = read_level(text)
    assert found.level == "hard"
    assert len(found.advice) >= 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (EASY.replace("1,000", "100"), "1000"),
        (EASY.replace("電子証明書", "しるし"), "電子証明書"),
        (EASY + "3日かかります。", "3"),
        ("", "文がありません"),
        (EASY + "お手続きいただけます。", "敬語"),
    ],
)
def test_what_is_lost_or_made_up_is_named(text: str, said: str) -> None:
    assert any(said in problem for problem in easy_problems(SOURCE, text, GLOSSARY))


def test_ordinary_answers_are_seldom_easy() -> None:
    path = Path(__file__).parents[2] / "samples" / "faq.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        answers = [row["answer"] for row in csv.DictReader(file) if row["lang"] in ("", "ja")]
    levels = [read_level(answer).level for answer in answers]
    assert levels.count("easy") / len(levels) < 0.2


@given(st.text(max_size=300))
def test_never_raises(text: str) -> None:
    found = read_level(text)
    assert 0 <= found.kanji_share <= 1
    assert found.level == "easy" or found.advice
