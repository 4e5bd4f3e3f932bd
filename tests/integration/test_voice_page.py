"""/voice in a real browser: typed and spoken questions, interrupting, asking for a person, small screens, axe."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.fakes.voice_site import SILENT, SPEAKING, VoiceSite, open_voice_site
from voicebot.hearing.scripted import ScriptedTranscriber

pytestmark = pytest.mark.browser
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=user-gesture-required",
]  # fmt: skip
FAKE_MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]
AXE = Path(__file__).parents[1] / "fixtures" / "axe.min.js"
LOST = "すぐに"


@contextmanager
def browser_page(site: VoiceSite, *flags: str, width: int = 1366, height: int = 768) -> Iterator[Page]:
    """A page on which any error in the console or of the content policy fails the test."""
    if not Path(CHROMIUM).exists():
        pytest.skip("chromium is not installed: apt-get install chromium")
    errors: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, *flags])
        page = browser.new_page(base_url=site.url, viewport={"width": width, "height": height})
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
        try:
            yield page
        finally:
            browser.close()
    assert errors == []


def violations(page: Page) -> list[str]:
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]]


@pytest.fixture(scope="module")
def silent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[VoiceSite]:
    with open_voice_site(tmp_path_factory.mktemp("silent"), SILENT) as site:
        yield site


def test_without_any_voice_a_question_is_answered_in_writing_by_keyboard(silent: VoiceSite) -> None:
    with browser_page(silent, width=390, height=844) as page:
        page.goto("/voice")
        expect(page.get_by_role("note")).to_contain_text("文字でご案内します")
        assert violations(page) == []
        expect(page.get_by_role("button", name="声を止める")).to_be_hidden()
        page.get_by_role("button", name="相談を始める").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("log")).to_contain_text("AIによる自動音声の案内です")
        expect(page.get_by_role("button", name="声を止める")).to_be_hidden()
        # The text box has the focus: a question can be typed at once.
        page.keyboard.type("カードをなくしました")
        page.keyboard.press("Enter")
        answer = page.locator(".caption--answer")
        expect(answer).to_contain_text(LOST)
        expect(answer.get_by_role("link")).to_have_attribute("href", "/faq/A001")
        page.get_by_text("番号キー").click()
        page.locator(".keypad").get_by_role("button", name="1", exact=True).click()
        expect(page.get_by_role("log")).to_contain_text("ほかにお聞きになりたいこと")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.get_by_role("button", name="終了する").click()
        expect(page.get_by_role("status")).to_have_text("通話を終了しました。")
        expect(page.get_by_role("button", name="もう一度始める")).to_be_focused()
    bot = silent.city.doors.phone.bot
    bot.drain()
    assert bot.calls().calls[0].outcome == "confirmed"


def test_the_language_of_the_page_is_the_language_of_the_call(silent: VoiceSite) -> None:
    with browser_page(silent) as page:
        page.goto("/voice")
        page.get_by_label("言葉").select_option("en")
        expect(page.get_by_role("heading", level=1)).to_have_text("Talk to the AI assistant")
        page.get_by_role("button", name="Start").click()
        expect(page.get_by_role("log")).to_contain_text("This is an AI assistant")
        page.get_by_label("Type your question").fill("I lost my card")
        page.get_by_role("button", name="Send").click()
        expect(page.get_by_role("log")).to_contain_text("Call 0120-95-0178 at once")


@pytest.mark.voice
def test_a_spoken_question_is_heard_answered_interrupted_and_handed_over(tmp_path: Path) -> None:
    # Whatever the fake microphone sounds like, this is what the recogniser makes of it.
    transcriber = ScriptedTranscriber(["カードをなくしました"])
    with open_voice_site(tmp_path, SPEAKING, transcriber) as site, browser_page(site, *FAKE_MICROPHONE) as page:
        page.goto("/voice")
        page.get_by_role("button", name="相談を始める").click()
        expect(page.get_by_role("status")).to_have_text("話しています", timeout=20_000)
        expect(page.get_by_role("button", name="マイクを切る")).to_be_visible()
        page.get_by_role("button", name="声を止める").click()
        page.get_by_label("文字で質問する").fill("カードをなくしました")
        page.get_by_role("button", name="送る").click()
        expect(page.locator(".caption--answer")).to_contain_text(LOST, timeout=20_000)
        page.get_by_role("button", name="マイクを切る").click()
        expect(page.get_by_role("button", name="マイクを入れる")).to_have_attribute("aria-pressed", "true")
        page.get_by_role("button", name="担当者と話す").click()
        # A browser has no line that could be put through: a call-back is offered instead.
        expect(page.get_by_role("log")).to_contain_text("折り返し", timeout=20_000)
        assert re.search("caption--caller", page.content())
