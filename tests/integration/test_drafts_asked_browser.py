"""Where the city wants drafts only when asked for: the button at the desk, in a real browser."""

from collections.abc import Iterator
from importlib.util import find_spec

import pytest
from playwright.sync_api import Page, expect

from api.security.permissions import Role
from eval.scripted_answers import good
from eval.scripted_server import ScriptedServer, scripted_server
from tests.fakes.assist_site import opened_assist_site
from tests.fakes.browser import IN_BROWSER, Running, check_both_sizes, log_in, serving
from tests.integration.test_assist_browser import START, begin, say
from tests.integration.test_drafts_browser import DRAFT, LINE, QUESTION, drafted, shot

pytestmark = [
    pytest.mark.skipif(find_spec("litellm") is None, reason="the extra [llm] is not installed"),
    pytest.mark.llm,
    *IN_BROWSER,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::pydantic.warnings.PydanticDeprecatedSince20"),
]  # fmt: skip
OFFERED = f"{DRAFT} .draft-note:has-text('必要なときに「下書きを作る」を押してください')"
CHECKED = f"{DRAFT} .draft-note:has-text('照らし合わせています')"
BUTTON = f"{DRAFT} .draft-head button"
STATE = "[data-draft-jump]"
CHIP = f"{DRAFT} .draft-head .chip"
LATER_MS = 5_000
"""Far longer than a draft that begins by itself waits."""


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with scripted_server(good) as running:
        yield running


@pytest.fixture(scope="module")
def running(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    llm = {
        "model": "openai/scripted",
        "api_base": model.url,
        "retries": 0,
        "cache_entries": 0,
        "drafts_begin": "asked",
    }
    with opened_assist_site(tmp_path_factory.mktemp("drafts-asked"), llm) as site:
        site.user("hana", Role.OPERATOR)
        with serving(site) as made:
            yield made


def test_nothing_is_drafted_before_the_operator_asks(
    page: Page,
    running: Running,
    model: ScriptedServer,
) -> None:
    log_in(page, running, "hana")
    page.clock.install()
    page.goto(running.address + START)
    begin(page)
    expect(page.locator(DRAFT)).to_be_hidden()
    expect(page.locator(STATE)).to_be_hidden()

    say(page, QUESTION)
    page.wait_for_selector(OFFERED)
    expect(page.locator(BUTTON).first).to_have_text("下書きを作る")
    expect(page.locator(STATE).first).to_have_text("AIによる下書き：作れます")
    expect(page.locator(CHIP)).to_be_hidden()  # nothing stands there to be confirmed
    page.clock.fast_forward(LATER_MS)
    check_both_sizes(page)
    shot(page, "asked-1-offered")
    assert drafted(model) == 0

    page.focus(BUTTON)
    page.keyboard.press("Enter")
    page.wait_for_selector(CHECKED)
    assert drafted(model) == 1
    expect(page.locator(LINE).nth(2)).to_be_visible()
    expect(page.locator(BUTTON).first).to_have_text("書き直す")
    expect(page.locator(CHIP)).to_be_visible()
    expect(page.locator(STATE).first).to_have_text(
        f"AIによる下書き：{page.locator(LINE).count()}文（確認してください）"
    )
    check_both_sizes(page)
    shot(page, "asked-2-drafted")

    page.click(f"{STATE} a")
    expect(page.locator("#ai-draft")).to_be_focused()
    shot(page, "asked-2-jumped")


def test_a_new_question_takes_the_old_draft_away_and_offers_the_button_again(
    page: Page,
    running: Running,
    model: ScriptedServer,
) -> None:
    log_in(page, running, "hana")
    page.clock.install()
    page.goto(running.address + START)
    begin(page)
    say(page, QUESTION)
    page.click(BUTTON)
    page.wait_for_selector(CHECKED)
    before = drafted(model)

    say(page, "手数料はいくらかかりますか。")
    page.wait_for_selector(OFFERED)
    page.clock.fast_forward(LATER_MS)
    expect(page.locator(LINE)).to_have_count(0)
    expect(page.locator(BUTTON).first).to_have_text("下書きを作る")
    assert drafted(model) == before

    model.down = True
    page.click(BUTTON)
    page.wait_for_selector(f"{DRAFT} .draft-note:has-text('言語モデルから文章を受け取れませんでした')")
    expect(page.locator(CHIP)).to_be_hidden()
    expect(page.locator(".offer").first).to_be_visible()
    expect(page.locator(BUTTON).first).to_have_text("書き直す")
    expect(page.locator(STATE).first).to_have_text("AIによる下書き：ありません")
    shot(page, "asked-3-unplugged")
    model.down = False
