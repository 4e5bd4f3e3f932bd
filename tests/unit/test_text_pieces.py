"""Pieces that overlap mean what a repeated pattern means."""

import re

from hypothesis import given
from hypothesis import strategies as st

from knowledge.text.pieces import made_of

PIECE = re.compile("(?:んです|ん|です|す|で)")


@given(st.lists(st.sampled_from(["んです", "ん", "です", "す", "で", "猫"]), max_size=9))
def test_pieces_mean_the_repeated_pattern(parts: list[str]) -> None:
    text = "".join(parts)
    assert made_of(PIECE, text, longest=3) == bool(re.fullmatch(f"{PIECE.pattern}+", text))


def test_a_longer_piece_than_the_longest_is_none() -> None:
    assert made_of(re.compile("a+b"), "aab", longest=3)
    assert not made_of(re.compile("a+b"), "aab", longest=2)
