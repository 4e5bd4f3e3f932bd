"""The evaluation sheet in a real browser: marked with the keyboard alone, accessible, also on a telephone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from api.security.permissions import Role
from tests.fakes.browser import IN_BROWSER, Running, check_both_sizes, log_in, serving
from tests.fakes.desk_house import DeskHouse
from tests.fakes.staff_site import OFF, opened_site
from tests.integration.test_desk_pages import desk_of
from tests.integration.test_desk_quality import closed

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with opened_site(tmp_path_factory.mktemp("quality-browser"), faqs=2, **OFF) as site:
        site.user("sv1", Role.SUPERVISOR)
        site.user("hana", Role.OPERATOR)
        with serving(site) as made:
            yield made


def test_a_sheet_is_corrected_by_keyboard(page: Page, running: Running) -> None:
    house = DeskHouse(desk_of(running.site), running.site.clock, running.site.services.db)
    record_id = closed(house, "c1", "hana")
    closed(house, "c2", "hana")
    assert house.desk.quality.mark_due() == 2
    log_in(page, running, "sv1")
    page.goto(f"{running.address}/staff/desk/quality")
    check_both_sizes(page)
    page.locator(f"a:has-text('{record_id}')").press("Enter")
    page.wait_for_url(re.compile(record_id))
    check_both_sizes(page)
    page.focus("input[name=mark-opening]")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("早口だった")
    page.locator("button[name=rest]").press("Enter")
    page.wait_for_url(re.compile("quality_reviewed"))
    sheet = house.desk.quality.of_record(record_id)
    assert sheet is not None
    assert (sheet.marks[0].machine, sheet.marks[0].person, sheet.marks[0].reason) == ("met", "missed", "早口だった")
    assert all(one.person == one.machine for one in sheet.marks[1:])
    check_both_sizes(page)
    page.locator("a[href='#turn-1']").press("Enter")
    expect(page.locator("#turn-1")).to_be_in_viewport()
    page.goto(f"{running.address}/staff/desk/quality?reviewed=yes")
    expect(page.locator("#list-title ~ table tbody tr")).to_have_count(1)
    check_both_sizes(page)


def test_an_operator_reads_the_own_sheet(page: Page, running: Running) -> None:
    house = DeskHouse(desk_of(running.site), running.site.clock, running.site.services.db, number=50)
    record_id = closed(house, "c9", "hana")
    house.desk.quality.mark_due()
    log_in(page, running, "hana")
    page.goto(f"{running.address}/staff/desk/quality/{record_id}")
    check_both_sizes(page)
    expect(page.locator("main button")).to_have_count(0)
