"""Erlang C against published tables, and the watch of 応答率."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.kpi.build import build_calls
from desk.kpi.erlang import seats_needed, staffed, wait_probability
from desk.kpi.rules import KpiRules
from desk.kpi.watch import watch
from knowledge.errors import InvalidInput
from tests.fakes.desk_calls import answered_call, event


@pytest.mark.parametrize(
    ("load", "seats", "expected"),
    # Erlang C tables: M/M/c with one, two and many servers.
    [(0.5, 1, 0.5), (1.0, 2, 1 / 3), (10.0, 14, 0.1741), (2.0, 3, 4 / 9)],
)
def test_textbook_values(load: float, seats: int, expected: float) -> None:
    assert wait_probability(load, seats) == pytest.approx(expected, abs=5e-4)


def test_the_classic_example() -> None:
    """100 calls in half an hour of three minutes each: 10 erlang; 14 seats answer 88.8 % within 20 s, wait 7.8 s."""
    reached = staffed(100, 1800, 180, 14, 20)
    assert reached.service_level == pytest.approx(0.888, abs=2e-3)
    assert reached.asa_secs == pytest.approx(7.8, abs=0.1)
    assert seats_needed(100, 1800, 180, 0.8, 20).seats == 14


@given(st.floats(0.1, 300), st.floats(10, 600), st.floats(0.5, 0.99))
def test_the_result_keeps_the_target_and_one_seat_less_does_not(calls: float, handle: float, target: float) -> None:
    best = seats_needed(calls, 3600, handle, target)
    assert best.service_level >= target
    if best.seats > 1:
        assert staffed(calls, 3600, handle, best.seats - 1, 20).service_level < target


def test_nonsense_is_refused() -> None:
    for arguments in [(-1, 1800, 180, 0.8), (1, 0, 180, 0.8), (1, 1800, 180, 1.0)]:
        with pytest.raises(InvalidInput):
            seats_needed(*arguments)


def _days() -> dict[date, bool]:
    first = date(2026, 11, 1)
    return {first + timedelta(days=n): (first + timedelta(days=n)).weekday() < 5 for n in range(30)}


def test_watch_forecasts_and_alerts() -> None:
    day = date(2026, 11, 16)
    events = [one for n in range(80) for one in answered_call(f"a{n}", n)]
    for n in range(20):
        events += [event(f"l{n}", "call_offered", n, in_hours=True), event(f"l{n}", "abandoned", n + 60)]
    found = watch(build_calls(events), day, _days(), KpiRules())
    assert found.level == "alert"
    assert (found.month.value, found.today.value, found.forecast) == (80.0, 80.0, 80.0)
    assert found.worst[0].lost == 20
    assert found.needed is not None
    assert found.needed > 90


def test_watch_without_calls() -> None:
    found = watch([], date(2026, 11, 1), _days(), KpiRules())
    assert (found.level, found.forecast) == ("no_data", None)


def test_just_below_the_target_alerts_although_it_rounds_to_it() -> None:
    events = [one for n in range(8996) for one in answered_call(f"a{n}")[:3]]
    events += [event(f"l{n}", "abandoned", 5) for n in range(1004)]
    found = watch(build_calls(events), date(2026, 11, 30), _days(), KpiRules())
    assert found.month.value == 90.0
    assert found.level == "alert"
