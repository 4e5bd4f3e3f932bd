"""Ingestion on a real database: documents to drafts, editions, summaries to evidence, hostile files."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion import review
from ingestion.model import IngestServices
from ingestion.service import ingest
from ingestion.summaries import counts, decide, forget, proposals, take_closed_records
from knowledge.clock import FixedClock
from knowledge.domain import Channel, FaqEntry, Hit, SearchQuery, SearchResult
from knowledge.errors import Conflict, IllegalTransition, InvalidInput, NotFound
from knowledge.faq.csv_rows import rows_of
from knowledge.faq.past_wordings import past_wordings
from knowledge.faq.records import EditConflict
from knowledge.faq.service import FaqService
from knowledge.faq.xlsx import write_xlsx
from knowledge.privacy.redactor import RuleRedactor
from knowledge.store.database import Database
from tests.fakes.desk_house import content, open_house
from tests.fakes.office_files import paragraph, table, write_bomb, write_docx, write_pdf

PUBLISHED = [
    FaqEntry("MH1", "受け取りの持ち物は何ですか。", "通知書です。", category="交付・受取", status="published"),
    FaqEntry("MH2", "暗証番号を忘れました。", "窓口で再設定します。", category="電子証明書", status="published"),
]
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


class WordSearch:
    """Finds the published FAQ with the word; certain when it does."""

    def __init__(self, faqs: FaqService) -> None:
        self._faqs = faqs

    def search(self, query: SearchQuery) -> SearchResult:
        words = {"持ち物": "MH1", "暗証番号": "MH2"}
        entries = {entry.faq_id: entry for entry in self._faqs.published()}
        hits = [Hit(entries[faq_id], 1.0, 0.8) for word, faq_id in words.items() if word in query.text]
        return SearchResult(tuple(hits[: query.limit]))

    def entry(self, faq_id: str, lang: str, channel: Channel) -> FaqEntry | None:
        return None

    def refresh(self, keys: Sequence[tuple[str, str]] | None = None) -> None:
        """Nothing is indexed."""

    def neighbours(self, faq_id: str, limit: int = 5) -> list[tuple[str, float]]:
        return []

    def ready(self) -> bool:
        return True


@dataclass(frozen=True)
class House:
    db: Database
    clock: FixedClock
    redactor: RuleRedactor
    faqs: FaqService
    retriever: WordSearch


@pytest.fixture
def house(database: Database) -> House:
    clock = FixedClock(datetime(2026, 11, 20, 3, tzinfo=UTC))
    faqs = FaqService(database, clock)
    faqs.import_rows(rows_of(PUBLISHED), True, "admin")
    return House(database, clock, RuleRedactor(), faqs, WordSearch(faqs))


def one(house: IngestServices, path: Path) -> "tuple[str, int, int]":
    (report,) = ingest([path], house, "editor").files
    return report.status, len(report.created), report.unchanged


def test_word_document(house: House, tmp_path: Path) -> None:
    body = paragraph("よくある質問", "Title") + paragraph("カードは必要ですか", "Heading2") + paragraph("任意です。")
    body += table([["質問", "回答"], ["手数料はいくらですか", "初回は無料です。"]])
    path = write_docx(tmp_path / "faq.docx", body)
    (report,) = ingest([path], house, "editor").files
    assert (report.status, len(report.created)) == ("new", 2)
    entries = [house.faqs.get(faq_id).entry for faq_id in report.created]
    assert {(entry.question, entry.answer) for entry in entries} == {
        ("カードは必要ですか", "任意です。"),
        ("手数料はいくらですか", "初回は無料です。"),
    }
    assert {(entry.status, entry.visibility, entry.evidence) for entry in entries} == {
        ("draft", "operator", "faq.docx")
    }


def test_pdf_keeps_the_page(house: House, tmp_path: Path) -> None:
    pages = [["Q. 受け取りは窓口ですか", "A. はい、窓口です。"], ["Q. 郵送できますか", "A. できません。"]]
    (report,) = ingest([write_pdf(tmp_path / "案内.pdf", pages)], house, "editor").files
    found = {house.faqs.get(faq_id).entry.question: house.faqs.get(faq_id).entry for faq_id in report.created}
    assert found["郵送できますか"].answer == "できません。"
    assert found["郵送できますか"].evidence == "案内.pdf 2ページ"


def test_web_page_and_markdown(house: House, tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(
        "<html><script>Q. x A. y</script><nav><h2>何か</h2></nav><h2>予約は必要ですか</h2><p>必要です。</p>"
        "<dl><dt>写真は要りますか</dt><dd>要ります。</dd></dl></html>",
        encoding="utf-8",
    )
    note = tmp_path / "b.md"
    note.write_text("# 更新はいつからですか\n\n3か月前からです。\n", encoding="utf-8")
    report = ingest([tmp_path], house, "editor")
    assert [(file.name, len(file.created)) for file in report.files] == [("a.html", 2), ("b.md", 1)]
    assert report.created == 3


def test_the_same_file_does_nothing_and_a_new_edition_is_a_diff(house: House, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# 一つ目ですか\nはい。\n# 二つ目ですか\nいいえ。\n", encoding="utf-8")
    (first,) = ingest([path], house, "editor").files
    assert one(house, path) == ("unchanged", 0, 0)
    path.write_text(
        "# 一つ目ですか\nはい。\n# 二つ目ですか\nはい、そうです。\n# 三つ目ですか\nはい。", encoding="utf-8"
    )
    (second,) = ingest([path], house, "editor").files
    assert (second.status, len(second.created), second.unchanged) == ("changed", 1, 1)
    (diff,) = second.changed
    assert diff.lines == ("-いいえ。", "+はい、そうです。")
    assert house.faqs.get(diff.faq_id).entry.answer == "いいえ。", "nothing is taken over unseen"
    assert one(house, path) == ("unchanged", 0, 0)
    path.write_text("# 一つ目ですか\nはい。\n", encoding="utf-8")
    (third,) = ingest([path], house, "editor").files
    assert len(third.gone) == 2
    assert third.gone[0] in first.created
    changes, total = review.waiting(house.db)
    assert [change.kind for change in changes] == ["gone", "gone"], "what the edition between proposed is out of date"
    assert total == 2


def _edited(house: House, tmp_path: Path, answer: str) -> review.DocumentChange:
    path = tmp_path / "案内.md"
    path.write_text("# 手数料はいくらですか\n初回は無料です。\n", encoding="utf-8")
    ingest([path], house, "editor")
    path.write_text(f"# 手数料はいくらですか\n{answer}\n", encoding="utf-8")
    ingest([path], house, "editor")
    (change,), _ = review.waiting(house.db)
    return change


def test_a_change_that_is_accepted_becomes_a_draft_and_is_asked_once(house: House, tmp_path: Path) -> None:
    change = _edited(house, tmp_path, "千円です。")
    record = house.faqs.get(change.faq_id)
    with pytest.raises(EditConflict):
        review.accept(house, change.change_id, record.revision + 1, "hanako")
    saved = review.accept(house, change.change_id, record.revision, "hanako")
    assert (saved.entry.answer, saved.entry.status, saved.entry.evidence) == ("千円です。", "draft", "案内.md")
    assert review.waiting(house.db) == ([], 0)
    with pytest.raises(NotFound):
        review.leave(house, change.change_id, "hanako")
    assert one(house, tmp_path / "案内.md") == ("unchanged", 0, 0)


def test_a_change_that_is_left_is_not_asked_again_and_the_next_one_is(house: House, tmp_path: Path) -> None:
    change = _edited(house, tmp_path, "千円です。")
    review.leave(house, change.change_id, "hanako")
    assert house.faqs.get(change.faq_id).entry.answer == "初回は無料です。"
    path = tmp_path / "案内.md"
    path.write_text("# 手数料はいくらですか\n千円です。\n# ほかにありますか\nありません。\n", encoding="utf-8")
    (report,) = ingest([path], house, "editor").files
    assert (len(report.changed), len(report.created)) == (0, 1)
    path.write_text("# 手数料はいくらですか\n二千円です。\n# ほかにありますか\nありません。\n", encoding="utf-8")
    (report,) = ingest([path], house, "editor").files
    assert len(report.changed) == 1


def test_what_is_published_stays_until_the_accepted_change_is_published(house: House, tmp_path: Path) -> None:
    change = _edited(house, tmp_path, "千円です。")
    key, revision = (change.faq_id, "ja"), house.faqs.get(change.faq_id).revision
    revision = house.faqs.submit(key, revision, "editor").revision
    with pytest.raises(IllegalTransition):
        review.accept(house, change.change_id, revision, "hanako")
    revision = house.faqs.approve(key, revision, "ichiro").revision
    revision = house.faqs.publish(key, revision, "ichiro").revision
    review.accept(house, change.change_id, revision, "hanako")
    published = {entry.faq_id: entry.answer for entry in house.faqs.published()}
    assert published[change.faq_id] == "初回は無料です。"
    assert house.faqs.get(change.faq_id).entry.status == "draft"


def test_a_question_that_is_gone_is_only_pointed_out(house: House, tmp_path: Path) -> None:
    change = _edited(house, tmp_path, "千円です。")
    (tmp_path / "案内.md").write_text("# 別の質問ですか\nはい。\n", encoding="utf-8")
    ingest([tmp_path / "案内.md"], house, "editor")
    (gone,), _ = review.waiting(house.db)
    assert (gone.kind, gone.faq_id) == ("gone", change.faq_id)
    with pytest.raises(Conflict):
        review.accept(house, gone.change_id, 1, "hanako")
    review.leave(house, gone.change_id, "hanako")
    assert review.waiting(house.db) == ([], 0)
    assert house.faqs.get(change.faq_id).entry.status == "draft"


def test_a_question_that_an_faq_asks_already_is_pointed_out(house: House, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# 受け取りの持ち物は何ですか\n本人確認書類です。\n", encoding="utf-8")
    (report,) = ingest([path], house, "editor").files
    assert [(similar.faq_id, similar.other) for similar in report.similar] == [(report.created[0], "MH1")]


def test_nothing_personal_becomes_a_draft(house: House, tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# 連絡先はどこですか\n担当の携帯090-1234-5678、番号123456789012です。\n", encoding="utf-8")
    (report,) = ingest([path], house, "editor").files
    answer = house.faqs.get(report.created[0]).entry.answer
    assert "5678" not in answer
    assert "123456789012" not in answer


def test_tables_with_and_without_numbers(house: House, tmp_path: Path) -> None:
    (tmp_path / "numbered.csv").write_text(
        "faq_id,question,answer\nMH1,受け取りの持ち物は何ですか。,新しい答え\n", encoding="utf-8"
    )
    (tmp_path / "plain.xlsx").write_bytes(write_xlsx(("質問", "回答"), [("新しい質問ですか", "はい。")]))
    numbered, plain = ingest([tmp_path], house, "editor").files
    assert (numbered.kind, numbered.imported) == ("table", 1)
    assert house.faqs.get("MH1").entry.answer == "新しい答え"
    assert (plain.kind, len(plain.created)) == ("table", 1)


@pytest.mark.parametrize("name", ["broken.docx", "broken.pdf", "broken.xlsx", "broken.jsonl", "x.exe", "missing.md"])
def test_what_cannot_be_read_is_reported_and_stops_nothing(house: House, tmp_path: Path, name: str) -> None:
    if name != "missing.md":
        (tmp_path / name).write_bytes(b"PK\x03\x04 not what it says \xff\xfe")
    good = tmp_path / "zz.md"
    good.write_text("# 良いですか\nはい。", encoding="utf-8")
    bad, fine = ingest([tmp_path / name, good], house, "editor").files
    assert (bad.status, fine.status) == ("refused", "new")
    assert bad.problems


def test_zip_bombs_and_entities_are_refused(house: House, tmp_path: Path) -> None:
    bomb = write_bomb(tmp_path / "bomb.docx")
    entity = write_docx(tmp_path / "e.docx", "")
    import zipfile

    with zipfile.ZipFile(entity, "w") as package:
        package.writestr("word/document.xml", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')
    report = ingest([bomb, entity], house, "editor")
    assert [file.status for file in report.files] == ["refused", "refused"]
    assert "大きすぎ" in report.files[0].problems[0]


def test_nothing_to_read(house: House, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        ingest([tmp_path], house, "editor")


def test_summaries_become_evidence(house: House, tmp_path: Path) -> None:
    lines = [
        {"text": "通知書は届いたが何を持参するか不明とのこと。電話090-1234-5678", "faq_id": "MH1"},
        {"text": "暗証番号が思い出せないとの申し出", "faq_id": ""},
        {"text": "パスポートについて"},
        {"text": "別の市の件", "faq_id": "XX9"},
    ]
    path = tmp_path / "s.jsonl"
    path.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    (report,) = ingest([path], house, "editor").files
    assert (report.linked, report.proposed, report.unlinked, len(report.problems)) == (1, 1, 1, 1)
    wordings = past_wordings(house.db)
    assert list(wordings) == ["MH1"]
    assert "5678" not in wordings["MH1"][0]
    (proposal,) = proposals(house.db)
    assert (proposal.faq_id, proposal.confidence) == ("MH2", 0.8)
    decide(house, proposal.summary_id, "MH2")
    assert set(past_wordings(house.db)) == {"MH1", "MH2"}
    with pytest.raises(NotFound):
        decide(house, "nothing", "MH1")
    (again,) = ingest([path], house, "editor").files
    assert (again.linked, again.proposed, again.unchanged) == (0, 0, 3)
    assert counts(house.db) == {"confirmed": 2, "unlinked": 1}
    decide(house, proposal.summary_id, "")
    assert set(past_wordings(house.db)) == {"MH1"}
    assert forget(house, source="nothing") == 0
    assert forget(house, [proposal.summary_id]) == 1
    assert counts(house.db) == {"confirmed": 1, "unlinked": 1}


def test_summaries_as_csv(house: House, tmp_path: Path) -> None:
    path = tmp_path / "s.csv"
    path.write_bytes("要約,FAQ番号\r\n持ち物を聞かれた,MH1\r\n".encode("cp932"))
    (report,) = ingest([path], house, "editor").files
    assert (report.kind, report.linked) == ("summaries", 1)


def test_bad_lines_are_all_named(house: House, tmp_path: Path) -> None:
    path = tmp_path / "s.jsonl"
    path.write_text('{"text":""}\n[1]\nnot json\n{"text":"良い"}', encoding="utf-8")
    (report,) = ingest([path], house, "editor").files
    assert report.status == "refused"
    assert len(report.problems) == 4


def test_closed_records_become_evidence(house: House, tmp_path: Path) -> None:
    desk = open_house(house.db, tmp_path).desk
    from desk.records.service import Step

    record = desk.records.create(content("何を持参すればよいか聞かれた"), "op1")
    desk.records.mark_faq(record.record_id, "faq_used", "MH1", 1, "op1")
    assert take_closed_records(house, LONG_AGO) == 0
    desk.records.save(record.record_id, record.content, record.revision, "op1", Step("done"))
    assert take_closed_records(house, LONG_AGO) == 1
    assert take_closed_records(house, LONG_AGO) == 0
    assert past_wordings(house.db) == {"MH1": ["何を持参すればよいか聞かれた"]}
