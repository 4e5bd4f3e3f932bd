"""Reports made by the clock: when, once, after downtime, and what a recount says about them."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from desk.reports.service import report_file
from knowledge.errors import NotFound
from knowledge.store.database import Database
from tests.fakes.desk_house import DeskHouse, open_house

MORNING = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)  # 6:00 on the 21st, a Saturday, in Japan
TALK = datetime(2026, 11, 20, 3, tzinfo=UTC)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> DeskHouse:
    made = open_house(database, tmp_path)
    made.call(at=TALK)
    return made


def kept_days(house: DeskHouse, kind: str) -> list[date]:
    return sorted(one.first for one in house.desk.kept.all(500) if one.kind == kind)


def test_a_report_is_made_in_the_morning_after_and_never_twice(house: DeskHouse) -> None:
    house.clock.at = MORNING - timedelta(seconds=1)
    assert house.desk.kept.make_due(9) == 0
    house.clock.at = MORNING
    assert house.desk.kept.make_due(9) == 1
    assert house.desk.kept.make_due(9) == 0
    assert kept_days(house, "daily") == [date(2026, 11, 20)]


def test_downtime_is_caught_up_without_a_gap(house: DeskHouse) -> None:
    house.clock.at = MORNING
    house.desk.kept.make_due(9)
    house.clock.at = MORNING + timedelta(days=10, hours=5)  # the 1st of December
    while house.desk.kept.make_due():
        pass
    assert kept_days(house, "daily") == [date(2026, 11, 20) + timedelta(days=n) for n in range(11)]
    assert kept_days(house, "weekly") == [date(2026, 11, 23)]
    assert kept_days(house, "monthly") == [date(2026, 11, 1)]


def test_a_fiscal_year_is_reported_when_it_is_over(house: DeskHouse) -> None:
    house.clock.at = datetime(2027, 4, 1, 0, tzinfo=UTC)
    house.desk.kept.make_due(9)
    assert kept_days(house, "yearly") == [date(2026, 4, 1)]
    assert kept_days(house, "monthly") == [date(2027, 3, 1)]


def test_the_monthly_report_is_there_before_the_day_it_is_due(house: DeskHouse) -> None:
    house.clock.at = datetime(2026, 12, 1, 0, tzinfo=UTC)
    house.desk.kept.make_due(99)
    (made,) = [one for one in house.desk.kept.all() if one.kind == "monthly"]
    assert made.made_at.day <= 10


def test_a_desk_without_calls_is_given_no_reports(database: Database, tmp_path: Path) -> None:
    empty = open_house(database, tmp_path)
    empty.clock.at = MORNING
    assert empty.desk.kept.due() == []


def test_a_recount_is_the_same_until_later_news_change_the_numbers(house: DeskHouse) -> None:
    house.clock.at = MORNING
    house.desk.kept.make_due(9)
    (kept,) = house.desk.kept.all()
    for form in ("csv", "xlsx"):
        again = report_file(house.desk.reports.make("daily", kept.first, kept.last_seq), form)
        assert house.desk.kept.file(kept.report_id, form) == again
    checked = house.desk.kept.check(kept.report_id)
    assert (checked.same, checked.changed) == (True, False)
    house.call("next-day", at=MORNING)
    assert not house.desk.kept.check(kept.report_id).changed
    house.call("late", at=TALK + timedelta(hours=1))
    checked = house.desk.kept.check(kept.report_id)
    assert (checked.same, checked.changed) == (True, True)
    assert house.desk.kept.file(kept.report_id, "csv") != report_file(
        house.desk.reports.make("daily", kept.first), "csv"
    )
    with pytest.raises(NotFound):
        house.desk.kept.file("nonsense", "csv")
