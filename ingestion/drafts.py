"""Passages to FAQ drafts. The same file again changes nothing; what a new edition says differently waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from ingestion.model import FileReport, IngestServices, Passage, PassageDiff, SimilarDraft
from knowledge.domain import FaqEntry
from knowledge.errors import MadoguchiError
from knowledge.faq import drafting
from knowledge.faq.duplicates import near_duplicates
from knowledge.faq.edit import Edit
from knowledge.faq.records import SOURCE_LANG, FaqRecord
from knowledge.faq.repository import all_records, find
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.ingest_tables import ingest_changes, ingest_passages, ingest_sources
from knowledge.text.normalise import normalise


def source_key(path: Path) -> str:
    """The same file in the same folder is the same source, wherever that folder lies."""
    return sha256(f"{path.resolve().parent.name}/{path.name}".encode()).hexdigest()[:40]


def is_known(services: IngestServices, digest: str) -> bool:
    """Whether this very content is what some source was last read as."""
    with services.db.read() as conn:
        known = select(ingest_sources.c.source_key).where(ingest_sources.c.sha256 == digest).limit(1)
        return conn.execute(known).first() is not None


def evidence_of(name: str, page: int) -> str:
    """Where in a document an answer stands, as evidence of the FAQ."""
    return f"{name} {page}ページ" if page else name


def apply_passages(services: IngestServices, key: str, name: str, passages: Sequence[Passage], who: str) -> FileReport:
    """Drafts for new questions; changed and vanished ones as changes to review. All in one transaction."""
    with services.faqs.editing(who) as edit:
        wanted = select(ingest_passages).where(ingest_passages.c.source_key == key)
        known = {row.passage_key: row for row in edit.conn.execute(wanted)}
        was_known = bool(known)
        run = _Run(edit, key, name)
        for passage in passages:
            run.take(passage, known.pop(_hash(normalise(passage.question)), None))
        for row in known.values():
            run.miss(row)
        similar = _similar(edit.conn, run.created)
    return FileReport(
        name=name,
        kind="document",
        status="changed" if was_known else "new",
        created=tuple(run.created),
        similar=similar,
        changed=tuple(run.changed),
        unchanged=run.unchanged,
        gone=tuple(sorted(row.faq_id for row in known.values())),
        problems=tuple(run.problems),
    )


def remember_source(
    services: IngestServices, key: str, name: str, digest: str, kind: str, entries: int, who: str
) -> None:
    """Written last: a run that broke off is done again."""
    row: dict[str, Any] = {"source_key": key, "file_name": name[:255], "sha256": digest, "kind": kind}
    row |= {"entries": entries, "ingested_by": who[:128], "ingested_at": services.clock.now()}
    with services.db.begin() as conn:
        conn.execute(delete(ingest_sources).where(ingest_sources.c.source_key == key))
        conn.execute(insert(ingest_sources), row)
        detail: dict[str, str | int | None] = {"kind": kind, "entries": entries}
        AuditLog(services.clock).append(conn, who, "ingest", name[:200], detail)


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read."""

    file_name: str
    kind: str
    entries: int
    ingested_by: str
    ingested_at: Any
    sha256: str


def sources(db: Database, limit: int = 100) -> list[Source]:
    """Newest first."""
    newest = select(ingest_sources).order_by(ingest_sources.c.ingested_at.desc(), ingest_sources.c.source_key)
    with db.read() as conn:
        return [
            Source(row.file_name, row.kind, row.entries, row.ingested_by, row.ingested_at, row.sha256)
            for row in conn.execute(newest.limit(limit))
        ]


@dataclass(slots=True)
class _Run:
    """One edition of one document against what its last edition became."""

    edit: Edit
    key: str
    name: str
    created: list[str] = field(default_factory=list)
    changed: list[PassageDiff] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    unchanged: int = 0

    def take(self, passage: Passage, old: Row[Any] | None) -> None:
        passage_key, content_hash = _hash(normalise(passage.question)), _hash(passage.answer)
        if old is None:
            self._create(passage, passage_key, content_hash)
            return
        self._forget(passage_key)
        record = find(self.edit.conn, (old.faq_id, SOURCE_LANG))
        if old.content_hash == content_hash or record is None:
            self.unchanged += 1
            return
        self._propose(passage_key, old.faq_id, "changed", passage.question, passage.answer, passage.page, content_hash)
        self.changed.append(PassageDiff(old.faq_id, _lines(record, passage.answer)))

    def miss(self, old: Row[Any]) -> None:
        """The new edition no longer has this passage."""
        record = find(self.edit.conn, (old.faq_id, SOURCE_LANG))
        self._forget(old.passage_key)
        if record is not None:
            self._propose(old.passage_key, old.faq_id, "gone", record.entry.question, "", old.page, "")

    def _create(self, passage: Passage, passage_key: str, content_hash: str) -> None:
        evidence = evidence_of(self.name, passage.page)
        entry = FaqEntry("", passage.question, passage.answer, evidence=evidence, visibility="operator")
        try:
            faq_id = drafting.create(self.edit, entry).entry.faq_id
        except MadoguchiError as exc:
            self.problems.append(f"「{passage.question[:40]}」：{exc.message}")
            return
        self.created.append(faq_id)
        values = {"content_hash": content_hash, "faq_id": faq_id, "page": passage.page}
        self.edit.conn.execute(insert(ingest_passages).values(source_key=self.key, passage_key=passage_key, **values))

    def _propose(
        self, passage_key: str, faq_id: str, kind: str, question: str, answer: str, page: int, content_hash: str
    ) -> None:
        change_id = _hash(f"{self.key}/{passage_key}/{content_hash}")
        row: dict[str, Any] = {"change_id": change_id, "source_key": self.key, "passage_key": passage_key}
        row |= {"file_name": self.name[:255], "faq_id": faq_id, "kind": kind, "question": question, "answer": answer}
        row |= {"page": page, "content_hash": content_hash, "found_by": self.edit.who[:128], "found_at": self.edit.now}
        self.edit.conn.execute(insert(ingest_changes), row)

    def _forget(self, passage_key: str) -> None:
        """What an earlier edition proposed is out of date."""
        mine = (ingest_changes.c.source_key == self.key) & (ingest_changes.c.passage_key == passage_key)
        self.edit.conn.execute(delete(ingest_changes).where(mine))


def _similar(conn: Connection, created: Sequence[str]) -> tuple[SimilarDraft, ...]:
    """New drafts whose question (nearly) stands in another FAQ."""
    questions = {
        key[0]: record.entry.question
        for key, record in all_records(conn).items()
        if key[1] == SOURCE_LANG and record.entry.status != "retired"
    }
    new = set(created)
    pairs = ((found.key, found.other) for found in near_duplicates(questions, new))
    return tuple(SimilarDraft(*(pair if pair[0] in new else pair[::-1])) for pair in pairs)


def _lines(record: FaqRecord, answer: str) -> tuple[str, ...]:
    lines = unified_diff(record.entry.answer.splitlines(), answer.splitlines(), lineterm="", n=0)
    return tuple(line for line in lines if not line.startswith(("---", "+++", "@@")))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:40]
