"""The day of a city's editors through the pages: import, edit and approve with two accounts, synonyms, roll-back, audit."""

import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.security.permissions import Role
from knowledge.domain import SearchQuery
from knowledge.faq.usage_log import Asked
from knowledge.privacy.redacted import RedactedText
from tests.fakes.staff_site import Person, Site, opened_site, person

CSV = "質問,回答,大分類\nみほん線の時刻表はどこで見られますか。,駅の窓口で配っています。,その他\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path) as made:
        yield made


async def _import(editor: Person) -> str:
    """Returns the number of the FAQ imported from CSV."""
    await editor.upload("/staff/import", "faq.csv", CSV.encode("cp932"))
    job = editor.path
    while "ファイルを選び直す" not in editor.text:
        await editor.get(job)
    assert "シフトJIS（CP932）" in editor.text
    assert "新規 1" in editor.text
    await editor.submit(job)
    while "取込みの完了" not in editor.text:
        await editor.get(job)
    await editor.get("/staff/faqs?text=時刻表&status=draft")
    found = re.search(r"/staff/faqs/(F\d+)/ja", editor.text)
    assert found, editor.text
    return found.group(1)


def _found(site: Site, text: str) -> list[str]:
    return [hit.entry.faq_id for hit in site.services.retriever.search(SearchQuery(RedactedText(text), 3)).hits]


async def test_a_day_of_editors(site: Site) -> None:
    site.user("hanako", Role.EDITOR)
    site.user("ichiro", Role.APPROVER)
    site.user("kansa", Role.AUDITOR)
    async with person(site) as editor, person(site) as approver, person(site) as auditor:
        await editor.log_in("hanako")
        faq_id = await _import(editor)
        page = f"/staff/faqs/{faq_id}/ja"
        assert faq_id not in _found(site, "時刻表を見たい")

        await editor.get(f"{page}/edit")
        values = {"question": editor.field("question"), "answer": "駅と市役所の窓口で配っています。"}
        await editor.submit(f"{page}/edit", values, revision=editor.field("revision"))
        assert "下書きを保存しました" in editor.text
        await editor.submit(f"{page}/submit", revision=editor.field("revision"))
        assert "確認を依頼しました" in editor.text
        await editor.submit(f"{page}/approve", revision=editor.field("revision"))
        assert editor.status == 403

        secret = await approver.log_in("ichiro", site=site)
        assert "確認待ち" in approver.text
        await approver.get("/staff/reviews")
        assert faq_id in approver.text
        await approver.get(page)
        await approver.go_public(page, "approve")
        await approver.go_public(page, "publish", reason="新規")
        assert "公開しました" in approver.text
        assert _found(site, "時刻表を見たい")[0] == faq_id

        await _check_synonyms(site, editor, faq_id)
        await _check_rollback(site, editor, approver, faq_id)
        await _check_export(editor, faq_id)
        await _check_audit(site, auditor, faq_id)
        async with person(site) as again:
            assert await again.log_in("ichiro", secret, site) == secret


async def _check_synonyms(site: Site, editor: Person, faq_id: str) -> None:
    assert _found(site, "ダイヤはどこ")[:1] != [faq_id]
    asked = Asked("q1", "search", RedactedText("ダイヤはどこ"), "web")
    site.services.usage_log.record_search(asked)
    words = {"preferred": "時刻表", "terms": "ダイヤ、運行表"}
    await editor.submit("/staff/synonyms/new/impact", words)
    assert "ダイヤはどこ" in editor.text
    after = re.search(r'data-label="登録後"><ol class="ranks"><li>(?:<ins>)?(\S+)', editor.text)
    assert after, editor.text
    assert after.group(1) == faq_id
    assert _found(site, "ダイヤはどこ")[:1] != [faq_id], "a preview must not change the search"
    await editor.submit("/staff/synonyms/new", words)
    assert "類義語を登録しました" in editor.text
    assert _found(site, "ダイヤはどこ")[0] == faq_id


async def _check_rollback(site: Site, editor: Person, approver: Person, faq_id: str) -> None:
    page = f"/staff/faqs/{faq_id}/ja"
    await editor.get(f"{page}/edit")
    values = {"question": editor.field("question"), "answer": "ホームページだけで見られます。"}
    await editor.submit(f"{page}/edit", values, revision=editor.field("revision"))
    await editor.submit(f"{page}/submit", revision=editor.field("revision"))
    await approver.get(page)
    for step in ("approve", "publish"):
        await approver.go_public(page, step)
    await approver.get(f"{page}/diff?old=1&new=2")
    assert re.search(r"<del>.*?駅.*?</del>", approver.text, re.S)
    assert re.search(r"<ins>.*?ホームページ.*?</ins>", approver.text, re.S)
    await approver.get(f"{page}/history")
    await approver.go_public(page, "rollback", number=1)
    assert "新しい版として公開しました" in approver.text
    entry = site.services.retriever.entry(faq_id)
    assert entry is not None
    assert (entry.version, entry.answer) == (3, "駅と市役所の窓口で配っています。")


async def _check_export(editor: Person, faq_id: str) -> None:
    text = await editor.submit("/staff/export", encoding="utf-8-bom", header="label")
    assert "attachment" in editor.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))
    assert [row["回答"] for row in rows if row["FAQ番号"] == faq_id] == ["駅と市役所の窓口で配っています。"]


async def _check_audit(site: Site, auditor: Person, faq_id: str) -> None:
    await auditor.log_in("kansa", site=site)
    await auditor.get(f"/staff/audit?target={faq_id}")
    for label in ("FAQの公開", "FAQの承認", "FAQの確認の依頼", "FAQの版戻し"):
        assert label in auditor.text
    assert "ichiro" in auditor.text
    assert "hanako" in auditor.text
    await auditor.submit("/staff/audit/verify")
    assert "改ざんや欠落はありません" in auditor.text
    exported = await auditor.submit("/staff/audit/export")
    assert "faq.rollback" in exported
    assert ("hanako", "access.denied") in site.audited()
