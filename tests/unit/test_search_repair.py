"""Mis-heard words are put right from the FAQ's own nouns; what may be right is left alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.repair import Repair, Repaired
from knowledge.text.normalise import normalise
from knowledge.text.tokens import Tokenizer

TOKENIZER = Tokenizer()
NOUNS = [
    "カード",
    "更新",
    "口座",
    "暗証番号",
    "写真",
    "住所",
    "申請",
    "申請書",
    "コンビニ",
    "必要書類",
    "証明",
    "手続き",
    "給付金",
    "前",
]
READINGS = [(m.unit.norm, m.unit.reading, 9) for noun in NOUNS for m in TOKENIZER.morphs(noun)]
REPAIR = Repair(
    [*READINGS, ("登録", "トウロク", 9), ("はがき", "ハガキ", 9), ("指定", "シテイ", 9), ("失効", "シッコウ", 1)]
)


def heard(text: str) -> Repaired:
    spelled = REPAIR.spelled(normalise(text))
    found = REPAIR.repaired(TOKENIZER.query_morphs(spelled.text))
    return Repaired(found.text, spelled.replaced + found.replaced)


@pytest.mark.parametrize(
    ("written", "meant", "replaced"),
    [
        ("講座の登録", "口座の登録", ("講座",)),
        ("カードの行進をしたい", "カードの更新をしたい", ("行進",)),
        ("かーどのこうしん", "カードの更新", ("かーど", "こうしん")),
        ("カドの公新に行く", "カードの更新に行く", ("カド", "公新")),
        ("こんびにで取れますか", "コンビニで取れますか", ("こんびに",)),
        ("瀉心は去年のやつでもいいですか", "写真は去年のやつでもいいですか", ("瀉心",)),
    ],
)
def test_what_sounds_like_a_noun_of_the_faq_is_put_right(written: str, meant: str, replaced: tuple[str, ...]) -> None:
    assert heard(written) == Repaired(meant, replaced)


@pytest.mark.parametrize(
    "text",
    [
        "カードの更新の申請",  # known words
        "申請している途中です",  # grammar that sounds like 指定
        "はがきが届いた",  # a noun the FAQ write in kana
        "執行猶予の相談",  # sounds like a noun of one FAQ only
        "子どもの証拠書類",  # 証拠 sounds only nearly like anything
        "住んでいる所",
    ],
)
def test_what_may_be_right_stays(text: str) -> None:
    assert heard(text) == Repaired(normalise(text))


@given(st.text(max_size=60))
def test_any_text_is_read_and_something_is_left(text: str) -> None:
    found = heard(text)
    assert bool(found.text) == bool(normalise(text))
    assert found.replaced or found.text == normalise(text)
