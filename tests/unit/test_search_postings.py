"""Postings give the plain dot product, whichever way a term is kept; morphemes out of the memory are those of Sudachi."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.corpus import Wordings
from knowledge.search.postings import Postings
from knowledge.search.statistics import Sparse
from knowledge.text import features
from knowledge.text.tokens import Tokenizer
from tests.fakes.search import tokenizer

WIDTH = 9
_WEIGHT = st.floats(0.125, 8, width=32)
_ROW = st.dictionaries(st.integers(0, WIDTH - 1), _WEIGHT, max_size=WIDTH)


def _sparse(row: dict[int, float]) -> Sparse:
    columns = sorted(row)
    return Sparse(np.array(columns, np.int32), np.array([row[c] for c in columns], np.float32))


@pytest.mark.parametrize("full", [True, False])
@given(rows=st.lists(_ROW, min_size=1, max_size=30), query=st.dictionaries(st.integers(0, WIDTH + 3), _WEIGHT))
def test_scores_are_the_dot_product_with_every_document(
    full: bool, rows: list[dict[int, float]], query: dict[int, float]
) -> None:
    found = Postings([_sparse(r) for r in rows], WIDTH, full=full).scores(_sparse(query))
    expected = [sum(query.get(c, 0.0) * value for c, value in row.items()) for row in rows]
    assert found.dtype == np.float32
    assert found.tolist() == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_a_frequent_and_a_rare_term_add_up() -> None:
    rows = [{0: 1.0, 1: 2.0} if n == 3 else {0: 1.0} for n in range(20)]
    found = Postings([_sparse(r) for r in rows], 2).scores(_sparse({0: 1.0, 1: 3.0}))
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
    found = Wordings([[_sparse(row) for row in each] for each in shapes], WIDTH).closest(_sparse(query))
    scores = [[sum(query.get(c, 0.0) * v for c, v in row.items()) for row in each] for each in shapes]
    assert found.tolist() == pytest.approx([max(each, default=0.0) for each in scores], rel=1e-5, abs=1e-5)
