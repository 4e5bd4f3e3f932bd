"""Records, cases, reports and the board in a real browser: no accessibility violation at either size, and the way of a
city official from a rate of the month to one call, with the keyboard."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from api.security.permissions import Role
from desk.callbacks.vault import Contact
from desk.complaints.model import ComplaintContent
from desk.incidents.model import Affected, IncidentContent
from knowledge.privacy.redacted import RedactedText
from tests.fakes.browser import IN_BROWSER, Running, check_both_sizes, log_in, serving
from tests.fakes.desk_house import DeskHouse, content
from tests.fakes.staff_site import OFF, START, opened_site
from tests.integration.test_desk_pages import TALK, desk_of

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with opened_site(tmp_path_factory.mktemp("desk-browser"), faqs=2, **OFF) as site:
        site.user("sv1", Role.SUPERVISOR)
        site.user("shi", Role.CITY)
        desk = desk_of(site)
        house = DeskHouse(desk, site.clock, site.services.db)
        for number in range(4):
            record_id = house.call(f"c{number}", at=TALK + timedelta(hours=number))
            record = desk.records.get(record_id)
            desk.records.save(record_id, content(), record.revision, "op1")
        desk.records.mark_faq(record_id, "faq_used", "F001", 1, "op1")
        desk.callbacks.open(
            record_id, Contact("ヤマダ", "000-0000-0000"), "折り返す", "市民課", START + timedelta(days=1), "sv1"
        )
        desk.complaints.receive(record_id, ComplaintContent("high", RedactedText("待たされた")), "sv1")
        with serving(site) as made:
            yield made


def test_pages_of_a_supervisor_are_accessible(page: Page, running: Running) -> None:
    log_in(page, running, "sv1")
    desk = desk_of(running.site)
    ticket = desk.callbacks.tickets("open")[0]
    desk.kept.make_due(9)
    kept = desk.kept.all()[0]
    incident = desk.incidents.open(
        IncidentContent("failure", RedactedText("画面が開かない"), START, affected=Affected(operator="op1")), "sv1"
    )
    base = "/staff/desk"
    paths = [
        "/records", "/records?match=any&text=持ち物&statuses=done", f"/records/{ticket.record_id}", "/record-new", "/files",
        "/complaints", f"/complaints/{ticket.record_id}", "/callbacks", f"/callbacks/{ticket.ticket_id}",
        f"/callbacks/new?record_id={ticket.record_id}", "/reports", "/reports/monthly?day=2026-11-19",
        "/reports/yearly?day=2026-11-19", "/improvement", "/figures/inbound?first=2026-11-01&last=2026-11-30",
        "/board", "/board?wall=1&stop=1",
        "/period-report?first=2026-11-01&last=2026-11-19", "/availability", "/tallies", "/incidents", "/incident-new",
        f"/incidents/{incident.incident_id}", f"/kept-reports/{kept.report_id}",
    ]  # fmt: skip
    for path in paths:
        page.goto(running.address + base + path)
        check_both_sizes(page)


def test_from_the_rate_of_the_month_down_to_a_call_by_keyboard(page: Page, running: Running) -> None:
    log_in(page, running, "shi")
    page.goto(f"{running.address}/staff/desk/reports/monthly?day=2026-11-19")
    page.get_by_role("link", name="一次回答率").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("一次回答率")
    page.locator("td.code a").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("応対記録 R")
    expect(page.locator("main")).not_to_contain_text("削除する")


def test_the_board_renews_itself(page: Page, running: Running) -> None:
    log_in(page, running, "sv1")
    page.goto(f"{running.address}/staff/desk/board")
    expect(page.locator("#now")).not_to_contain_text("op9")
    house = DeskHouse(desk_of(running.site), running.site.clock, running.site.services.db, number=500)
    now = running.site.clock.now()
    house.send("live", "call_offered", now - timedelta(seconds=20))
    house.send("live", "answered", now - timedelta(seconds=10), operator="op9")
    expect(page.locator("#now")).to_contain_text("op9", timeout=30_000)
    expect(page.locator("#now")).to_contain_text("通話 1人")


def test_an_incident_from_the_first_field_to_the_report_by_keyboard(page: Page, running: Running) -> None:
    log_in(page, running, "sv1")
    page.goto(f"{running.address}/staff/desk/incident-new")
    page.locator("#title").focus()
    page.keyboard.type("画面が開かない")
    _tab_to(page, "found_at")
    page.locator("#found_at").fill("2026-11-20T09:00")
    for name in ("course", "scope", "recovery", "prevention"):
        _tab_to(page, name)
        page.keyboard.type(f"{name} を書く")
    _tab_to(page, "operator")
    page.keyboard.type("op1")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("画面が開かない")
    check_both_sizes(page)
    page.locator("#to").focus()
    page.keyboard.type("広聴相談課")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("広聴相談課へ報告しました")
    page.get_by_role("button", name="完了にする").focus()
    page.keyboard.press("Enter")
    expect(page.locator("main .chip").nth(1)).to_have_text("完了")
    check_both_sizes(page)


def _tab_to(page: Page, name: str) -> None:
    """The keyboard alone gets there, and one sees where one is."""
    for _ in range(25):
        page.keyboard.press("Tab")
        here = page.evaluate("document.activeElement.id")
        seen = page.evaluate("getComputedStyle(document.activeElement).outlineStyle !== 'none'")
        assert seen, f"{here} does not show that it is focused"
        if here == name:
            return
    raise AssertionError(f"{name} is not reached from the field before it")
