"""Passages to FAQ drafts. The same file again changes nothing; a new edition changes only what it says differently."""

from collections.abc import Sequence
from dataclasses import replace
from difflib import unified_diff
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, update

from ingestion.model import FileReport, IngestServices, Passage, PassageDiff
from knowledge.domain import FaqEntry
from knowledge.errors import MadoguchiError
from knowledge.store.audit import AuditLog
from knowledge.store.ingest_tables import ingest_passages, ingest_sources
from knowledge.text.normalise import normalise


def source_key(path: Path) -> str:
    """The same file in the same folder is the same source, wherever that folder lies."""
    return sha256(f"{path.resolve().parent.name}/{path.name}".encode()).hexdigest()[:40]


def known_hash(services: IngestServices, key: str) -> str | None:
    with services.db.read() as conn:
        found: str | None = conn.execute(
            select(ingest_sources.c.sha256).where(ingest_sources.c.source_key == key)
        ).scalar_one_or_none()
    return found


def apply_passages(services: IngestServices, key: str, name: str, passages: Sequence[Passage], who: str) -> FileReport:
    """Create drafts for new questions, save changed answers, report what is gone."""
    with services.db.read() as conn:
        wanted = select(ingest_passages).where(ingest_passages.c.source_key == key)
        known = {row.passage_key: row for row in conn.execute(wanted)}
    created: list[str] = []
    changed: list[PassageDiff] = []
    problems: list[str] = []
    unchanged = 0
    for passage in passages:
        passage_key, content_hash = _hash(normalise(passage.question)), _hash(passage.answer)
        old = known.pop(passage_key, None)
        if old is not None and old.content_hash == content_hash:
            unchanged += 1
            continue
        try:
            if old is None:
                faq_id = services.faqs.create_draft(_entry(passage, name), who).entry.faq_id
                created.append(faq_id)
            else:
                faq_id = old.faq_id
                changed.append(_save(services, faq_id, passage, name, who))
        except MadoguchiError as exc:
            problems.append(f"「{passage.question[:40]}」：{exc.message}")
            continue
        _remember(services, key, passage_key, content_hash, faq_id, passage.page)
    return FileReport(
        name=name,
        kind="document",
        status="changed" if changed or known or unchanged else "new",
        created=tuple(created),
        changed=tuple(changed),
        unchanged=unchanged,
        gone=tuple(sorted(row.faq_id for row in known.values())),
        problems=tuple(problems),
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
        AuditLog(services.clock).append(conn, who, "ingest", key, detail)


def _entry(passage: Passage, name: str) -> FaqEntry:
    return FaqEntry("", passage.question, passage.answer, evidence=_evidence(passage, name), visibility="operator")


def _evidence(passage: Passage, name: str) -> str:
    return f"{name} {passage.page}ページ" if passage.page else name


def _save(services: IngestServices, faq_id: str, passage: Passage, name: str, who: str) -> PassageDiff:
    record = services.faqs.get(faq_id)
    entry = replace(record.entry, answer=passage.answer, evidence=_evidence(passage, name))
    services.faqs.save_draft(entry, record.revision, who)
    lines = unified_diff(record.entry.answer.splitlines(), passage.answer.splitlines(), lineterm="", n=0)
    return PassageDiff(faq_id, tuple(line for line in lines if not line.startswith(("---", "+++", "@@"))))


def _remember(services: IngestServices, key: str, passage_key: str, content_hash: str, faq_id: str, page: int) -> None:
    columns = ingest_passages.c
    mine = (columns.source_key == key) & (columns.passage_key == passage_key)
    values = {"content_hash": content_hash, "faq_id": faq_id, "page": page}
    with services.db.begin() as conn:
        if conn.execute(update(ingest_passages).where(mine).values(values)).rowcount == 0:
            conn.execute(insert(ingest_passages).values(source_key=key, passage_key=passage_key, **values))


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:40]
