"""The operator's draft in a real browser: sentence by sentence, a planted fee caught, the plug pulled mid-call."""

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from api.security.permissions import Role
from eval.scripted_answers import answer_of, good, sections, with_wrong_fee
from eval.scripted_server import Says, ScriptedServer, scripted_server
from knowledge.faq.usage_log import Asked
from knowledge.language.openings import Opened
from knowledge.privacy.redacted import RedactedText
from tests.fakes.assist_site import opened_assist_site
from tests.fakes.browser import IN_BROWSER, Running, check_both_sizes, log_in, serving
from tests.integration.test_assist_browser import START, begin, say

pytestmark = [
    pytest.mark.skipif(find_spec("litellm") is None, reason="the extra [llm] is not installed"),
    pytest.mark.llm,
    *IN_BROWSER,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning", "ignore::pydantic.warnings.PydanticDeprecatedSince20"),
]  # fmt: skip
SHOTS = os.environ.get("DRAFT_SHOTS", "")
DRAFT = "[data-ai-draft]"
LINE = f"{DRAFT} .draft-lines li"
QUESTION = "カードを受け取るとき、何を持って行けばよいですか。"


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedServer]:
    with scripted_server(good) as running:
        yield running


@pytest.fixture(scope="module")
def running(model: ScriptedServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    llm = {"model": "openai/scripted", "api_base": model.url, "retries": 0, "timeout_secs": 20, "cache_entries": 0}
    with opened_assist_site(tmp_path_factory.mktemp("drafts-browser"), llm) as site:
        site.user("hana", Role.OPERATOR)
        site.user("kanri", Role.ADMIN)
        site.services.usage_log.record_search(
            Asked("q1", "search", RedactedText("受け取りに赤ちゃんも行きますか"), "web")
        )
        with serving(site) as made:
            yield made


def shot(page: Page, name: str) -> None:
    for width, height in ((1366, 768), (390, 844)) if SHOTS else ():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=width < 1000)
    page.set_viewport_size({"width": 1366, "height": 768})


def drafted(model: ScriptedServer) -> int:
    """How often a draft was asked for."""
    return sum("資料1" in sections(body) for body in model.requests)


def test_a_draft_a_follow_up_a_planted_fee_and_a_pulled_plug(
    page: Page,
    running: Running,
    model: ScriptedServer,
) -> None:
    log_in(page, running, "hana")
    page.goto(running.address + START)
    begin(page)

    def slowly(body: dict[str, object]) -> Says:
        said = [f"{one}。［1］\n" for one in answer_of(sections(body)).split("。") if one]
        return Says("", pieces=said, waits_after=2)

    model.otherwise = slowly
    say(page, QUESTION)
    page.wait_for_selector(LINE)  # the first sentences stand there while the model still writes
    expect(page.locator(f"{DRAFT} .draft-note").first).to_contain_text("下書きを作っています")
    shot(page, "1-writing")
    model.go_on.set()
    page.wait_for_selector(f"{DRAFT} .draft-note:has-text('照らし合わせています')")
    expect(page.locator(LINE).nth(2)).to_be_visible()
    expect(page.locator(LINE).first).to_contain_text(re.compile(r"MH\d{4} 第1版"))
    expect(page.locator(f"{DRAFT} .draft-head").first).to_have_text(re.compile("^AIによる下書き"))
    check_both_sizes(page)
    shot(page, "2-draft")

    model.otherwise = good
    before = drafted(model)
    say(page, "はい。")  # asks nothing: nothing is sent
    say(page, "ああ、なるほど、そうなんですね。")
    page.wait_for_selector("text=ああ、なるほど、そうなんですね。")
    with page.expect_response("**/drafts"):
        say(page, "じゃあ代理人が受け取る場合はどうですか。")
    page.wait_for_selector(f"{DRAFT} .draft-note:has-text('照らし合わせています')")
    assert "代理人が受け取る場合" in sections(model.requests[-1])["質問"]
    assert drafted(model) == before + 1
    shot(page, "3-follow-up")

    model.otherwise = with_wrong_fee
    say(page, "手数料はいくらかかりますか。")
    page.wait_for_selector(f"{DRAFT} .draft-note:has-text('承認済みの回答をそのまま')")
    expect(page.locator(f"{DRAFT} .draft-note").first).to_contain_text("根拠にない数字があります：5000円")
    assert "5,000円" not in page.inner_text(f"{DRAFT} .draft-lines")
    expect(page.locator(f"{DRAFT} .draft-head").first).to_have_text(re.compile("^承認済みの回答"))
    expect(page.locator("[data-draft-jump]").first).to_contain_text("止め、承認済みの回答にしました")
    shot(page, "4-caught")

    model.down = True
    page.click(f"{DRAFT} .draft-head button")
    page.wait_for_selector(f"{DRAFT} .draft-note:has-text('言語モデルから文章を受け取れませんでした')")
    cards = page.locator(".offer").count()
    say(page, "受け取りは家族でもよいですか。")
    assert cards > 0
    expect(page.locator(".offer")).to_have_count(cards)
    shot(page, "5-unplugged")
    model.down, model.otherwise = False, good

    page.press("body", "Control+Enter")
    page.wait_for_url(re.compile("records"))
    page.click("text=AIで要約を作る")
    page.click("text=用件に入れる")
    expect(page.locator("#inquiry")).to_have_value(re.compile(QUESTION))
    check_both_sizes(page)
    shot(page, "6-summary")


def test_the_administrator_sees_the_meter_and_stops_the_model(
    page: Page,
    running: Running,
    model: ScriptedServer,
) -> None:
    model.otherwise = good
    log_in(page, running, "kanri")
    page.goto(f"{running.address}/staff/language-model")
    expect(page.locator("main").first).to_contain_text("回答の下書き")
    expect(page.locator("main").first).to_contain_text("表示しない（職員だけ）")
    openings = running.site.services.openings
    page.check("text=紛失・暗証番号・記載変更・返納")
    page.fill("#faq_ids", "MH2019\nMH9999")
    page.click("text=範囲を保存する")
    page.wait_for_selector("text=公開中のFAQに MH9999 はありません")
    check_both_sizes(page)
    assert openings.chosen == Opened()
    page.fill("#faq_ids", "MH2019")
    page.click("text=範囲を保存する")
    page.wait_for_selector("text=市民への下書きの範囲を変えました")
    assert openings.chosen == Opened(frozenset({"紛失・暗証番号・記載変更・返納"}), frozenset({"MH2019"}))
    check_both_sizes(page)
    shot(page, "7-admin")
    page.click("text=言語モデルを止める")
    page.wait_for_selector("text=言語モデルを止めました")
    assert not running.site.services.language.available("draft")
    check_both_sizes(page)
    shot(page, "8-admin-off")
    page.click("text=言語モデルを使う")
    page.wait_for_selector("text=言語モデルを使い始めました")
    page.goto(f"{running.address}/staff/gaps")
    shot(page, "9-gaps")
    page.click("text=AIで下書き")
    page.wait_for_selector("text=AIによる下書きです")
    expect(page.locator("#question")).to_have_value(re.compile("^受け取り"))
    check_both_sizes(page)
    shot(page, "10-faq-draft")
