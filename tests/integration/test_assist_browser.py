"""The operator's story in a real browser, with the keyboard: play a sample call, see the answer, use it, close the record."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import APIResponse, Page, Route, expect

from api.security.permissions import Role
from desk.assist.model import Heard
from desk.records.filters import RecordFilter
from desk.records.model import FaqReference
from knowledge.manuals.model import ManualContent
from knowledge.privacy.redacted import approved
from tests.fakes.assist_site import opened_assist_site
from tests.fakes.browser import IN_BROWSER, Running, check_both_sizes, log_in, serving
from tests.integration.test_assist_handed import NEED, hand_over

START = "/staff/desk/assist"

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with opened_assist_site(tmp_path_factory.mktemp("assist-browser")) as site:
        site.user("hana", Role.OPERATOR)
        site.user("sachi", Role.SUPERVISOR)
        with serving(site) as made:
            yield made


@pytest.fixture
def desk(page: Page, running: Running) -> Page:
    log_in(page, running, "hana")
    page.goto(running.address + START)
    return page


def begin(desk: Page) -> str:
    """A new call without a sample; the id of its session."""
    desk.click("text=新しい応対を始める")
    desk.wait_for_url(re.compile(f"{START}/[0-9a-f]{{32}}"))
    desk.wait_for_selector("[data-state-line]:has-text('つながっています')")
    return desk.url.split("/")[-1].split("?")[0]


def say(desk: Page, text: str) -> None:
    desk.fill("#typed", text)
    desk.press("#typed", "Enter")
    desk.wait_for_selector(f".said .words:has-text('{text}')")


def press_place_of(desk: Page, faq_id: str) -> None:
    """The key of the card's place. While a call runs the places change: looking and pressing must be one step."""
    desk.wait_for_function(
        """faq => {
            const place = [...document.querySelectorAll(".offer")].findIndex(one => one.dataset.faq === faq);
            if (place < 0) return false;
            const pressed = new KeyboardEvent("keydown", { key: String(place + 1), bubbles: true, cancelable: true });
            document.body.dispatchEvent(pressed);
            return true;
        }""",
        arg=faq_id,
    )


def order(desk: Page) -> list[str]:
    found: list[str] = desk.eval_on_selector_all(".offer", "all => all.map(one => one.dataset.faq)")
    return found


def test_the_sample_call_from_playing_to_the_closed_record(desk: Page, running: Running) -> None:
    check_both_sizes(desk)
    desk.press("li:has(#sample-pickup) button", "Enter")
    desk.wait_for_url(re.compile("sample=pickup"))
    desk.select_option("[data-speed]", "4")
    desk.evaluate("document.activeElement.blur()")
    # The right card comes before the caller has finished: the record is about what was said by then.
    desk.wait_for_selector("text=何を持って行けばいいですか。")
    press_place_of(desk, "MH2019")
    desk.wait_for_selector('.offer.open[data-faq="MH2019"]')
    check_both_sizes(desk)
    desk.keyboard.press("Enter")
    desk.wait_for_selector("[data-used] >> text=MH2019 第1版")
    desk.wait_for_function("() => document.getElementById('category').value === '交付・受取'")
    desk.keyboard.press("Control+Enter")
    desk.wait_for_url(re.compile("/records/"))
    check_both_sizes(desk)
    expect(desk.locator("#inquiry")).to_have_value(re.compile("持って行けばいいですか"))
    expect(desk.locator("#answer")).to_have_value(re.compile("MH2019 第1版"))
    expect(desk.locator("#outcome")).to_have_value("answered")
    desk.focus("button:has-text('記録を完了する')")
    desk.keyboard.press("Enter")
    desk.wait_for_selector("text=記録を完了しました")
    check_both_sizes(desk)
    kinds = [one.kind for one in references(running)]
    assert {"faq_suggested", "faq_viewed", "faq_used"} <= set(kinds)


def references(running: Running) -> list[FaqReference]:
    records = running.site.app.state.doors.phone.desk.records
    newest = records.search(RecordFilter(statuses=("done",))).items[0]
    found: list[FaqReference] = records.faq_references(newest.record_id)
    return found


def test_nothing_moves_under_the_focus_and_the_newest_is_announced(desk: Page, running: Running) -> None:
    session = begin(desk)
    say(desk, "初めてカードを受け取るとき何を持って行けばいいですか")
    desk.wait_for_selector('.offer[data-faq="MH2019"]')
    before = order(desk)
    desk.keyboard.press("Escape")
    desk.keyboard.press("1")
    desk.wait_for_selector(".offer:focus")
    assist = running.site.app.state.doors.phone.desk.assist
    assist.hear(session, Heard("citizen", "外出先でマイナンバーカードをなくしました。どうすればよいですか"), "hana")
    desk.wait_for_selector("[data-fresh]:not([hidden])")
    assert order(desk) == before
    expect(desk.locator("[data-fresh]").first).to_contain_text("新しい候補があります")
    check_both_sizes(desk)
    desk.keyboard.press("Escape")
    desk.wait_for_selector('.offer[data-faq="MH4001"]')
    expect(desk.locator("[data-fresh]")).to_be_hidden()


def test_a_reply_that_was_overtaken_does_not_take_back_what_is_newer(desk: Page, running: Running) -> None:
    session = begin(desk)
    say(desk, "初めてカードを受け取るとき何を持って行けばいいですか")
    desk.wait_for_selector('.offer[data-faq="MH2019"]')
    held: list[tuple[Route, APIResponse]] = []
    desk.route("**/marks", lambda route: held.append((route, route.fetch())))
    desk.keyboard.press("Escape")
    with desk.expect_request("**/marks"):
        desk.keyboard.press("1")
    while not held:
        desk.wait_for_timeout(20)
    assist = running.site.app.state.doors.phone.desk.assist
    assist.hear(session, Heard("citizen", "外出先でマイナンバーカードをなくしました。どうすればよいですか"), "hana")
    desk.wait_for_selector("[data-fresh]:not([hidden])")
    route, reply = held[0]
    with desk.expect_response("**/marks"):
        route.fulfill(response=reply)
    expect(desk.locator("[data-fresh]")).to_be_visible()
    desk.keyboard.press("Escape")
    desk.wait_for_selector('.offer[data-faq="MH4001"]')


def test_keys_do_nothing_while_somebody_types_and_can_be_switched_off(desk: Page, running: Running) -> None:
    begin(desk)
    say(desk, "暗証番号の4桁を忘れました。どうすればいいですか")
    desk.wait_for_selector(".offer")
    opened = desk.get_attribute(".offer.open", "data-faq")
    desk.focus("#inquiry")
    desk.keyboard.type("2/1")
    expect(desk.locator("#inquiry")).to_have_value("2/1")
    expect(desk.locator(".offer.open")).to_have_attribute("data-faq", opened)
    desk.keyboard.press("Escape")
    desk.keyboard.press("/")
    expect(desk.locator("#query")).to_be_focused()
    desk.keyboard.type("代理人の書類")
    desk.keyboard.press("Enter")
    desk.wait_for_selector(".results button:has-text('候補に置く')")
    check_both_sizes(desk)
    desk.keyboard.press("Escape")
    expect(desk.locator("[data-results]")).to_be_hidden()
    desk.click("#keys summary")
    desk.uncheck("#use-keys")
    desk.evaluate("document.activeElement.blur()")
    desk.keyboard.press("/")
    expect(desk.locator("#query")).not_to_be_focused()
    desk.check("#use-keys")


def test_a_use_can_be_taken_back_and_a_call_passed_on(desk: Page, running: Running) -> None:
    session = begin(desk)
    say(desk, "代理人がカードを受け取るときはどんな書類がいりますか")
    desk.wait_for_selector('.offer[data-faq="MH2031"]')
    if desk.is_hidden('.offer[data-faq="MH2031"] .offer-body'):
        desk.click('.offer[data-faq="MH2031"] .offer-open')
    desk.wait_for_selector('.offer[data-faq="MH2031"] .offer-body', state="visible")
    desk.click('.offer[data-faq="MH2031"] [data-act="faq_used"]')
    desk.click("[data-used] >> text=取り消す")
    desk.wait_for_selector("[data-used-empty]:not([hidden])")
    desk.click("button:has-text('取次ぎ') >> nth=0")
    desk.select_option("#target", "市民課")
    desk.wait_for_selector("[data-target-phone]:has-text('ゼロゼロ')")
    desk.wait_for_function("() => document.getElementById('packet').value !== ''")
    expect(desk.locator("#packet")).to_have_value(re.compile("代理人がカードを受け取るとき"))
    check_both_sizes(desk)
    desk.select_option("#result", "absent")
    desk.click("text=取次ぎの結果を記録する")
    desk.wait_for_selector("[data-target-phone]:has-text('記録しました')")
    desk.click("[data-hand]")
    desk.wait_for_selector("[data-hand][aria-pressed=true]")
    running.site.app.state.doors.phone.desk.assist.whisper(session, "代わりましょうか", "sachi")
    desk.wait_for_selector("text=責任者から：代わりましょうか")
    desk.click("#bring summary")
    for name, value in (("who", "代理人"), ("procedure", "受取（初めて）"), ("counter", "市の窓口")):
        # While htmx marks a form as added it does not listen to it yet; no hand is as fast.
        desk.wait_for_selector(f"#bring form:not(.htmx-added) #list-{name}")
        desk.select_option(f"#list-{name}", value)
        # Marked so by the server: the list has been drawn anew for what was chosen.
        desk.wait_for_selector(f"#list-{name} option[selected][value='{value}']", state="attached")
    desk.wait_for_selector("#bring .documents li")
    check_both_sizes(desk)
    desk.goto(f"{running.address}/staff/desk/checklists")
    desk.select_option("#who", "本人")
    desk.wait_for_url(re.compile("who="))
    check_both_sizes(desk)


def test_the_supervisors_page(page: Page, running: Running) -> None:
    assist = running.site.app.state.doors.phone.desk.assist
    session = assist.start("", "op9").session_id
    assist.hear(session, Heard("citizen", "責任者を出してください"), "op9")
    assist.raise_hand(session, True, "op9")
    log_in(page, running, "sachi")
    page.goto(f"{running.address}/staff/desk/live?to={session}")
    check_both_sizes(page)
    page.fill("#text", "代わります")
    page.press("#text", "Enter")
    page.wait_for_selector("text=メモを送りました")
    assert [memo.text for memo in assist.state(session, "op9").memos] == ["代わります"]


def test_a_call_handed_over_by_the_voicebot_begins_with_what_it_heard(desk: Page, running: Running) -> None:
    hand_over(running.site, "V-browser")
    desk.reload()
    check_both_sizes(desk)
    desk.click("text=この通話を受ける")
    desk.wait_for_selector(f".talk section.handed:has-text('{NEED}')")
    desk.wait_for_selector(".said .bot.handed .speaker:has-text('自動音声')")
    desk.wait_for_selector(".said .citizen.handed .speaker:has-text('市民（自動音声へ）')")
    desk.wait_for_selector('.offer[data-faq="MH2019"]')
    check_both_sizes(desk)
    desk.reload()
    desk.wait_for_selector(".said .bot.handed")


def test_a_passage_of_a_manual_is_found_beside_the_call(desk: Page, running: Running) -> None:
    body = approved("# 上席への引継ぎ\n脅しが続くときは責任者に代わります。")
    day = running.site.services.clock.today()
    manual = running.site.services.manuals.add(
        ManualContent(approved("苦情の手順"), "complaint", "everyone", day, body), "", "sachi"
    )
    begin(desk)
    desk.click("#manuals summary")
    desk.fill("#manual-query", "脅し")
    desk.press("#manual-query", "Enter")
    desk.wait_for_selector(f"#manual-found a[href='/staff/manuals/{manual.manual_id}#p1']")
    check_both_sizes(desk)
