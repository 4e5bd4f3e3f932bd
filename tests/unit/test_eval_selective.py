"""Risk, coverage, calibration and thresholds: by hand and for every list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.intervals import upper_bound
from eval.metrics.selective import (
    Judgement,
    at_threshold,
    aurc,
    brier,
    choose_threshold,
    ece,
    reliability,
    risk_coverage,
)

judgements = st.lists(
    st.builds(Judgement, st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 0.99, 1.0]) | st.floats(0, 1), st.booleans()),
    min_size=1,
    max_size=60,
)
FOUR = [Judgement(0.9, True), Judgement(0.8, False), Judgement(0.6, True), Judgement(0.2, False)]


def test_by_hand() -> None:
    assert [(p.coverage, p.risk) for p in risk_coverage(FOUR)] == [
        (0.25, 0.0), (0.5, 0.5), (0.75, pytest.approx(1 / 3)), (1.0, 0.5),
    ]  # fmt: skip
    assert aurc(FOUR) == pytest.approx((0 + 0.5 + 1 / 3 + 0.5) / 4)
    assert brier(FOUR) == pytest.approx((0.01 + 0.64 + 0.16 + 0.04) / 4)
    assert ece(FOUR) == pytest.approx((0.1 + 0.8 + 0.4 + 0.2) / 4)


@given(judgements)
def test_the_curve_ends_at_full_coverage_with_the_error_rate(items: list[Judgement]) -> None:
    last = risk_coverage(items)[-1]
    assert last.coverage == 1
    assert last.risk == pytest.approx(sum(not j.right for j in items) / len(items))


@given(judgements, st.randoms(use_true_random=False))
def test_order_of_the_rows_changes_nothing(items: list[Judgement], rng: object) -> None:
    shuffled = list(items)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    assert aurc(shuffled) == pytest.approx(aurc(items))
    assert ece(shuffled) == pytest.approx(ece(items))
    assert choose_threshold(shuffled, 0.3) == choose_threshold(items, 0.3)


@given(judgements)
def test_perfect_confidence_is_perfectly_calibrated(items: list[Judgement]) -> None:
    oracle = [Judgement(float(j.right), j.right) for j in items]
    assert ece(oracle) == brier(oracle) == 0
    assert aurc(oracle) <= aurc(items) + 1e-9


@given(judgements)
def test_bins_hold_every_item_once(items: list[Judgement]) -> None:
    assert sum(b.count for b in reliability(items)) == len(items)


@given(judgements, st.floats(0.01, 0.9))
def test_a_chosen_threshold_keeps_its_promise_on_the_data_it_was_chosen_on(
    items: list[Judgement], target: float
) -> None:
    chosen = choose_threshold(items, target)
    if chosen is None:
        return
    there = at_threshold(items, chosen.at)
    assert (there.risk.hits, there.risk.total) == (chosen.wrong, chosen.answered)
    assert upper_bound(chosen.wrong, chosen.answered) == chosen.risk_bound <= target


def test_few_cases_cannot_vouch_for_a_low_harm_rate() -> None:
    assert choose_threshold([Judgement(0.9, True)] * 100, 0.01) is None
    assert choose_threshold([Judgement(0.9, True)] * 300, 0.01) is not None


def test_nothing_answered_means_nothing_known() -> None:
    there = at_threshold(FOUR, 0.95)
    assert (there.coverage, there.risk.low, there.risk.high) == (0.0, 0.0, 1.0)
