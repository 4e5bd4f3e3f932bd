"""What a new edition of a document says differently, until somebody takes it over or leaves it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import Connection, Row, delete, func, select, update

from ingestion.drafts import evidence_of
from ingestion.model import IngestServices
from knowledge.errors import Conflict, NotFound
from knowledge.faq import drafting
from knowledge.faq.records import SOURCE_LANG, FaqRecord
from knowledge.faq.repository import require
from knowledge.privacy.redacted import RedactedText
from knowledge.store.database import Database
from knowledge.store.ingest_tables import ingest_changes, ingest_passages


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """`kind` changed: `answer` is what the document says now; gone: the document no longer has the question."""

    change_id: str
    file_name: str
    faq_id: str
    kind: Literal["changed", "gone"]
    question: RedactedText
    answer: RedactedText
    page: int
    found_by: str
    found_at: datetime


def waiting(db: Database, limit: int = 200) -> tuple[list[DocumentChange], int]:
    """Oldest first, and how many there are."""
    columns = ingest_changes.c
    oldest = select(ingest_changes).order_by(columns.found_at, columns.file_name, columns.page, columns.change_id)
    with db.read() as conn:
        total = conn.execute(select(func.count()).select_from(ingest_changes)).scalar_one()
        return [_change(row) for row in conn.execute(oldest.limit(limit))], total


def change(db: Database, change_id: str) -> DocumentChange:
    """Raises NotFound."""
    with db.read() as conn:
        return _change(_require(conn, change_id))


def proposed(found: DocumentChange, record: FaqRecord) -> Any:
    """The FAQ as it would be with the document's new answer."""
    return replace(record.entry, answer=found.answer, evidence=evidence_of(found.file_name, found.page))


def accept(services: IngestServices, change_id: str, base_revision: int, who: str) -> FaqRecord:
    """The document's new answer becomes a draft (what is published stays until that is published).
    Raises NotFound, Conflict when the FAQ was changed meanwhile, IllegalTransition while it is in review."""
    with services.faqs.editing(who) as edit:
        row = _require(edit.conn, change_id)
        if row.kind != "changed":
            raise Conflict("資料からなくなった質問です。FAQの画面で廃止するか、そのままにするかを選んでください。")
        record = require(edit.conn, (row.faq_id, SOURCE_LANG))
        saved = drafting.save(edit, proposed(_change(row), record), base_revision)
        _decided(edit.conn, row)
        edit.audit.append(edit.conn, who, "ingest.accept", row.faq_id, {"file": row.file_name})
    return saved


def leave(services: IngestServices, change_id: str, who: str) -> None:
    """The FAQ stays as it is; the same edition does not ask again. Raises NotFound."""
    with services.faqs.editing(who) as edit:
        row = _require(edit.conn, change_id)
        _decided(edit.conn, row)
        edit.audit.append(edit.conn, who, "ingest.leave", row.faq_id, {"file": row.file_name})


def _decided(conn: Connection, row: Row[Any]) -> None:
    mine = (ingest_passages.c.source_key == row.source_key) & (ingest_passages.c.passage_key == row.passage_key)
    if row.kind == "gone":
        conn.execute(delete(ingest_passages).where(mine))
    else:
        conn.execute(update(ingest_passages).where(mine).values(content_hash=row.content_hash, page=row.page))
    conn.execute(delete(ingest_changes).where(ingest_changes.c.change_id == row.change_id))


def _require(conn: Connection, change_id: str) -> Row[Any]:
    row = conn.execute(select(ingest_changes).where(ingest_changes.c.change_id == change_id)).one_or_none()
    if row is None:
        raise NotFound("この変更はありません。ほかの人がすでに確認したか、資料の新しい版で置き換わりました。")
    return row


def _change(row: Row[Any]) -> DocumentChange:
    kind = cast('Literal["changed", "gone"]', row.kind)
    question, answer = RedactedText(row.question), RedactedText(row.answer)
    return DocumentChange(
        row.change_id, row.file_name, row.faq_id, kind, question, answer, row.page, row.found_by, row.found_at
    )
