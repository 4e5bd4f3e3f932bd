"""The FAQ as a document to hand in."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from defusedxml.ElementTree import fromstring

from knowledge.clock import FixedClock
from knowledge.domain import FaqEntry
from knowledge.faq.csv_rows import rows_of
from knowledge.faq.docx import Block, Heading, Paragraph, Rows, write_docx
from knowledge.faq.service import FaqService
from knowledge.store.audit import AuditQuery, search
from knowledge.store.database import Database

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FIRST = FaqEntry(
    "F1",
    "更新は？",
    "3か月前から。\n窓口で。",
    category="更新",
    evidence="法令",
    department="市民課",
    status="published",
)
SECOND = replace(FIRST, faq_id="F2", question="紛失は？", answer="電話を。", category="紛失")
HIDDEN = replace(FIRST, faq_id="F3", question="手順は？", visibility="operator")
FOREIGN = replace(FIRST, lang="en", question="Renewal?", answer="Three months.")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 10, 1, 3, 0, tzinfo=UTC))


@pytest.fixture
def service(database: Database, clock: FixedClock) -> FaqService:
    made = FaqService(database, clock)
    made.import_rows(rows_of([FIRST, SECOND, HIDDEN, FOREIGN]), True, "chief")
    return made


def _text(data: bytes) -> list[str]:
    """Paragraphs of a document; cells are paragraphs too."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert package.testzip() is None
        for name in package.namelist():
            fromstring(package.read(name))
        body = fromstring(package.read("word/document.xml"))
    return ["".join(t.text or "" for t in p.iter(f"{_W}t")) for p in body.iter(f"{_W}p")]


def test_the_first_edition_holds_what_is_in_force_with_who_approved_it(service: FaqService, database: Database) -> None:
    text = _text(service.book("みほん市", "hanako"))
    assert text[:2] == ["みほん市　FAQ集（初版）", "2026年10月1日現在　公開中 3 件"]
    assert "F1　更新は？" in text
    assert "窓口で。" in text
    assert not any("Renewal" in line or "改訂の一覧" in line for line in text)
    facts = text[text.index("窓口で。") + 1]
    assert facts == "版：初版　公開日：2026年10月1日　起案：chief　承認：chief　所管課：市民課　根拠：法令"
    assert any("公開範囲：窓口のみ" in line for line in text)
    with database.read() as conn:
        assert [(row.who, row.target) for row in search(conn, AuditQuery(action="faq.export"))] == [("hanako", "docx")]


def test_a_revised_edition_lists_what_was_added_revised_and_retired_since(
    service: FaqService, clock: FixedClock
) -> None:
    clock.advance(timedelta(days=31))
    service.import_rows(rows_of([replace(FIRST, answer="2か月前から。")]), True, "chief")
    service.import_rows(rows_of([replace(FIRST, faq_id="F4", question="新規は？", answer="はい。")]), True, "chief")
    record = service.get("F2")
    service.retire(record.key, record.revision, "ichiro")
    text = _text(service.book("みほん市", "hanako", date(2026, 11, 1)))
    assert text[0] == "みほん市　FAQ集（改訂版）"
    head = text.index("改訂の一覧（2026年11月1日から2026年11月1日まで）")
    cells = text[head + 7 : head + 25]
    assert [cells[i : i + 4] for i in (0, 6, 12)] == [
        ["2026年11月1日", "F1", "改訂", "更新は？"],
        ["2026年11月1日", "F2", "廃止", "紛失は？"],
        ["2026年11月1日", "F4", "追加", "新規は？"],
    ]
    assert "F2　紛失は？" not in text
    assert any(line.startswith("版：第2版（改訂版）") for line in text)
    assert "この期間の改訂はありません。" in _text(service.book("みほん市", "hanako", date(2026, 11, 2)))


def test_markup_in_text_stays_text_and_the_file_is_the_same_again() -> None:
    blocks: list[Block] = [Heading(0, "A & <b>"), Paragraph('"引用"\n<script>'), Rows(("x",), (("<y>",),))]
    data = write_docx("題 & <名>", blocks)
    assert _text(data) == ["A & <b>", '"引用"<script>', "x", "<y>", ""]
    assert write_docx("題 & <名>", blocks) == data
