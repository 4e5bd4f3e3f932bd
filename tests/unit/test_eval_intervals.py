"""Intervals against scipy, published values and their own promises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta, binomtest

from eval.metrics.intervals import binomial_cdf, clopper_pearson, rate, upper_bound, wilson

counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(counts)
def test_clopper_pearson_is_the_beta_quantile(count: tuple[int, int]) -> None:
    hits, total = count
    low, high = clopper_pearson(hits, total)
    assert low == pytest.approx(beta.ppf(0.025, hits, total - hits + 1) if hits else 0.0, abs=1e-9)
    assert high == pytest.approx(beta.ppf(0.975, hits + 1, total - hits) if hits < total else 1.0, abs=1e-9)


@given(counts)
def test_wilson_agrees_with_scipy_and_holds_the_rate(count: tuple[int, int]) -> None:
    hits, total = count
    expected = binomtest(hits, total).proportion_ci(method="wilson")
    low, high = wilson(hits, total)
    assert [low, high] == pytest.approx([expected.low, expected.high], abs=1e-9)
    assert low <= hits / total <= high


@given(counts, st.floats(0, 1))
def test_upper_bound_is_where_so_few_errors_become_unlikely(count: tuple[int, int], other: float) -> None:
    hits, total = count
    bound = upper_bound(hits, total)
    if hits < total:
        assert binomial_cdf(hits, total, bound) == pytest.approx(0.05, abs=1e-6)
        assert (other > bound) == (binomial_cdf(hits, total, other) < 0.05) or abs(other - bound) < 1e-6


def test_values_everybody_quotes() -> None:
    assert upper_bound(0, 300) == pytest.approx(0.00994, abs=1e-5)  # the rule of three
    assert upper_bound(2, 300) == pytest.approx(0.0208, abs=1e-4)
    assert list(clopper_pearson(0, 10)) == pytest.approx([0.0, 0.3085], abs=1e-4)
    assert list(wilson(81, 263)) == pytest.approx([0.2553, 0.3662], abs=1e-4)


def test_no_cases_means_nothing_is_known() -> None:
    empty = rate(0, 0)
    assert (empty.value, empty.low, empty.high) == (0.0, 0.0, 1.0)


def test_impossible_counts_are_refused() -> None:
    for hits, total in ((2, 1), (-1, 3)):
        with pytest.raises(ValueError):
            wilson(hits, total)
