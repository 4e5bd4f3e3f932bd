"""Names for texts say whether two texts are the same, and nothing else."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.recent import Marks, RecentTexts

MARKS = Marks()


@given(st.text(), st.text())
def test_the_same_text_has_the_same_mark(one: str, other: str) -> None:
    assert (MARKS.of(one) == MARKS.of(other)) == (one == other)


def test_half_a_surrogate_pair_is_a_text_too() -> None:
    assert MARKS.of("\ud83d") != MARKS.of("\ude00")


def test_another_process_gives_other_marks() -> None:
    assert Marks().of("更新") != Marks().of("更新")


def test_texts_are_remembered_without_being_kept() -> None:
    kept: RecentTexts[int] = RecentTexts(2)
    for number, text in enumerate(("暗証番号", "カード", "\ud800")):
        kept.put(text, number)
    assert [kept.get(text) for text in ("暗証番号", "カード", "\ud800")] == [None, 1, 2]
    assert "カード" not in repr(vars(kept._kept))
