"""Postings give the plain dot product, whichever way a term is kept; morphemes out of the memory are those of Sudachi."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.postings import Cells, Postings
from knowledge.search.statistics import Sparse
from knowledge.search.wordings import Wordings
from knowledge.text import features
from knowledge.text.tokens import Tokenizer
from tests.fakes.search import tokenizer

WIDTH = 9
_WEIGHT = st.floats(0.125, 8, width=32)
_ROW = st.dictionaries(st.integers(0, WIDTH - 1), _WEIGHT, max_size=WIDTH)


def _sparse(row: dict[int, float]) -> Sparse:
    columns = sorted(row)
    return Sparse(np.array(columns, np.int32), np.array([row[c] for c in columns], np.float32))


def _postings(rows: list[dict[int, float]], full: bool = True) -> Postings:
    half = len(rows) // 2
    parts = [Cells.of([_sparse(r) for r in rows[:half]], np.arange(half))]
    parts.append(Cells.of([_sparse(r) for r in rows[half:]], np.arange(half, len(rows))))
    return Postings(parts, len(rows), WIDTH, full=full)


def _wordings(shapes: list[list[dict[int, float]]]) -> Wordings:
    rows = [_sparse(row) for each in shapes for row in each]
    return Wordings.of([Cells.of(rows, np.arange(len(rows)))], np.array([len(each) for each in shapes]), WIDTH)


@pytest.mark.parametrize("full", [True, False])
@given(rows=st.lists(_ROW, min_size=1, max_size=30), query=st.dictionaries(st.integers(0, WIDTH + 3), _WEIGHT))
def test_scores_are_the_dot_product_with_every_document(
    full: bool, rows: list[dict[int, float]], query: dict[int, float]
) -> None:
    found = _postings(rows, full).scores(_sparse(query))
    expected = [sum(query.get(c, 0.0) * value for c, value in row.items()) for row in rows]
    assert found.dtype == np.float32
    assert found.tolist() == pytest.approx(expected, rel=1e-5, abs=1e-5)


@pytest.mark.parametrize("full", [True, False])
@given(
    rows=st.lists(_ROW, min_size=1, max_size=20),
    changes=st.lists(st.none() | _ROW, min_size=1, max_size=20),
    added=st.lists(_ROW, max_size=5),
)
def test_following_changes_is_the_same_as_building_anew(
    full: bool, rows: list[dict[int, float]], changes: list[dict[int, float] | None], added: list[dict[int, float]]
) -> None:
    """`changes`: None takes a document out, an empty one leaves it, another replaces it; `added` come first."""
    now = [(old, change) for old, change in zip(range(len(rows)), changes, strict=False) if change is not None]
    now += [(old, {}) for old in range(len(changes), len(rows))]
    wanted = [*added, *(change or rows[old] for old, change in now)]
    moved, places = np.full(len(rows), -1), list(range(len(added)))
    for place, (old, change) in enumerate(now, len(added)):
        if change:
            places.append(place)
        else:
            moved[old] = place
    if not wanted:
        return
    fresh = [_sparse(wanted[place]) for place in places]
    found = _postings(rows, full).followed(moved, fresh, np.array(places, np.intp), len(wanted), WIDTH)
    anew = _postings(wanted, full)
    documents, columns = np.arange(len(wanted)), np.arange(-1, WIDTH + 1, dtype=np.int32)
    for term in range(WIDTH):
        question = _sparse({term: 1.0})
        assert found.scores(question).tolist() == anew.scores(question).tolist()
    expected = [[column in row for column in columns.tolist()] for row in wanted]
    assert found.holds(columns, documents).tolist() == expected


def test_a_frequent_and_a_rare_term_add_up() -> None:
    rows = [{0: 1.0, 1: 2.0} if n == 3 else {0: 1.0} for n in range(20)]
    found = _postings(rows).scores(_sparse({0: 1.0, 1: 3.0}))
    assert found.tolist() == [7.0 if n == 3 else 1.0 for n in range(20)]


@given(st.lists(st.sampled_from(["カードを紛失した", "住民票の写し", "田中です", "1000円", "e-Tax", "🙂"]), max_size=6))
def test_remembered_words_change_no_feature(parts: list[str]) -> None:
    text = "".join(parts)
    fresh, warm = Tokenizer().morphs(text), tokenizer().morphs(text)
    assert fresh == warm
    assert features.encoder_features(fresh) == features.encoder_features(warm)
    assert features.query_words(fresh) == features.query_words(warm)
    assert features.sounds(fresh) == features.sounds(warm)


def test_what_the_dictionary_does_not_know_is_not_remembered() -> None:
    one = Tokenizer()
    one.morphs("ヌルポガッ夫の番号は4321です")
    assert one.morphs("番号です")
    assert not any("4321" in surface or "ヌルポ" in surface for surface, _ in one._words)


@given(st.lists(st.lists(_ROW, max_size=4), min_size=1, max_size=12), _ROW)
def test_the_closest_wording_is_found_whether_faq_have_as_many_or_not(
    shapes: list[list[dict[int, float]]], query: dict[int, float]
) -> None:
    shapes = [*shapes, [{0: 1.0}]]
    found = _wordings(shapes).closest(_sparse(query))
    scores = [[sum(query.get(c, 0.0) * v for c, v in row.items()) for row in each] for each in shapes]
    assert found.tolist() == pytest.approx([max(each, default=0.0) for each in scores], rel=1e-5, abs=1e-5)


@given(
    shapes=st.lists(st.lists(_ROW, max_size=4), min_size=1, max_size=8),
    gone=st.sets(st.integers(0, 7)),
    added=st.lists(st.lists(_ROW, max_size=4), max_size=3),
)
def test_wordings_follow_changes_of_their_faq(
    shapes: list[list[dict[int, float]]], gone: set[int], added: list[list[dict[int, float]]]
) -> None:
    before, starts = [*shapes, [{0: 1.0}]], [0]
    for each in before:
        starts.append(starts[-1] + len(each))
    stays = [n for n in range(len(before)) if n not in gone]
    after = [*added, *(before[n] for n in stays)]
    was = [-1 for each in added for _ in each] + [starts[n] + turn for n in stays for turn in range(len(before[n]))]
    if not was:
        return
    counts, fresh = np.array([len(each) for each in after]), [_sparse(row) for each in added for row in each]
    followed = _wordings(before).followed(np.array(was), fresh, counts, WIDTH)
    for term in range(WIDTH):
        question = _sparse({term: 1.0})
        assert followed.closest(question).tolist() == _wordings(after).closest(question).tolist()
