"""The simulator against the cities' own documents: every month has exactly the calls the tender states."""

from datetime import UTC, datetime

import pytest

from desk.events.parse import Parsed, parse_event
from desk.kpi.build import build_calls
from desk.kpi.topics import BOOKING_LABELS
from desk.simulator.scenario import simulated_month
from desk.simulator.traffic import volumes
from knowledge.profile import is_open, japanese_holidays, load_profile

KURUME = {  # 令和7年度の実績：予約、カードに関する問合せ、その他
    4: (1096, 738, 66), 5: (1290, 717, 96), 6: (1306, 761, 85), 7: (1400, 785, 138),
    8: (1222, 751, 93), 9: (1313, 680, 95), 10: (1467, 970, 103), 11: (1685, 916, 98),
}  # fmt: skip
GROUPS = ("予約", "カードに関する問合せ", "その他")


def by_group(city: str, year: int, month: int) -> dict[str, int]:
    """Calls inside the opening hours, as the messages of the simulated exchange tell them."""
    profile = load_profile(city)
    received_at = datetime(year + 1, 1, 1, tzinfo=UTC)
    parsed = [parse_event(one, received_at) for one in simulated_month(profile, year, month)]
    assert all(isinstance(one, Parsed) for one in parsed)
    calls = build_calls(one.event for one in parsed if isinstance(one, Parsed))
    holidays = japanese_holidays()
    inside = [call for call in calls if is_open(profile, call.offered_at, holidays)]
    groups = {one.name: one.group for one in profile.kpi.categories}
    found: dict[str, int] = {}
    for call in inside:
        if call.disposition == "answered":
            name = groups[call.category]
            found[name] = found.get(name, 0) + 1
    assert all((call.day.year, call.day.month) == (year, month) for call in calls)
    return {"": len(inside), **found}


@pytest.mark.parametrize("month", KURUME)
def test_kurume_has_the_volumes_of_its_tender(month: int) -> None:
    wanted = volumes(load_profile("kurume"), month)
    groups = {one.name: one.group for one in load_profile("kurume").kpi.categories}
    counted = tuple(sum(n for name, n in wanted.items() if groups[name] == group) for group in GROUPS)
    assert counted == KURUME[month]


def test_kurume_adds_up_to_the_year_of_its_tender() -> None:
    assert tuple(sum(month[place] for month in KURUME.values()) for place in range(3)) == (10_779, 6_318, 774)
    assert sum(map(sum, KURUME.values())) == 17_871


@pytest.mark.parametrize(
    ("city", "month", "whole"), [("kurume", 4, 1900), ("kurume", 11, 2699), ("matsusaka", 10, 700)]
)
def test_the_exchange_offers_exactly_so_many_calls(city: str, month: int, whole: int) -> None:
    found = by_group(city, 2025, month)
    assert found.pop("") == whole
    answered = sum(found.values())
    assert 0.8 * whole < answered <= whole


def test_a_month_without_record_follows_the_newest_and_matsusaka_its_expectation() -> None:
    assert volumes(load_profile("kurume"), 1) == volumes(load_profile("kurume"), 11)
    assert sum(volumes(load_profile("matsusaka"), 3).values()) == 700


def test_months_of_two_cities_or_two_seeds_do_not_collide() -> None:
    kurume, matsusaka = load_profile("kurume"), load_profile("matsusaka")
    ids = [
        {one["event_id"] for one in simulated_month(profile, 2026, 10, seed)}
        for profile, seed in ((kurume, 1), (matsusaka, 1), (matsusaka, 2))
    ]
    assert not ids[0] & ids[1]
    assert not ids[1] & ids[2]


def test_bookings_of_the_simulator_were_read_back() -> None:
    messages = simulated_month(load_profile("matsusaka"), 2026, 10)
    booked = [one["attributes"] for one in messages if one["type"] == "booking"]
    assert {one["kind"] for one in booked} == set(BOOKING_LABELS)
    assert all(one["read_back"] for one in booked)
