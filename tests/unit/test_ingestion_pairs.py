"""Questions and answers found in text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.pairs import MAX_QUESTION_CHARS, find_pairs

PAIR = [("カードは必要ですか", "任意です。\n義務ではありません。")]


@pytest.mark.parametrize(
    "text",
    [
        "Q. カードは必要ですか\nA. 任意です。\n義務ではありません。",
        "Q1．カードは必要ですか\nA1．任意です。\n義務ではありません。",
        "問1：カードは必要ですか\n答：任意です。\n義務ではありません。",
        "はじめに\n質問1 : カードは必要ですか\n回答 : 任意です。\n義務ではありません。",
        "# カードは必要ですか\n任意です。\n義務ではありません。",
        "## はじめに\n説明です。\n### カードは必要ですか\n任意です。\n義務ではありません。\n## おわりに\n以上。",
        "# Q1. カードは必要ですか\nA. 任意です。\n義務ではありません。\n# つぎの章\n文。",
    ],
)
def test_forms_of_writing(text: str) -> None:
    assert find_pairs(text) == PAIR


@pytest.mark.parametrize(
    "text",
    [
        "| 番号 | 質問 | 回答 | 担当 |\n|---|---|---|---|\n| 1 | 持ち物は | 通知書 | 市民課 |",
        "| 質問 | 回答 |\n| 持ち物は | 通知書 |",
        "| 1 | 持ち物は | 通知書 |",
    ],
)
def test_tables(text: str) -> None:
    assert find_pairs(text) == [("持ち物は", "通知書")]


def test_a_question_without_an_answer_is_left_out() -> None:
    assert find_pairs("Q. 一つ目ですか\nQ. 二つ目ですか\nA. はい") == [("二つ目ですか", "はい")]
    assert find_pairs("ふつうの文章です。質問はありません。") == []


def test_a_question_over_two_lines_is_one() -> None:
    assert find_pairs("Q. カードの\n受け取りは\nA. 窓口です") == [("カードの受け取りは", "窓口です")]


@given(st.text(max_size=400))
def test_any_text_is_read(text: str) -> None:
    for question, answer in find_pairs(text):
        assert 0 < len(question) <= MAX_QUESTION_CHARS
        assert answer


@given(st.lists(st.tuples(st.text("あいうえお漢字", min_size=1), st.text("かきくけこ。", min_size=1)), max_size=6))
def test_what_is_written_is_found(pairs: list[tuple[str, str]]) -> None:
    text = "\n".join(f"Q. {question}\nA. {answer}" for question, answer in pairs)
    assert find_pairs(text) == pairs
