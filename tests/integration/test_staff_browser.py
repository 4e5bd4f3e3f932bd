"""The staff pages in a real browser: no accessibility violation at either size, keyboard alone, nothing lost."""

import re
import wave
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from api.security.permissions import Role
from api.voice.review.samples import Samples
from knowledge.faq.periods import Period
from knowledge.faq.usage_log import Asked
from knowledge.privacy.redacted import RedactedText
from tests.fakes.bot_calls import answered, store
from tests.fakes.browser import IN_BROWSER, Running, check_both_sizes, log_in, serving
from tests.fakes.staff_site import START, opened_site

pytestmark = IN_BROWSER


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with opened_site(tmp_path_factory.mktemp("site"), faqs=6) as site:
        site.user("hanako", Role.EDITOR)
        site.user("ichiro", Role.APPROVER)
        site.user("kanri", Role.ADMIN)
        site.services.usage_log.record_search(Asked("q1", "search", RedactedText("粗大ごみの出し方"), "web"))
        with serving(site) as made:
            yield made


def test_pages_of_an_editor_are_accessible(page: Page, running: Running) -> None:
    page.goto(f"{running.address}/login")
    check_both_sizes(page)
    log_in(page, running, "hanako")
    faq_id = running.site.services.faqs.list_faqs(limit=1).items[0].entry.faq_id
    one = f"/staff/faqs/{faq_id}/ja"
    paths = [
        "/staff", "/staff/account", "/staff/faqs", "/staff/faqs/new", one, f"{one}/edit", f"{one}/history",
        f"{one}/diff?old=1", f"{one}/versions/1", f"/staff/faqs/new?source={faq_id}&lang=en", "/staff/reviews",
        "/staff/review-due", "/staff/translations", "/staff/requests", "/staff/requests/new", "/staff/synonyms",
        "/staff/synonyms/new", "/staff/terms", "/staff/terms/rules", "/staff/documents", "/staff/manuals", "/staff/manuals/new", "/staff/import", "/staff/export", "/staff/rankings?by=word", "/staff/search-log",
        "/staff/gaps", "/staff/summaries", "/staff/unused", "/staff/usage-report", "/staff/users", "/staff/evals", "/staff/test-questions", f"{one}/impact",
    ]  # fmt: skip
    for path in paths:
        page.goto(running.address + path)
        check_both_sizes(page)


def test_pages_of_an_administrator_are_accessible(page: Page, running: Running) -> None:
    log_in(page, running, "kanri")
    for path in (
        "/staff/users",
        "/staff/users/new",
        "/staff/users/hanako",
        "/staff/apikeys",
        "/staff/retention",
        "/staff/audit",
    ):
        page.goto(running.address + path)
        check_both_sizes(page)
    page.click("text=改ざんがないか検証する")
    check_both_sizes(page)


def test_import_preview_and_errors_are_accessible(page: Page, running: Running, tmp_path: Path) -> None:
    log_in(page, running, "hanako")
    for name, data in (("bad.csv", "質問,回答,適用開始\n色は,青,きのう\n"), ("good.csv", "質問,回答\n色は何色,青\n")):
        (tmp_path / name).write_text(data, encoding="cp932")
        page.goto(f"{running.address}/staff/import")
        page.set_input_files("#file", tmp_path / name)
        page.click("button:has-text('内容を確認する')")
        page.wait_for_selector("text=ファイルを選び直す")
        check_both_sizes(page)
    page.click("button:has-text('1行を取り込む')")
    page.wait_for_selector("text=続けて取り込む")
    check_both_sizes(page)


def test_an_faq_is_written_with_the_keyboard_alone(page: Page, running: Running) -> None:
    log_in(page, running, "hanako")
    page.goto(f"{running.address}/staff/faqs/new")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    for _ in range(40):
        if page.evaluate("document.activeElement.id") == "question":
            break
        page.keyboard.press("Tab")
    page.keyboard.type("個人番号カードの色は何色ですか。")
    page.keyboard.press("Tab")
    page.keyboard.type("桃色です。")
    page.wait_for_selector("#preview >> text=公開できません")
    check_both_sizes(page)
    outlined = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert outlined == "4px", "the focus must be seen"
    page.focus("form#faq-form button.main")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=下書きを作成しました")
    check_both_sizes(page)


def test_errors_stand_beside_their_fields_and_are_reached_first(page: Page, running: Running) -> None:
    log_in(page, running, "hanako")
    page.goto(f"{running.address}/staff/faqs/new")
    page.fill("#question", "質問")
    page.fill("#valid_from", "きのう")
    page.click("form#faq-form button.main")
    expect(page.locator("#failure")).to_be_focused()
    expect(page.locator("#answer")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#valid_from")).to_have_attribute("aria-describedby", re.compile("valid_from-bad"))
    expect(page.locator("#valid_from")).to_have_value("きのう")
    check_both_sizes(page)


def test_what_was_typed_survives_leaving_the_page_until_it_is_saved(page: Page, running: Running) -> None:
    log_in(page, running, "hanako")
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(f"{running.address}/staff/faqs/new")
    page.fill("#question", "書きかけの質問")
    page.goto(f"{running.address}/staff")
    page.goto(f"{running.address}/staff/faqs/new")
    page.click("text=入力を復元する")
    expect(page.locator("#question")).to_have_value("書きかけの質問")
    page.fill("#answer", "回答")
    page.click("form#faq-form button.main")
    page.wait_for_selector("text=下書きを作成しました")
    page.goto(f"{running.address}/staff/faqs/new")
    assert not page.is_visible("text=入力を復元する")


def test_a_conflict_shows_both_texts(page: Page, running: Running) -> None:
    log_in(page, running, "hanako")
    record = running.site.services.faqs.list_faqs(limit=1).items[0]
    page.goto(f"{running.address}/staff/faqs/{record.entry.faq_id}/ja/edit")
    faqs = running.site.services.faqs
    faqs.save_draft(replace(record.entry, answer="先に保存した文面です。"), record.revision, "ichiro")
    page.fill("#answer", "後から保存する文面です。")
    page.click("form#faq-form button.main")
    page.wait_for_selector(".clash")
    for side, text in (("first", "先に保存した文面です。"), ("last", "後から保存する文面です。")):
        shown = page.inner_text(f".side-by-side > div:{side}-child .text")
        assert "".join(re.sub("（.*?）", "", shown).split()) == text
    expect(page.locator("#answer")).to_have_value("後から保存する文面です。")
    check_both_sizes(page)


def test_synonym_impact_comes_without_leaving_the_page(page: Page, running: Running) -> None:
    log_in(page, running, "hanako")
    page.goto(f"{running.address}/staff/synonyms/new")
    page.fill("#preferred", "申請")
    page.fill("#terms", "粗大ごみ")
    page.click("text=登録する前に影響を調べる")
    page.wait_for_selector("#impact >> text=上位3件")
    assert page.url.endswith("/staff/synonyms/new")
    expect(page.locator("#terms")).to_have_value("粗大ごみ")
    check_both_sizes(page)


def test_the_menu_opens_on_a_small_screen(page: Page, running: Running) -> None:
    log_in(page, running, "hanako")
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.locator("nav.menu")).to_be_hidden()
    page.focus(".menu-button")
    page.keyboard.press("Enter")
    expect(page.locator("nav.menu")).to_be_visible()
    expect(page.locator(".menu-button")).to_have_attribute("aria-expanded", "true")
    page.click("nav.menu >> text=類義語")
    page.wait_for_url("**/staff/synonyms")


def test_pages_of_the_voicebot_are_accessible(page: Page, running: Running) -> None:
    site = running.site
    site.user("shi", Role.CITY)
    bot = site.app.state.doors.phone.bot
    call, turns = answered("Vrecorded", START - timedelta(days=1))
    store(site.services.db, [(replace(call, recording="Vrecorded.wav", muted=((2.0, 4.5),)), turns)])
    bot.recordings_dir.mkdir(parents=True, exist_ok=True)
    with wave.open(str(bot.recordings_dir / "Vrecorded.wav"), "wb") as sound:
        sound.setparams((2, 2, 8000, 0, "NONE", ""))
        sound.writeframes(bytes(8000 * 4 * 10))
    bot.wording.propose("ja", "ask", "ご用件をどうぞ。", "hanako")
    log_in(page, running, "shi")
    asked = Asked(
        "w1", "answer", RedactedText("カードをなくしました"), "web", action="handoff", reason="low_confidence"
    )
    site.services.usage_log.record_search(asked)
    site.services.usage_log.flush()
    samples = Samples(site.services.db, site.clock, site.services.redactor)
    drawn = samples.draw(Period(START.date(), START.date()), "web", 1, ("shi", "kanri"), "shi")
    for path in ("/staff/calls", "/staff/call-samples?channel=web", f"/staff/call-samples/{drawn.sample_id}",
                 "/staff/web-answers/w1", "/staff/voice", "/staff/voice/wordings?lang=en",
                 "/staff/voice/wordings/ja/ask", "/staff/voice/trial"):  # fmt: skip
        page.goto(running.address + path)
        check_both_sizes(page)
    page.fill("#said", "マイナンバーカードを初めて作るときに手数料はかかりますか")
    page.press("#said", "Enter")
    page.wait_for_selector(".turn-caller")
    check_both_sizes(page)
    page.goto(f"{running.address}/staff/calls/Vrecorded")
    check_both_sizes(page)
    expect(page.locator(".muted-spans").first).to_contain_text("0:02〜0:05")
    page.click("text=0:04から聞く")
    page.wait_for_function("() => document.querySelector('[data-player]').currentTime > 3")
