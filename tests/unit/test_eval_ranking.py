"""Ranking metrics: values worked out by hand, and what holds for every list."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.ranking import Ranked, hit_at, ndcg_at, ranking_figures, recall_at, reciprocal_rank

ids = st.sampled_from([f"F{n}" for n in range(12)])
lists = st.lists(ids, unique=True, max_size=12)
grades = st.dictionaries(ids, st.sampled_from([1, 2]), max_size=6)


def test_ndcg_by_hand() -> None:
    # gains 2^2-1=3 and 2^1-1=1; found at places 2 and 3: (3/log2(3) + 1/log2(4)) / (3/log2(2) + 1/log2(3))
    expected = (3 / math.log2(3) + 1 / 2) / (3 + 1 / math.log2(3))
    assert ndcg_at(["x", "right", "related"], {"right": 2, "related": 1}) == pytest.approx(expected)
    assert expected == pytest.approx(0.6591, abs=1e-4)


def test_recall_and_reciprocal_rank_by_hand() -> None:
    right = frozenset({"a", "b"})
    assert recall_at(["x", "a", "y", "b"], right, 3) == 0.5
    assert reciprocal_rank(["x", "a", "b"], right) == 0.5
    assert reciprocal_rank(["x"], right) == 0.0
    assert not hit_at(["x", "a"], right, 1)


@given(lists, grades)
def test_ndcg_lies_between_0_and_1_and_the_ideal_order_reaches_1(found: list[str], gold: dict[str, int]) -> None:
    assert 0 <= ndcg_at(found, gold) <= 1 + 1e-9
    if gold:
        ideal = sorted(gold, key=lambda f: -gold[f])
        assert ndcg_at(ideal, gold) == pytest.approx(1)


@given(lists, grades)
def test_moving_a_better_faq_up_never_lowers_ndcg(found: list[str], gold: dict[str, int]) -> None:
    better = sorted(found, key=lambda f: -gold.get(f, 0))
    assert ndcg_at(better, gold) >= ndcg_at(found, gold) - 1e-12


@given(lists)
def test_repeating_an_faq_gains_nothing(found: list[str]) -> None:
    gold = dict.fromkeys(found[:3], 2)
    doubled = [f for f in found for _ in range(2)]
    assert ndcg_at(doubled, gold, 24) <= 1 + 1e-9


def test_figures_leave_questions_without_right_faq_out_but_count_their_empty_lists() -> None:
    figures = ranking_figures([Ranked(["a"], {"a": 2}), Ranked(["b", "a"], {"a": 2}), Ranked([], {"c": 1})])
    assert (figures.questions, figures.hit_1, figures.hit_3, figures.mrr, figures.zero_hits) == (2, 0.5, 1.0, 0.75, 1)
