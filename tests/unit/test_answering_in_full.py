"""Short words that can mean but one thing to a centre for the card."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.in_full import in_full
from knowledge.text.normalise import normalise


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("土日は開いてます？", "カードの窓口は土日に開いていますか"),
        ("もしもし、日曜日もやってるんですか", "カードの窓口は日曜日に開いていますか"),
        ("土曜や日曜は窓口開いとりますか", "カードの窓口は土曜や日曜に開いていますか"),
        ("給付金の口座を別の銀行に変えたい", "公金受取口座を別の銀行に変えたい"),
    ],
)
def test_it_is_said_in_full(said: str, meant: str) -> None:
    assert in_full(normalise(said)) == meant


@pytest.mark.parametrize(
    "said",
    [
        "図書館は土日やってますか",
        "プールは日曜も開いてる？",
        "土日に受け取れますか",
        "コンビニ交付は土日もやってますか",
        "給付金が口座に入っていません",
        "給付金の口座に振り込まれていないので確認して",
        "年金の口座を変えたい",
        "今日は雨が降っていますか",
        "",
    ],
)
def test_what_says_all_itself_is_left(said: str) -> None:
    assert in_full(normalise(said)) == ""


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert isinstance(in_full(normalise(text)), str)
