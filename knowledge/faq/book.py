"""The FAQ as a document to hand in: the first edition, or a revised edition with what has changed since a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby

from sqlalchemy import Connection, select

from knowledge.clock import JST
from knowledge.domain import FaqEntry
from knowledge.faq.docx import Block, Heading, Paragraph, Rows, write_docx
from knowledge.faq.records import SOURCE_LANG, FaqVersion
from knowledge.faq.repository import all_records, to_version
from knowledge.store.faq_tables import faq_version


@dataclass(frozen=True, slots=True)
class Revision:
    """One line of the table of changes."""

    day: date
    faq_id: str
    kind: str
    question: str
    reason: str
    approver: str


@dataclass(frozen=True, slots=True)
class Book:
    """`since` is None for a first edition. `versions` are in force on `day`, in Japanese, by category."""

    city: str
    day: date
    since: date | None
    versions: tuple[FaqVersion, ...]
    revisions: tuple[Revision, ...]


def collect(conn: Connection, city: str, day: date, since: date | None, in_force: Iterable[FaqEntry]) -> Book:
    """`in_force`: the published entries, whose versions the book quotes with the city's words filled in."""
    rows = {
        (row.faq_id, row.number): to_version(row)
        for row in conn.execute(select(faq_version).where(faq_version.c.lang == SOURCE_LANG))
    }
    shown = [
        replace(rows[(entry.faq_id, entry.version)], entry=entry)
        for entry in in_force
        if entry.lang == SOURCE_LANG and entry.in_force(day)
    ]
    shown.sort(key=lambda one: (one.entry.category, one.entry.subcategory, one.entry.faq_id))
    revisions = () if since is None else tuple(_revisions(conn, rows.values(), since, day))
    return Book(city, day, since, tuple(shown), revisions)


def write_book(book: Book) -> bytes:
    """The book as a Word document (.docx)."""
    edition = "初版" if book.since is None else "改訂版"
    blocks: list[Block] = [
        Heading(0, f"{book.city}　FAQ集（{edition}）"),
        Paragraph(f"{_day(book.day)}現在　公開中 {len(book.versions):,} 件"),
    ]
    if book.since is not None:
        blocks.append(Heading(1, f"改訂の一覧（{_day(book.since)}から{_day(book.day)}まで）"))
        head = ("日", "FAQ番号", "区分", "質問", "理由", "承認者")
        lines = [
            (_day(r.day), r.faq_id, r.kind, r.question, r.reason or "―", r.approver or "―") for r in book.revisions
        ]
        blocks.append(Rows(head, tuple(lines)) if lines else Paragraph("この期間の改訂はありません。"))
    for category, group in groupby(book.versions, key=lambda one: one.entry.category or "分類なし"):
        blocks.append(Heading(1, category))
        for one in group:
            blocks += _entry(one)
    return write_docx(f"{book.city} FAQ集", blocks)


def _entry(one: FaqVersion) -> Iterable[Block]:
    entry = one.entry
    yield Heading(2, f"{entry.faq_id}　{entry.question}")
    for line in entry.answer.split("\n"):
        yield Paragraph(line)
    edition = "初版" if entry.version == 1 else f"第{entry.version}版（改訂版）"
    facts = [
        ("版", edition), ("公開日", _day(one.published_at.astimezone(JST).date())), ("起案", one.author),
        ("承認", one.approver or "―"), ("所管課", entry.department or "―"), ("根拠", entry.evidence or "―"),
    ]  # fmt: skip
    if entry.visibility == "operator":
        facts.append(("公開範囲", "窓口のみ"))
    if entry.referral is not None:
        facts.append(("取次先", f"{entry.referral.department} {entry.referral.phone}".strip()))
    yield Paragraph("　".join(f"{name}：{value}" for name, value in facts), small=True)


def _revisions(conn: Connection, versions: Iterable[FaqVersion], since: date, until: date) -> Sequence[Revision]:
    found = []
    for one in versions:
        entry, day = one.entry, one.published_at.astimezone(JST).date()
        if since <= day <= until:
            kind = "追加" if entry.version == 1 else "改訂"
            found.append(Revision(day, entry.faq_id, kind, entry.question, one.reason, one.approver))
    for record in all_records(conn).values():
        day = record.updated_at.astimezone(JST).date()
        gone = record.entry.status == "retired" and record.entry.lang == SOURCE_LANG and record.last_number > 0
        if gone and since <= day <= until:
            entry = record.entry
            found.append(Revision(day, entry.faq_id, "廃止", entry.question, "", record.updated_by))
    return sorted(found, key=lambda one: (one.day, one.faq_id, one.kind))


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
