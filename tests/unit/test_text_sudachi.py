"""What one reader has read, the next need not read again; nothing that held personal data is kept."""

import pytest

from knowledge.privacy.redactor import RuleRedactor
from knowledge.text import sudachi
from knowledge.text.tokens import RECENT, Tokenizer


@pytest.fixture(autouse=True)
def nothing_read() -> None:
    sudachi.forget()


def test_the_search_finds_what_the_redactor_read() -> None:
    text = "カードの更新はいつまでですか"
    expected = Tokenizer().morphs(text)
    sudachi.forget()
    assert RuleRedactor().redact(text).text == text
    read = sudachi._recent()[text]
    assert sudachi.analyse(text) is read
    assert Tokenizer().morphs(text) == expected


def test_personal_data_is_not_kept() -> None:
    assert RuleRedactor().redact("番号は123456789012です").kinds
    assert not sudachi._recent()


def test_few_and_short_texts_are_kept() -> None:
    sudachi.analyse("あ" * 1_000)
    for n in range(100):
        sudachi.analyse(f"{n}番の窓口")
    assert len(sudachi._recent()) == 32
    assert "99番の窓口" in sudachi._recent()


def test_a_few_questions_are_kept_and_the_first_leave_first() -> None:
    tokenizer = Tokenizer()
    first = tokenizer.query_morphs("0番の窓口")
    assert tokenizer.query_morphs("0番の窓口") is first
    for n in range(1, RECENT + 1):
        tokenizer.query_morphs(f"{n}番の窓口")
    again = tokenizer.query_morphs("0番の窓口")
    assert again == first
    assert again is not first
