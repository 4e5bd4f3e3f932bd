"""Names for texts say whether two texts are the same, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.recent import Marks

MARKS = Marks()


@given(st.text(), st.text())
def test_the_same_text_has_the_same_mark(one: str, other: str) -> None:
    assert (MARKS.of(one) == MARKS.of(other)) == (one == other)


def test_half_a_surrogate_pair_is_a_text_too() -> None:
    assert MARKS.of("\ud83d") != MARKS.of("\ude00")


def test_another_process_gives_other_marks() -> None:
    assert Marks().of("更新") != Marks().of("更新")
