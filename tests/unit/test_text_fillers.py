"""Fillers go, whatever they stand beside; words that look like them stay."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.fillers import without_fillers


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("えーと、あのー、カードの更新なんですけど", "カードの更新なんですけど"),
        ("あの、すみません", "すみません"),
        ("ええとですね、予約を", "予約を"),
        ("うーん、なんか、更新が", "更新が"),
        ("カードをえっと更新したい", "カードを更新したい"),
        ("えーカードの件で", "カードの件で"),
        ("まあその、暗証番号です", "暗証番号です"),
    ],
)
def test_fillers_go(said: str, left: str) -> None:
    assert without_fillers(said) == left


@pytest.mark.parametrize("said", ["あのカードの件", "その後の手続き", "ええ、そうです", "ねえ聞いて", "もうえーよ", "なんか変です", "まあまあ", "あのー"])  # fmt: skip
def test_what_means_something_stays(said: str) -> None:
    assert without_fillers(said) == said


@given(st.text(max_size=60))
def test_something_is_always_left(text: str) -> None:
    assert bool(without_fillers(text)) == bool(text)
