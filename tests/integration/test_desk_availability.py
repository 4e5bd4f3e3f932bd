"""The heartbeat on a real database under a clock that is moved by hand: kills, clean ends, planned stops, the report."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.doors import Doors
from api.housekeeping import beat, end_beats
from api.security.permissions import Role
from desk.availability.heartbeat import Heartbeat, runs_between
from desk.availability.measure import AvailabilityMeter
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.faq.periods import Period
from knowledge.profile import japanese_holidays, load_profile
from knowledge.store.database import Database
from tests.fakes.desk_house import DeskHouse, open_house
from tests.fakes.staff_site import OFF, opened_site, person
from tests.integration.test_desk_pages import desk_of

BEGIN = datetime(2026, 10, 31, 15, tzinfo=UTC)  # midnight of 1 November in Japan
NOVEMBER = Period(BEGIN.date() + timedelta(days=1), BEGIN.date() + timedelta(days=30))
EVER = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC))


@pytest.fixture
def house(database: Database, tmp_path: Path) -> DeskHouse:
    made = open_house(database, tmp_path)
    made.clock.at = BEGIN
    return made


def run(house: DeskHouse, minutes: float) -> Heartbeat:
    """A process that lives so long, beating twice a minute, and then is killed: it writes nothing more."""
    process = Heartbeat(house.db, house.clock)
    process.beat()
    for _ in range(int(minutes * 2)):
        house.clock.advance(timedelta(seconds=30))
        process.beat()
    return process


def test_a_run_is_one_row_however_long(house: DeskHouse) -> None:
    run(house, 90)
    (found,) = runs_between(house.db, *EVER)
    assert found.secs == 90 * 60


def test_a_killed_process_is_downtime_from_its_last_beat(house: DeskHouse) -> None:
    run(house, 60.5)
    house.clock.advance(timedelta(minutes=9, seconds=30))
    run(house, 30)
    measured = house.desk.availability.measure(NOVEMBER)
    (gap,) = measured.found.gaps
    assert not gap.planned
    assert gap.span.begins_at == BEGIN + timedelta(minutes=60)
    assert gap.span.secs == 600
    assert measured.found.percent == 90.0
    house.clock.advance(timedelta(minutes=100))
    assert house.desk.availability.measure(NOVEMBER).found.down_secs == 110 * 60, "still down"


def test_a_short_restart_and_a_clean_end(house: DeskHouse) -> None:
    process = run(house, 10.5)
    process.end()
    house.clock.advance(timedelta(seconds=20))
    run(house, 10)
    assert house.desk.availability.measure(NOVEMBER).found.down_secs == 20


def test_a_process_that_hangs_is_down_although_it_lives(house: DeskHouse) -> None:
    process = run(house, 10)
    house.clock.advance(timedelta(minutes=5))
    process.beat()
    assert len(runs_between(house.db, *EVER)) == 2
    assert house.desk.availability.measure(NOVEMBER).found.down_secs == 300


def test_of_two_servers_one_is_enough_and_only_both_down_is_downtime(house: DeskHouse) -> None:
    first, second = Heartbeat(house.db, house.clock), Heartbeat(house.db, house.clock)
    lives = [(first, 0, 30), (second, 10, 60), (first, 50, 90), (second, 100, 120)]
    for minute in range(121):
        house.clock.at = BEGIN + timedelta(minutes=minute)
        for server, begins, ends in lives:
            if begins <= minute <= ends:
                server.beat()
    measured = house.desk.availability.measure(NOVEMBER)
    assert [(gap.span.begins_at, gap.span.secs) for gap in measured.found.gaps] == [
        (BEGIN + timedelta(minutes=90), 600)
    ]
    assert measured.found.percent == 91.666, "110 of 120 minutes, not of 240"
    notes = "".join(house.desk.availability.tables(NOVEMBER)[0].notes)
    assert "1台でも動いていれば" in notes


def test_a_server_that_ends_cleanly_does_not_end_the_other(house: DeskHouse) -> None:
    first, second = Heartbeat(house.db, house.clock), Heartbeat(house.db, house.clock)
    for minute in range(31):
        house.clock.at = BEGIN + timedelta(minutes=minute)
        second.beat()
        if minute < 10:
            first.beat()
        if minute == 10:
            first.end()
    assert house.desk.availability.measure(NOVEMBER).found.gaps == ()


def test_planned_stops_count_apart_if_they_were_announced(house: DeskHouse) -> None:
    stops = house.desk.stops
    process = run(house, 10)
    stop_id = stops.plan(BEGIN + timedelta(minutes=20), BEGIN + timedelta(minutes=50), "版の入替え", "kanri")
    gone = stops.plan(BEGIN + timedelta(minutes=70), BEGIN + timedelta(minutes=80), "取りやめ", "kanri")
    stops.cancel(gone, "kanri")
    with pytest.raises(NotFound):
        stops.cancel(gone, "kanri")
    process.end()
    house.clock.at = BEGIN + timedelta(minutes=60)
    with pytest.raises(InvalidInput, match="始まる前に"):
        stops.plan(BEGIN + timedelta(minutes=10), BEGIN + timedelta(minutes=20), "あとから", "kanri")
    with pytest.raises(Conflict):
        stops.cancel(stop_id, "kanri")
    run(house, 40)
    found = house.desk.availability.measure(NOVEMBER).found
    assert (found.planned_secs, found.down_secs, found.promised_secs) == (1800, 1200, 6000)
    report = house.desk.reports.make("monthly", NOVEMBER.first)
    facts = {row[0]: row[1] for row in next(one for one in report.tables if one.title == "システムの稼働率").rows}
    assert facts["稼働率（％）"] == "71.428"
    assert (facts["計画停止（分）"], facts["停止（分）"], facts["判定"]) == (30.0, 20.0, "未達")
    listed = next(one for one in report.tables if one.title == "停止の一覧").rows
    assert [row[2:] for row in listed] == [(10.0, "停止", ""), (30.0, "計画停止", "版の入替え"), (10.0, "停止", "")]
    assert all(
        "稼働率" not in one.title or "オペレ" in one.title
        for one in house.desk.reports.make("daily", NOVEMBER.first).tables
    )


def test_a_city_may_count_its_hours_alone(house: DeskHouse) -> None:
    kurume = load_profile("kurume")
    profile = replace(kurume, kpi=replace(kurume.kpi, availability_hours="service"))
    meter = AvailabilityMeter(house.db, house.clock, profile, japanese_holidays(), house.desk.stops)
    house.clock.at = BEGIN + timedelta(days=1)  # Monday, midnight
    run(house, 60)
    house.clock.at = BEGIN + timedelta(days=2)
    run(house, 1)
    found = meter.measure(NOVEMBER).found
    assert found.promised_secs < 12 * 3600
    assert found.down_secs == found.promised_secs, "it ran only while the centre was closed"


def test_nothing_measured_is_not_a_hundred_percent(house: DeskHouse) -> None:
    facts = {row[0]: row[1] for row in house.desk.availability.tables(NOVEMBER)[0].rows}
    assert (facts["稼働率（％）"], facts["判定"], facts["測った期間"]) == (None, None, None)


async def test_the_running_service_beats_and_the_page_shows_it(tmp_path: Path) -> None:
    with opened_site(tmp_path, faqs=1, **OFF) as site:
        site.user("kanri", Role.ADMIN)
        site.user("shi", Role.CITY)
        doors: Doors = site.app.state.doors
        beat(doors)
        site.clock.advance(timedelta(minutes=2))
        beat(doors)
        end_beats(doors)
        assert [one.secs for one in runs_between(site.services.db, *EVER)] == [120]
        async with person(site) as admin, person(site) as city:
            await admin.log_in("kanri")
            page = await admin.get("/staff/desk/availability")
            assert "100.000" in page
            fields = {"begins_at": "2026-11-25T22:00", "ends_at": "2026-11-26T01:00", "reason": "版の入替え"}
            page = await admin.submit("/staff/desk/availability/stops", fields)
            assert "計画停止を登録しました" in page
            page = await admin.submit("/staff/desk/availability/stops", fields | {"begins_at": "2026-11-01T22:00"})
            assert admin.status == 422
            assert "始まる前に登録" in page
            await city.log_in("shi")
            assert "版の入替え" in await city.get("/staff/desk/availability")
            await city.submit("/staff/desk/availability/stops", fields)
            assert city.status == 403
        assert desk_of(site).stops.entered(*EVER)[0].entered_by == "kanri"
