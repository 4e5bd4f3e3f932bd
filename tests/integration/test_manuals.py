"""Manuals: versions with who and why, found by operators through the one search, withdrawn ones gone, nothing personal kept."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.security.permissions import Role
from eval.manuals import load_manuals
from knowledge.errors import Conflict, InvalidInput
from knowledge.manuals.model import Audience, ManualContent
from knowledge.privacy.redacted import approved
from tests.fakes.office_files import paragraph, write_docx
from tests.fakes.staff_site import Site, opened_site, person

COMPLAINTS = """# 上席への引継ぎ
大声や脅しが続くときは、責任者に代わります。通話は切りません。
# 記録の仕方
経緯を時刻とともに書きます。"""
CRISIS = "# 地震のとき\n揺れが収まるまで机の下に入ります。\n# 停電のとき\n非常時用のFAQの紙を使います。"
TODAY = date(2026, 11, 20)


def content(title: str, body: str, **more: Any) -> ManualContent:
    made = ManualContent(approved(title), "complaint", "everyone", TODAY, approved(body))
    return replace(made, **more)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, faqs=6, second_factor_roles=()) as made:
        for name, role in (("hen", Role.EDITOR), ("ope", Role.OPERATOR), ("shi", Role.CITY), ("etsu", Role.VIEWER)):
            made.user(name, role)
        yield made


def titles(site: Site, text: str, *audiences: str) -> list[tuple[str, str]]:
    found = site.services.manual_search.find(approved(text), audiences or ("everyone",))  # type: ignore[arg-type]
    return [(one.manual.shown.content.title, one.passage.heading) for one in found]


def test_a_passage_is_found_by_its_words_and_not_after_the_manual_is_withdrawn(site: Site) -> None:
    manuals = site.services.manuals
    made = manuals.add(content("クレーム対応の手順", COMPLAINTS), "", "hen")
    manuals.add(content("災害のとき", CRISIS, kind="crisis"), "", "hen")
    assert titles(site, "脅しが続くときは")[0] == ("クレーム対応の手順", "上席への引継ぎ")
    assert titles(site, "停電")[0] == ("災害のとき", "停電のとき")
    manuals.withdraw(made.manual_id, "古くなった", "hen")
    assert all(title == "災害のとき" for title, _ in titles(site, "脅しが続くときは"))
    with pytest.raises(Conflict):
        manuals.revise(made.manual_id, content("x", "y"), "z", 1, "hen")
    manuals.restore(made.manual_id, "hen")
    assert titles(site, "脅しが続くときは")[0][0] == "クレーム対応の手順"
    assert {"manual.save", "manual.withdraw", "manual.restore"} <= {action for _, action in site.audited()}


async def test_what_only_resembles_is_said_to_and_nonsense_finds_nothing(site: Site) -> None:
    for one in load_manuals():
        site.services.manuals.add(content(one.title, one.body, kind=one.kind), "", "hen")
    assert titles(site, "asdfgh") == []
    audiences: tuple[Audience, ...] = ("everyone",)
    found = site.services.manual_search.find(approved("書いた紙はどう処分する"), audiences)
    likely = [(one.passage.heading, one.matched) for one in found]
    assert ("メモの捨て方", ()) in likely
    assert likely[0][1], (
        "it stands behind what has a word of the question, where confidence, a share, says nothing of it"
    )
    async with person(site) as operator:
        await operator.log_in("ope")
        page = await operator.get("/staff/manuals?q=書いた紙はどう処分する")
        assert "意味が近い箇所です" in page
        assert "一致した言葉：" in page


def test_search_stays_apart_from_the_faq(site: Site) -> None:
    before = site.services.retriever.status()
    site.services.manuals.add(content("災害のとき", CRISIS), "", "hen")
    assert titles(site, "停電")
    assert site.services.retriever.status() == before
    assert not [one for one in site.services.faqs.published() if "災害" in one.question]


def test_a_version_is_used_from_its_day_on(site: Site) -> None:
    manuals = site.services.manuals
    made = manuals.add(content("窓口の手順", "# 受付\n番号札を渡します。"), "", "hen")
    later = content("窓口の手順", "# 受付\n整理券はスマートフォンに送ります。", valid_from=TODAY + timedelta(days=3))
    manuals.revise(made.manual_id, later, "整理券の変更", 1, "hen")
    assert manuals.get(made.manual_id).shown.number == 1
    everyone: tuple[Audience, ...] = ("everyone",)
    assert not [h for h in site.services.manual_search.find(approved("スマートフォン"), everyone) if h.matched]
    site.clock.advance(timedelta(days=3))
    assert manuals.get(made.manual_id).shown.number == 2
    assert titles(site, "スマートフォン") == [("窓口の手順", "受付")]
    newest = manuals.versions(made.manual_id)[0]
    assert (newest.number, newest.saved_by, newest.reason) == (2, "hen", "整理券の変更")
    with pytest.raises(Conflict):
        manuals.revise(made.manual_id, later, "同時の保存", 1, "hen")
    with pytest.raises(InvalidInput):
        manuals.revise(made.manual_id, later, "", 2, "hen")


def test_what_is_for_managers_is_not_found_by_others(site: Site) -> None:
    site.services.manuals.add(content("責任者の心得", CRISIS, audience="managers"), "", "hen")
    assert not titles(site, "停電")
    assert titles(site, "停電", "everyone", "managers")


def test_nothing_personal_reaches_the_database(site: Site) -> None:
    made = site.services.manuals.add(content("手順", "個人番号は123456789012です。"), "090-1234-5678に聞いた", "hen")
    kept = json.dumps([str(made.shown.content.body), str(made.shown.reason)])
    assert "123456789012" not in kept
    assert "1234-5678" not in kept


async def test_without_any_manual_nothing_is_offered_to_search(site: Site) -> None:
    async with person(site) as operator:
        await operator.log_in("ope")
        page = await operator.get("/staff/manuals")
        assert 'name="q"' not in page
        assert "マニュアルはまだありません" in page
        site.services.manuals.add(content("災害のとき", CRISIS), "", "hen")
        assert 'name="q"' in await operator.get("/staff/manuals")


async def test_the_story_on_the_pages(site: Site, tmp_path: Path) -> None:
    async with person(site) as editor, person(site) as operator, person(site) as viewer:
        await editor.log_in("hen")
        await editor.get("/staff/manuals/new")
        await editor.submit("/staff/manuals/new", title="", kind="work", audience="everyone", valid_from="")
        assert editor.status == 422
        word = write_docx(
            tmp_path / "手順.docx", paragraph("折り返しの約束", "Heading1") + paragraph("必ず期限を伝えます。")
        )
        fields = {"title": "電話の手順", "kind": "work", "audience": "everyone", "valid_from": "2026-11-20"}
        await editor.upload("/staff/manuals/new", "手順.docx", word.read_bytes(), **fields)
        assert "保存しました" in editor.text
        path = editor.path

        await operator.log_in("ope")
        await operator.get("/staff/manuals?q=折り返しの期限")
        assert f'href="{path}#p1"' in operator.text
        await operator.get("/staff/manuals?q=折り返しの期限", htmx=True)
        assert "<html" not in operator.text
        assert "必ず期限を伝えます" in operator.text
        await operator.get(f"{path}/edit")
        assert operator.status == 403

        await editor.get(f"{path}/edit")
        body = editor.field("body").replace("必ず期限", "必ず日時")
        await editor.submit(f"{path}/edit", {**fields, "body": body}, base=editor.field("base"), reason="言い方")
        await operator.get(f"{path}/diff?old=1&new=2")
        assert re.search(r"<del>.*?期限.*?</del>", operator.text, re.S)
        await operator.get(f"{path}/versions/1")
        assert "必ず期限を伝えます" in operator.text
        assert "前の版です" in operator.text

        await editor.get(path)
        await editor.submit(f"{path}/withdraw", why="統合した")
        await operator.get(path)
        assert operator.status == 404
        await operator.get("/staff/manuals?q=折り返し")
        assert "電話の手順" not in operator.text
        await viewer.log_in("etsu")
        await viewer.get("/staff/manuals")
        assert viewer.status == 403


async def test_the_city_reads_what_was_withdrawn_and_writes_nothing(site: Site) -> None:
    made = site.services.manuals.add(content("責任者の心得", CRISIS, audience="managers"), "", "hen")
    site.services.manuals.withdraw(made.manual_id, "統合", "hen")
    async with person(site) as city:
        await city.log_in("shi")
        await city.get(f"/staff/manuals/{made.manual_id}")
        assert "取り下げました" in city.text
        await city.submit(f"/staff/manuals/{made.manual_id}/restore")
        assert city.status == 403


def test_manuals_are_found_after_a_restart(tmp_path: Path) -> None:
    with opened_site(tmp_path, faqs=3) as first:
        first.services.manuals.add(content("災害のとき", CRISIS), "", "hen")
        assert titles(first, "停電")
    with opened_site(tmp_path, faqs=3) as second:
        assert titles(second, "停電")[0] == ("災害のとき", "停電のとき")
