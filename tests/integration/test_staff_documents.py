"""Documents through the browser and the interface: drafts, hostile files, and a diff to review for a new edition."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.security.permissions import Role
from tests.fakes.office_files import paragraph, write_bomb, write_docx, write_pdf
from tests.fakes.staff_site import Person, Site, opened_site, person

FIRST = "# 駐車場はありますか\n二十台分あります。\n# 車いすで行けますか\nはい。\n"
SECOND = "# 駐車場はありますか\n三十台分あります。\n# 授乳室はありますか\nはい、一階にあります。\n"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, faqs=3) as made:
        made.user("hanako", Role.EDITOR)
        made.user("mitsuo", Role.OPERATOR)
        yield made


async def _read(someone: Person, name: str, data: bytes) -> str:
    """The page of the finished reading."""
    await someone.get("/staff/documents")
    await someone.upload("/staff/documents", name, data)
    while "読み取り中" in someone.text:
        await someone.get(someone.path)
    return someone.text


def _created(page: str) -> list[str]:
    return re.findall(r'<a href="/staff/faqs/([^/]+)/ja">\1</a>', page)


async def test_a_new_edition_is_a_diff_to_review_word_by_word(site: Site) -> None:
    async with person(site) as editor:
        await editor.log_in("hanako")
        parking, wheelchair = _created(await _read(editor, "案内.md", FIRST.encode()))
        assert site.services.faqs.get(parking).entry.status == "draft"
        assert site.services.faqs.get(parking).entry.evidence == "案内.md"
        assert "前に読み取った資料と同じ" in await _read(editor, "案内.md", FIRST.encode())

        page = await _read(editor, "案内.md", SECOND.encode())
        assert "変更を確認する" in page
        assert len(_created(page)) == 1
        await editor.get("/staff/documents")
        assert "確認が必要な変更（2件）" in editor.text
        change = re.search(r'href="(/staff/documents/changes/\w+)">駐車場', editor.text)
        gone = re.search(r'href="(/staff/documents/changes/\w+)">車いす', editor.text)
        assert change
        assert gone
        await editor.get(change.group(1))
        assert re.search(r"<del>.*?二十.*?</del>", editor.text, re.S)
        assert re.search(r"<ins>.*?三十.*?</ins>", editor.text, re.S)
        await editor.submit(f"{change.group(1)}/accept", revision="99")
        assert editor.status == 409
        await editor.submit(f"{change.group(1)}/accept", revision=editor.field("revision"))
        assert "下書きに取り入れました" in editor.text
        assert site.services.faqs.get(parking).entry.answer == "三十台分あります。"
        await editor.get(change.group(1))
        assert editor.status == 404
        await editor.get(gone.group(1))
        assert "この質問はありません" in editor.text
        await editor.submit(f"{gone.group(1)}/leave")
        assert "確認が必要な変更" not in editor.text
        assert site.services.faqs.get(wheelchair).entry.status == "draft"
    assert ("hanako", "ingest.accept") in site.audited()


@pytest.mark.parametrize("kind", ["docx", "pdf", "html"])
async def test_the_usual_kinds_of_document_become_drafts(site: Site, tmp_path: Path, kind: str) -> None:
    made = {
        "docx": lambda: write_docx(
            tmp_path / "a.docx", paragraph("予約は必要ですか", "Heading1") + paragraph("必要です。")
        ).read_bytes(),
        "pdf": lambda: write_pdf(tmp_path / "a.pdf", [["Q. 予約は必要ですか", "A. 必要です。"]]).read_bytes(),
        "html": lambda: "<h2>予約は必要ですか</h2><p>必要です。</p><script>alert(1)</script>".encode(),
    }[kind]()
    async with person(site) as editor:
        await editor.log_in("hanako")
        (faq_id,) = _created(await _read(editor, f"a.{kind}", made))
    entry = site.services.faqs.get(faq_id).entry
    assert (entry.question, entry.answer) == ("予約は必要ですか", "必要です。")


async def test_hostile_and_unknown_files_get_a_clear_word_and_change_nothing(site: Site, tmp_path: Path) -> None:
    bomb = write_bomb(tmp_path / "bomb.docx").read_bytes()
    cases = [
        ("bomb.docx", bomb, "大きすぎ"), ("a.pdf", b"%PDF-1.4 broken", "読み取れません"), ("a.docx", b"PK\x03\x04zz", "壊れて"),
        ("空.md", b"", "見つかりません"), ("a.exe", b"MZ", "使えるのは"), ("../../etc/a.md", b"# x", "見つかりません"),
    ]  # fmt: skip
    async with person(site) as editor:
        await editor.log_in("hanako")
        for name, data, words in cases:
            assert words in await _read(editor, name, data), name
        await editor.submit("/staff/documents")
        assert "取り込む資料を選んでください" in editor.text
    assert site.services.faqs.list_faqs().total == 3


async def test_another_persons_reading_is_not_shown(site: Site) -> None:
    async with person(site) as editor, person(site) as operator:
        await editor.log_in("hanako")
        await _read(editor, "案内.md", FIRST.encode())
        await operator.log_in("mitsuo")
        await operator.get(editor.path)
        assert operator.status == 403
        await operator.get("/staff/documents")
        assert operator.status == 403
