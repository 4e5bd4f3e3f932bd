"""Before and after: intervals against printed values, and the honest verdict."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from desk.kpi.compare import Rate, _t95, daily_difference, rate_difference


def test_newcombes_own_example() -> None:
    """Newcombe 1998, method 10: 56/70 against 48/80 is 0.2000, 0.0524 to 0.3339."""
    found = rate_difference(Rate(48, 80), Rate(56, 70))
    assert (found.value, found.interval, found.verdict) == (20.0, (5.2, 33.4), "more")


def test_a_small_difference_of_few_is_none() -> None:
    found = rate_difference(Rate(5, 10), Rate(6, 10))
    assert found.value == 10.0
    assert found.verdict == "no_difference"
    assert rate_difference(Rate(0, 0), Rate(6, 10)).verdict == "too_little"
    assert rate_difference(Rate(900, 1000), Rate(800, 1000)).verdict == "less"


@given(st.integers(1, 300), st.integers(1, 300), st.data())
def test_the_interval_holds_the_difference_and_turns_round(n: int, m: int, data: st.DataObject) -> None:
    one, other = Rate(data.draw(st.integers(0, n)), n), Rate(data.draw(st.integers(0, m)), m)
    there, back = rate_difference(one, other), rate_difference(other, one)
    assert there.value is not None
    assert there.interval is not None
    assert back.interval is not None
    assert -100 <= there.interval[0] <= there.value <= there.interval[1] <= 100
    assert there.interval[0] == pytest.approx(-back.interval[1], abs=0.11)


@pytest.mark.parametrize("freedom", [4, 5, 8, 20, 60])
def test_students_t(freedom: int) -> None:
    assert _t95(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=0.012)


def test_days_are_compared_as_welch_does() -> None:
    before, now = [50, 55, 45, 60, 52, 48, 51], [40, 44, 38, 47, 41, 39, 36]
    found = daily_difference(before, now)
    known = stats.ttest_ind(now, before, equal_var=False).confidence_interval()
    assert found.interval == pytest.approx((known.low, known.high), abs=0.06)
    assert found.verdict == "less"
    assert daily_difference(before[:4], now).verdict == "too_little"
    assert daily_difference([10] * 5, [10] * 5).verdict == "no_difference"
    assert daily_difference(before, [51, 44, 55, 61, 47, 50, 54]).verdict == "no_difference"
