"""The public pages in a real browser: typing, feedback, keyboard, small and large screens, axe-core."""

import re
from collections.abc import Iterator
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.fakes.open_city import open_city
from tests.fakes.served import Served
from voicebot.announcements import EmergencyAnnouncement
from voicebot.parts import VOICE_FOLDER

AXE = Path(__file__).parents[1] / "fixtures" / "axe.min.js"
WIDTHS = {"desktop": (1366, 900), "phone": (390, 844)}
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(which("chromium") is None, reason="chromium not installed: apt-get install chromium"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("city")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with open_city(folder) as city, Served(city.app) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=which("chromium"), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(params=list(WIDTHS))
def page(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    width, height = WIDTHS[request.param]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="ja-JP")
    opened = context.new_page()
    complaints: list[str] = []
    opened.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})")
    return [f"{one['id']}: {[node['html'][:120] for node in one['nodes']]}" for one in found["violations"]]


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/?q=カードをなくしました",
        "/?q=手続き",
        "/?q=ほげほげ",
        "/?category=申請",
        "/faq/A001",
        "/faq/A002?lang=en",
        "/?lang=vi",
        "/nope",
    ],
)
def test_no_accessibility_violation_and_no_sideways_scrolling(page: Page, address: str, path: str) -> None:
    page.goto(address + "/")  # a page that exists first: a 404 is logged as a console error by the browser
    if path != "/nope":
        page.goto(address + path)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_suggestions_while_typing_with_the_keyboard(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("知りたいこと").press_sequentially("暗証番号を忘れ")
    first = page.locator(".suggestions__list a").first
    expect(first).to_have_attribute("href", "/faq/A002")
    assert violations(page) == []
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".suggestions__list")).to_have_count(0)
    expect(page.get_by_label("知りたいこと")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("article h1")).to_be_visible()
    assert "q=" not in page.url  # what was typed is in no address, which proxies write down


def test_feedback_stays_on_the_page(page: Page, address: str) -> None:
    page.goto(f"{address}/?q=カードをなくしました")
    page.get_by_role("button", name="解決した", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("ありがとうございました")
    assert "q=" in page.url
    assert violations(page) == []


def test_skip_link_and_language_switch(page: Page, address: str) -> None:
    page.goto(address)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.get_by_role("link", name="English").click()
    expect(page).to_have_title(re.compile("My Number Card Help"))
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_whole_way_with_javascript_switched_off(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.locator("#q").fill("カードをなくしました")
    page.get_by_role("button", name="調べる").click()
    expect(page.locator("h1")).to_contain_text("なくしたとき")
    page.get_by_role("button", name="解決した", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("ありがとうございました")
    context.close()


def test_an_emergency_announcement_stands_first_and_is_accessible(page: Page, address: str, folder: Path) -> None:
    announcement = EmergencyAnnouncement(folder / VOICE_FOLDER, "")
    announcement.switch("大雪のため、本日は窓口を閉めています。電話での受付は行っています。")
    try:
        for path in ("/", "/?lang=vi", "/voice"):
            page.goto(address + path)
            expect(page.get_by_role("complementary").first).to_contain_text("大雪のため")
            assert violations(page) == []
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    finally:
        announcement.switch("")
