"""Numbers counted by hand: one entry a day and item counts, they stand in every form of the report, issued ones stay."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from api.security.permissions import Role
from desk.reports.service import fingerprint
from knowledge.errors import InvalidInput
from knowledge.store.database import Database
from tests.fakes.desk_house import DeskHouse, open_house
from tests.fakes.staff_site import Site, opened_site, person

TODAY = date(2026, 11, 20)
VISITS, ONLINE = "出張申請の支援", "オンライン申請の支援"


@pytest.fixture
def house(database: Database, tmp_path: Path) -> DeskHouse:
    return open_house(database, tmp_path)


def table(house: DeskHouse, day: date = TODAY) -> dict[object, object]:
    made = [t for t in house.desk.reports.make("monthly", day).tables if t.title == "手で数えた件数"]
    return {row[0]: row[1:] for t in made for row in t.rows}


def test_a_month_adds_up_and_a_correction_replaces(house: DeskHouse) -> None:
    tallies = house.desk.tallies
    assert table(house) == {}
    assert tallies.enter(TODAY, {VISITS: 3, ONLINE: 10}, "kanri") == 2
    tallies.enter(TODAY - timedelta(days=1), {VISITS: 4}, "kanri")
    tallies.enter(TODAY - timedelta(days=30), {VISITS: 100}, "kanri")
    assert table(house) == {VISITS: (7, "件", 2), ONLINE: (10, "件", 1)}
    assert tallies.enter(TODAY, {VISITS: 5, ONLINE: 10}, "kanri2") == 1
    assert table(house) == {VISITS: (9, "件", 2), ONLINE: (10, "件", 1)}
    assert table(house, TODAY - timedelta(days=30)) == {VISITS: (100, "件", 1)}


def test_the_files_hold_the_same_numbers_and_calls_count_as_before(house: DeskHouse) -> None:
    house.call("c1")
    before = house.desk.reports.make("monthly", TODAY).tables[0]
    house.desk.tallies.enter(TODAY, {VISITS: 4321}, "kanri")
    assert house.desk.reports.make("monthly", TODAY).tables[0] == before
    assert f"{VISITS},4321,件" in house.desk.reports.file("monthly", TODAY, "csv").decode("utf-8-sig")


def test_an_issued_report_is_made_again_without_what_was_entered_later(house: DeskHouse) -> None:
    house.call("c1")
    house.desk.tallies.enter(TODAY, {VISITS: 3}, "kanri")
    issue = house.desk.reports.issue("monthly", TODAY, "kanri")
    house.desk.tallies.enter(TODAY, {VISITS: 8}, "kanri")
    _, again = house.desk.reports.again(issue.issue_id)
    assert fingerprint(again) == issue.sha256
    assert fingerprint(house.desk.reports.make("monthly", TODAY)) != issue.sha256


@pytest.mark.parametrize(
    ("day", "numbers"),
    [
        (TODAY + timedelta(days=1), {VISITS: 1}),
        (TODAY - timedelta(days=401), {VISITS: 1}),
        (TODAY, {}),
        (TODAY, {VISITS: 1_000_001}),
        (TODAY, {"ほかの項目": 1}),
    ],
)
def test_what_cannot_be_meant_is_refused(house: DeskHouse, day: date, numbers: dict[str, int]) -> None:
    with pytest.raises(InvalidInput):
        house.desk.tallies.enter(day, numbers, "kanri")
    assert table(house) == {}


def test_another_system_may_send_them_and_nothing_personal_stays(house: DeskHouse) -> None:
    house.send("", "tallied", item="窓口 090-1234-5678", number=6, unit="件")
    (item,) = table(house)
    assert "1234-5678" not in str(item)
    assert table(house)[item] == (6, "件", 1)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, faqs=3, second_factor_roles=()) as made:
        for name, role in (("sachi", Role.SUPERVISOR), ("shi", Role.CITY), ("ope", Role.OPERATOR)):
            made.user(name, role)
        yield made


async def test_a_supervisor_enters_and_the_city_reads(site: Site) -> None:
    path = "/staff/desk/tallies"
    async with person(site) as supervisor, person(site) as city, person(site) as operator:
        await supervisor.log_in("sachi")
        await supervisor.get(path)
        await supervisor.submit(path, {"day": "2026-11-19", "item-0": "二つ"})
        assert supervisor.status == 422
        await supervisor.submit(path, {"day": "2026-11-19", "item-0": "１２", "item-1": ""})
        assert "保存しました" in supervisor.text
        assert supervisor.field("item-0") == "12"
        assert supervisor.field("item-1") == ""
        await city.log_in("shi")
        await city.get("/staff/desk/reports/monthly")
        assert "手で数えた件数" in city.text
        await city.get(path)
        assert ">12件<" in city.text
        assert "数を入力する" not in city.text
        await city.submit(path, {"day": "2026-11-19", "item-0": "1"})
        assert city.status == 403
        await operator.log_in("ope")
        await operator.get(path)
        assert operator.status == 403
    assert ("sachi", "tally.save") in site.audited()
