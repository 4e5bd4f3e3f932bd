"""The editor: errors beside their fields, nothing typed is lost, both texts at a conflict, previews, translations."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from api.security.permissions import Role
from knowledge.domain import FaqEntry
from tests.fakes.staff_site import Site, opened_site, person

NEW = {"question": "カードの色は何色ですか。", "answer": "桃色です。\n表に写真があります。", "visibility": "public"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, faqs=5) as made:
        made.user("hanako", Role.EDITOR)
        made.user("ichiro", Role.APPROVER)
        yield made


def _published(site: Site) -> FaqEntry:
    return site.services.faqs.list_faqs(limit=1).items[0].entry


async def test_an_unreadable_field_is_named_and_everything_typed_stays(site: Site) -> None:
    async with person(site) as editor:
        await editor.log_in("hanako")
        values = {**NEW, "valid_from": "令和8年13月1日", "tags": "色、見た目", "facets": "年齢 15歳"}
        await editor.submit("/staff/faqs/new", values)
        assert editor.status == 422
        assert 'id="valid_from-bad"' in editor.text
        assert 'id="facets-bad"' in editor.text
        for name, value in values.items():
            if name != "visibility":
                assert editor.field(name) == value
        await editor.submit("/staff/faqs/new", {**values, "valid_from": "令和8年12月1日", "facets": "年齢：15歳"})
        assert "下書きを作成しました" in editor.text
        made = site.services.faqs.get(editor.path.split("/")[3]).entry
        assert (made.tags, made.facets) == (("色", "見た目"), (("年齢", "15歳"),))
        assert str(made.valid_from) == "2026-12-01"
        assert made.answer == NEW["answer"], "line breaks of a browser are not the computer's"


@pytest.mark.parametrize(
    "bad", [{"answer": "<script>alert(1)</script>"}, {"question": "あ" * 100_000}, {"question": ""}]
)
async def test_bad_content_is_refused_with_the_text_kept(site: Site, bad: dict[str, str]) -> None:
    async with person(site) as editor:
        await editor.log_in("hanako")
        before = site.services.faqs.list_faqs().total
        await editor.submit("/staff/faqs/new", {**NEW, **bad})
        assert editor.status == 422
        (name,) = bad
        assert f'id="{name}-bad"' in editor.text
        assert editor.field(name) == bad[name]
        assert site.services.faqs.list_faqs().total == before


async def test_opening_and_saving_without_a_change_changes_nothing(site: Site) -> None:
    record = site.services.faqs.list_faqs(limit=1).items[0]
    entry = replace(record.entry, facets=(("対象", "本人"),), valid_to=None)
    saved = site.services.faqs.save_draft(entry, record.revision, "hanako")
    page = f"/staff/faqs/{entry.faq_id}/ja/edit"
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.get(page)
        from api.web.staff.faq_form import FIELDS

        values = {name: editor.field(name) for name in FIELDS if name not in ("visibility", "handoff_reason")}
        await editor.submit(page, values, revision=editor.field("revision"), visibility=entry.visibility)
        assert editor.status == 200
    assert site.services.faqs.get(entry.faq_id).revision == saved.revision


async def test_the_second_of_two_editors_sees_both_texts_and_can_go_on(site: Site) -> None:
    entry = _published(site)
    page = f"/staff/faqs/{entry.faq_id}/ja"
    async with person(site) as first, person(site) as second:
        await first.log_in("hanako")
        await second.log_in("ichiro", site=site)
        await first.get(f"{page}/edit")
        await second.get(f"{page}/edit")
        revision = second.field("revision")
        await first.submit(f"{page}/edit", {**NEW, "answer": "先に保存した回答。"}, revision=first.field("revision"))
        await second.submit(f"{page}/edit", {**NEW, "answer": "後から保存した回答。"}, revision=revision)
        assert second.status == 409
        assert "先" in second.text
        assert second.field("answer") == "後から保存した回答。"
        assert site.services.faqs.get(entry.faq_id).entry.answer == "先に保存した回答。"
        again = {**NEW, "answer": "後から保存した回答。"}
        await second.submit(f"{page}/edit", again, revision=second.field("revision"))
        assert "下書きを保存しました" in second.text
        assert site.services.faqs.get(entry.faq_id).entry.answer == "後から保存した回答。"


async def test_a_step_on_an_outdated_page_shows_what_stands_now(site: Site) -> None:
    entry = _published(site)
    page = f"/staff/faqs/{entry.faq_id}/ja"
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.get(page)
        old = editor.field("revision") or "1"
        site.services.faqs.revise(entry.key, site.services.faqs.get(entry.faq_id).revision, "somebody")
        await editor.submit(f"{page}/submit", revision=old)
        assert editor.status == 409
        assert "somebody さんが先に" in editor.text
        assert "下書き" in editor.text


async def test_the_drafter_cannot_approve_and_the_page_says_so(site: Site) -> None:
    async with person(site) as approver:
        await approver.log_in("ichiro", site=site)
        await approver.submit("/staff/faqs/new", NEW)
        page = approver.path
        await approver.submit(f"{page}/submit", revision=approver.field("revision"))
        assert "自分が起案・編集したFAQは承認できません" in approver.text
        assert f'action="{page}/approve"' not in approver.text
        await approver.submit(f"{page}/approve", revision=approver.field("revision"))
        assert approver.status == 403
    assert ("ichiro", "faq.approve") not in site.audited()


async def test_the_preview_shows_every_channel_and_what_blocks(site: Site) -> None:
    near = _published(site).question
    async with person(site) as editor:
        await editor.log_in("hanako")
        values = {**NEW, "question": near, "answer": "個人番号カードの{{counter_name}}です。くわしくは窓口へ。"}
        await editor.submit("/staff/faqs/preview", values)
        assert "公開できません" in editor.text
        assert "ほぼ同じ質問" in editor.text
        assert site.services.profile.variables["counter_name"] in editor.text
        assert "自動音声が読み上げる内容" in editor.text
        await editor.submit("/staff/faqs/preview", {**values, "visibility": "operator"})
        assert "公開ページには表示されません" in editor.text
        await editor.submit("/staff/faqs/preview", {"question": "", "valid_from": "きのう"})
        assert "日付「きのう」を読み取れません" in editor.text


async def test_test_questions_that_an_edit_moves_are_named(site: Site) -> None:
    entry = _published(site)
    async with person(site) as editor:
        await editor.log_in("hanako")
        ruined = {**NEW, "question": "粗大ごみの日はいつですか。", "answer": "水曜日です。", "faq_id": entry.faq_id}
        await editor.submit("/staff/faqs/impact", ruined)
        assert "正しくなくなる" in editor.text
        assert site.services.faqs.get(entry.faq_id).entry == entry, "a trial changes nothing"


async def test_a_translation_is_written_beside_its_source_and_falls_behind_with_it(site: Site) -> None:
    entry = _published(site)
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.get(f"/staff/faqs/new?source={entry.faq_id}&lang=en")
        assert entry.answer[:20] in editor.text
        values = {"question": "How do I apply?", "answer": "At the counter.", "lang": "en", "faq_id": entry.faq_id}
        await editor.submit("/staff/faqs/new", values)
        assert editor.path == f"/staff/faqs/{entry.faq_id}/en"
    faqs = site.services.faqs
    source = faqs.get(entry.faq_id)
    source = faqs.save_draft(replace(source.entry, answer="改めた回答です。"), source.revision, "a")
    source = faqs.submit(source.key, source.revision, "a")
    source = faqs.approve(source.key, source.revision, "b")
    faqs.publish(source.key, source.revision, "b")
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.get("/staff/translations")
        assert "How do I apply?" in editor.text
        assert "要更新" in editor.text


async def test_many_faqs_move_to_another_category_at_once(site: Site) -> None:
    chosen = [record.entry for record in site.services.faqs.list_faqs(limit=3).items]
    keys = [f"{entry.faq_id}/ja" for entry in chosen]
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.submit("/staff/faqs/category", key=keys, category="", subcategory="")
        assert editor.status == 422
        assert editor.text.count("checked") == 3, "the choice stays"
        await editor.submit("/staff/faqs/category", key=keys, category="新しい大分類", filter_text="カード")
        assert "分類を変更しました" in editor.text
        assert editor.field("text") == "カード"
        await editor.submit("/staff/faqs/category", category="x")
        assert "FAQが選ばれていません" in editor.text
    assert {site.services.faqs.get(entry.faq_id).entry.category for entry in chosen} == {"新しい大分類"}
