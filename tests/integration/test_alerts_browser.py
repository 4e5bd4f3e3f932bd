"""A supervisor is called and answers, in a real browser and with the keyboard; the pages of alerts; the evidence file."""

import io
import re
import zipfile
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from api.security.permissions import Role
from desk.alerts.rows import AlertFilter
from desk.assist.model import Heard
from desk.complaints.model import ComplaintContent
from knowledge.privacy.redacted import RedactedText
from tests.fakes.browser import IN_BROWSER, Running, check_both_sizes, log_in, serving
from tests.fakes.desk_house import DeskHouse
from tests.fakes.staff_site import OFF, opened_site
from tests.integration.test_desk_pages import desk_of

THREAT = "おい、ぶっ殺すぞ"

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with opened_site(tmp_path_factory.mktemp("alerts-browser"), faqs=2, **OFF) as site:
        site.user("sv1", Role.SUPERVISOR)
        site.user("hana", Role.OPERATOR)
        with serving(site) as made:
            yield made


def house_of(running: Running) -> DeskHouse:
    return DeskHouse(desk_of(running.site), running.site.clock, running.site.services.db)


def threatened(house: DeskHouse, call_id: str, operator: str = "hana") -> str:
    """A call with a threat in it that nobody has been told of yet; the id of its record."""
    house.send(call_id, "call_offered", line="main")
    house.send(call_id, "answered", operator=operator)
    session = house.desk.assist.start(call_id, operator).session_id
    state = house.desk.assist.hear(session, Heard("citizen", THREAT), operator)
    return state.record_id


def stands_in(page: Page, row: str | None) -> None:
    """The focus comes back to this alert, or to the one that took its place, a moment after the list is new."""
    page.wait_for_function("id => document.activeElement?.closest('li')?.id === id", arg=row)


def test_a_supervisor_hears_of_it_at_once_and_answers_by_keyboard(page: Page, running: Running) -> None:
    log_in(page, running, "sv1")
    page.goto(f"{running.address}/staff/desk/live")
    expect(page.locator("#alerts")).to_contain_text("いま、知らせはありません。")
    check_both_sizes(page)
    house = house_of(running)
    threatened(house, "c1")
    threatened(house, "c2")
    (first, second) = sorted(house.desk.alerts.look(), key=lambda one: one.call_id)
    expect(page.locator("#alerts li")).to_have_count(2)
    expect(page.locator("#alerts-said")).to_contain_text("新しい知らせ：カスハラ（hana さん）")
    expect(page).to_have_title(re.compile("^（2件）"))
    check_both_sizes(page)
    rows = [page.locator("#alerts li").nth(place).get_attribute("id") for place in (0, 1)]
    page.focus(f"#{rows[0]} button")
    page.keyboard.press("ArrowDown")
    stands_in(page, rows[1])
    page.keyboard.press("a")
    expect(page.locator(f"#{rows[1]}")).to_contain_text("sv1 さんが")
    stands_in(page, rows[1])
    page.keyboard.press("1")
    expect(page.locator("#alerts li")).to_have_count(1)
    stands_in(page, rows[0])
    page.keyboard.press("s")
    expect(page.locator("#alerts")).to_contain_text("いま、知らせはありません。")
    page.wait_for_function("() => document.activeElement.id === 'alerts-title'")
    done = {one.call_id: (one.outcome, one.acknowledged_by) for one, _ in [*house.desk.alerts.of_call("c1"), *house.desk.alerts.of_call("c2")]}  # fmt: skip
    assert sorted(done.values()) == [("", ""), ("handled", "sv1")]
    assert {first.call_id, second.call_id} == set(done)


def test_the_list_and_the_record_lead_on(page: Page, running: Running) -> None:
    house = house_of(running)
    house.number = 100
    record_id = threatened(house, "c8")
    house.desk.complaints.receive(record_id, ComplaintContent("high", RedactedText("待たされた")), "sv1")
    house.desk.alerts.look()
    log_in(page, running, "sv1")
    page.goto(f"{running.address}/staff/desk/alerts?result=none&rule=カスハラ")
    check_both_sizes(page)
    page.locator("summary", has_text="記録する").first.focus()
    page.keyboard.press("Enter")
    check_both_sizes(page)
    page.locator("details[open] input[name=note]").fill("聞き間違い。折り返しは090-1234-5678")
    page.locator("details[open] button[value=wrong]").press("Enter")
    page.wait_for_url(re.compile("alert_stepped"))
    wrong = house.desk.alerts.find(AlertFilter(outcome="wrong"))
    ((_, steps),) = house.desk.alerts.of_call(wrong[0].call_id)
    assert steps[-1].note.startswith("聞き間違い")
    assert "5678" not in steps[-1].note
    page.goto(f"{running.address}/staff/desk/records/{record_id}")
    check_both_sizes(page)
    with page.expect_download() as file:
        page.get_by_role("link", name="まとめ（Word）を作る").press("Enter")
    assert file.value.suggested_filename.startswith(f"記録のまとめ_{record_id}")


def test_the_evidence_has_everything_and_nothing_personal(running: Running) -> None:
    house = house_of(running)
    house.number = 200
    record_id = threatened(house, "c9")
    session = next(one.session_id for one in house.desk.assist.live() if one.call_id == "c9")
    house.desk.assist.hear(session, Heard("citizen", "番号は123456789012、電話は090-1234-5678"), "hana")
    house.desk.assist.raise_hand(session, True, "hana")
    for alert in house.desk.alerts.look():
        house.desk.alerts.step(alert.alert_id, "handled", "sv1", "電話を代わった")
    house.desk.assist.whisper(session, "代わります", "sv1")
    house.desk.complaints.receive(record_id, ComplaintContent("high", RedactedText("待たされた")), "sv1")
    data = house.desk.evidence.make(record_id, "sv1")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        document = package.read("word/document.xml").decode()
    for words in (
        record_id, THREAT, "カスハラ", "個人番号の発話", "【個人番号】", "オペレーターが手を挙げた", "責任者がメモを送った",
        "知らせ「カスハラ」を「対応済み」とした（電話を代わった）", "12:00:10", "5　苦情の記録", "待たされた",
    ):  # fmt: skip
        assert words in document, words
    assert "123456789012" not in document
    assert "5678" not in document
    assert ("sv1", "evidence.export") in running.site.audited()
