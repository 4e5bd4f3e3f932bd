"""Files through the pages: the import wizard names every problem, exports name what they lose."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.security.permissions import Role
from knowledge.domain import FaqEntry, SynonymGroup
from tests.fakes.staff_site import Person, Site, opened_site, person


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, faqs=3) as made:
        made.user("hanako", Role.EDITOR)
        made.user("jiro", Role.EDITOR)
        made.user("ichiro", Role.APPROVER)
        yield made


async def _uploaded(someone: Person, data: bytes, **fields: str) -> str:
    """The page of the finished preview (or failure); returns its address."""
    await someone.upload("/staff/import", "faq.csv", data, **fields)
    job = someone.path
    while someone.path == job and "ファイルを選び直す" not in someone.text and someone.status == 200:
        await someone.get(job)
    return job


async def test_every_bad_row_is_named_and_nothing_can_be_confirmed(site: Site) -> None:
    data = "質問,回答,適用開始\n色は,青,2026-13-01\n,回答だけ,\n".encode("cp932")
    async with person(site) as editor:
        await editor.log_in("hanako")
        job = await _uploaded(editor, data)
        assert "2件の問題があります" in editor.text
        assert "適用開始" in editor.text
        assert f'action="{job}"' not in editor.text
        await editor.submit(job)
        assert editor.status == 422
    assert site.services.faqs.list_faqs().total == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "ファイルが空です"),
        (b"%PDF-1.4", "PDF"),
        (b"\x80\x81\xfe\xff" * 9, "読み取れません"),
        ("番号,名前\n1,a\n".encode(), "列がありません"),
        (b"PK\x03\x04" + b"0" * 200, "Excel"),
    ],
)
async def test_files_of_another_kind_get_a_clear_word(site: Site, data: bytes, words: str) -> None:
    async with person(site) as editor:
        await editor.log_in("hanako")
        await _uploaded(editor, data)
        assert words in editor.text
    assert site.services.faqs.list_faqs().total == 3


async def test_no_file_is_no_fault(site: Site) -> None:
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.submit("/staff/import")
        assert editor.status == 422
        assert "取り込むファイルを選んでください" in editor.text


async def test_only_who_may_publish_imports_published(site: Site) -> None:
    data = "質問,回答\nカードは何色ですか。,桃色です。\n".encode()
    async with person(site) as editor, person(site) as approver:
        await editor.log_in("hanako")
        await editor.upload("/staff/import", "faq.csv", data, publish="1")
        assert editor.status == 403
        await approver.log_in("ichiro", site=site)
        job = await _uploaded(approver, data, publish="1")
        assert "1件をすぐに公開します" in approver.text
        await approver.submit(job)
        while "取込みの完了" not in approver.text:
            await approver.get(job)
    (found,) = site.services.faqs.list_faqs().items[:1]
    assert (found.entry.question, found.entry.status) == ("カードは何色ですか。", "published")


async def test_an_upload_belongs_to_one_person(site: Site) -> None:
    async with person(site) as owner, person(site) as other:
        await owner.log_in("hanako")
        await other.log_in("jiro")
        job = await _uploaded(owner, "質問,回答\n色は。,青。\n".encode())
        await other.get(job)
        assert other.status == 404


async def test_progress_is_a_part_that_refreshes_the_page_at_the_end(site: Site) -> None:
    async with person(site) as editor:
        await editor.log_in("hanako")
        job = await _uploaded(editor, "質問,回答\n色は。,青。\n".encode())
        await editor.get(job, htmx=True)
        assert editor.headers["hx-refresh"] == "true"


async def test_cp932_export_shows_what_it_cannot_write_before_it_writes(site: Site) -> None:
    site.services.faqs.create_draft(FaqEntry("Z1", "𠮷野家の土曜窓口はありますか。", "=1+1 番の窓口です。"), "hanako")
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.submit("/staff/export", encoding="cp932", header="id")
        assert "「𠮷」（U+20BB7）" in editor.text
        assert ("hanako", "faq.export") not in site.audited()
        response = await editor.post_raw(
            "/staff/export",
            {"csrf_token": editor.field("csrf_token"), "encoding": "cp932", "accepted": "1", "header": "id"},
        )
        rows = list(csv.DictReader(io.StringIO(response.content.decode("cp932"))))
    row = next(row for row in rows if row["faq_id"] == "Z1")
    assert row["question"] == "〓野家の土曜窓口はありますか。"
    assert row["answer"].startswith("'="), "a cell must not become a formula"
    assert ("hanako", "faq.export") in site.audited()


async def test_an_exported_workbook_comes_back_unchanged(site: Site) -> None:
    async with person(site) as editor:
        await editor.log_in("hanako")
        token = editor.field("csrf_token")
        fields = {"csrf_token": token, "encoding": "xlsx", "header": "label"}
        book = (await editor.post_raw("/staff/export", fields)).content
        await _uploaded(editor, book)
        assert "変更なし 3" in editor.text
        assert "新規 0・更新 0" in editor.text


async def test_synonyms_out_and_in_by_csv(site: Site) -> None:
    site.services.synonyms.add(SynonymGroup("暗証番号", ("パスワード",)), "x")
    async with person(site) as editor:
        await editor.log_in("hanako")
        token = editor.field("csrf_token")
        exported = (await editor.post_raw("/staff/synonyms/export", {"csrf_token": token})).content
        await editor.upload("/staff/synonyms/import", "s.csv", exported)
        assert "変更なし 1" in editor.text
        clash = "代表語,類義語\n合言葉,パスワード\n印鑑,\n".encode()
        await editor.upload("/staff/synonyms/import", "s.csv", clash)
        assert editor.status == 422
        assert "3" in editor.text
        await editor.upload("/staff/synonyms/import", "s.csv", "代表語,類義語\n印鑑,はんこ\n".encode(), replace_all="1")
        assert "追加 1" in editor.text
    assert [one.group.preferred for one in site.services.synonyms.groups()] == ["印鑑"]


@pytest.mark.parametrize("hold", [False, True])
async def test_words_that_block_publication_go_through_the_wizard_as_it_was_ticked(site: Site, hold: bool) -> None:
    data = "FAQ番号,質問,回答\nZ1,何が要りますか。,個人番号カードです。\n".encode()
    async with person(site) as approver:
        await approver.log_in("ichiro", site=site)
        job = await _uploaded(approver, data, publish="1", **({"hold_terms": "1"} if hold else {}))
        assert ("用語のため下書き" if hold else "公開できない言葉が1行") in approver.text
        await approver.submit(job)
        while "取込みの完了" not in approver.text:
            await approver.get(job)
        assert ("用語のため下書き" in approver.text) is hold
        assert ("直す言葉の一覧" in approver.text) is not hold
        await approver.get("/staff/terms")
        assert "「マイナンバーカード」と書いてください" in approver.text
        assert ("公開中の文面" in approver.text) is not hold
    assert site.services.faqs.get("Z1").entry.status == ("draft" if hold else "published")


async def test_a_rule_of_the_city_is_made_by_an_approver_and_stops_publication(site: Site) -> None:
    rule = {"word": "コンビニ", "say": "コンビニエンスストア", "level": "block"}
    async with person(site) as editor, person(site) as approver:
        await editor.log_in("hanako")
        await editor.submit("/staff/terms/rules", rule)
        assert editor.status == 403
        await approver.log_in("ichiro", site=site)
        await approver.submit("/staff/terms/rules", {**rule, "say": ""})
        assert approver.status == 422
        assert "代わりに使う言葉を入力してください" in approver.text
        await approver.submit("/staff/terms/rules", rule)
        assert "用語の決まりを登録しました" in approver.text
        site.services.faqs.create_draft(FaqEntry("Z2", "どこで取れますか。", "コンビニで取れます。"), "hanako")
        await editor.get("/staff/faqs/Z2/ja")
        assert "公開できません" in editor.text
        await editor.submit("/staff/faqs/Z2/ja/submit", revision=1)
        for step in ("approve", "publish"):
            await approver.get("/staff/faqs/Z2/ja")
            await approver.submit(f"/staff/faqs/Z2/ja/{step}", revision=approver.field("revision"))
        assert (approver.status, approver.path) == (422, "/staff/faqs/Z2/ja/publish"), "no test questions run first"
        assert "回答：「コンビニ」は「コンビニエンスストア」と書いてください" in approver.text
        await approver.submit("/staff/terms/rules/remove", word="コンビニ")
        assert "元に戻しました" in approver.text
    assert site.services.faqs.get("Z2").live_version == 0


async def test_a_document_to_hand_in_as_first_and_as_revised_edition(site: Site) -> None:
    async with person(site) as editor:
        await editor.log_in("hanako")
        await editor.submit("/staff/export/document", edition="first")
        assert "wordprocessingml" in editor.headers["content-type"]
        await editor.get("/staff/export")
        await editor.submit("/staff/export/document", edition="revised")
        assert editor.status == 422
        assert "はじめの日を入力してください" in editor.text
        await editor.submit("/staff/export/document", edition="revised", since="2026-11-01")
        assert "%E6%94%B9%E8%A8%82%E7%89%88" in editor.headers["content-disposition"]
