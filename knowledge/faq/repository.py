"""Rows of the FAQ tables to records and back. Every function runs inside the caller's transaction."""

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, and_, insert, select, tuple_, update

from knowledge.domain import FaqEntry
from knowledge.errors import Conflict, NotFound
from knowledge.faq.content import content_hash, from_json, to_json
from knowledge.faq.records import SOURCE_LANG, FaqRecord, FaqVersion, Key
from knowledge.store.counters import FAQ_NUMBER, advance
from knowledge.store.faq_tables import faq, faq_version

_source = faq.alias("source")
IS_STALE = and_(faq.c.lang != SOURCE_LANG, _source.c.live_last > faq.c.source_version)
_CHUNK = 400  # SQLite's oldest limit on bound values is 999; a key takes two


def records() -> Select[Any]:
    """SELECT of every column of `faq` plus the newest published version of the Japanese source."""
    same = and_(_source.c.faq_id == faq.c.faq_id, _source.c.lang == SOURCE_LANG)
    return select(faq, _source.c.live_last.label("source_live")).outerjoin(_source, same)


def to_record(row: Row[Any]) -> FaqRecord:
    entry = from_json(row.content, faq_id=row.faq_id, lang=row.lang, status=row.status, version=row.live_last)
    stale = row.lang != SOURCE_LANG and (row.source_live or 0) > row.source_version
    return FaqRecord(
        entry=entry,
        revision=row.revision,
        live_version=row.live_last,
        live_first=row.live_first,
        last_number=row.last_number,
        source_version=row.source_version,
        live_source=row.live_source,
        stale=stale,
        drafters=tuple(orjson.loads(row.drafters)),
        approver=row.approver,
        created_at=row.created_at,
        updated_at=row.updated_at,
        updated_by=row.updated_by,
    )


def find(conn: Connection, key: Key) -> FaqRecord | None:
    row = conn.execute(records().where(faq.c.faq_id == key[0], faq.c.lang == key[1])).one_or_none()
    return None if row is None else to_record(row)


def require(conn: Connection, key: Key) -> FaqRecord:
    """Raises NotFound."""
    found = find(conn, key)
    if found is None:
        raise NotFound(f"FAQ {key[0]}（{key[1]}）はありません。")
    return found


def translations(conn: Connection, faq_id: str) -> list[FaqRecord]:
    """Every language of one FAQ, the Japanese source first."""
    rows = conn.execute(records().where(faq.c.faq_id == faq_id).order_by(faq.c.lang != SOURCE_LANG, faq.c.lang))
    return [to_record(row) for row in rows]


def all_records(conn: Connection) -> dict[Key, FaqRecord]:
    return {(row.faq_id, row.lang): to_record(row) for row in conn.execute(records())}


def find_many(conn: Connection, keys: Sequence[Key]) -> dict[Key, FaqRecord]:
    """Records of the keys that exist; one scan of the table when they are many."""
    if len(keys) > _CHUNK * 5:
        wanted = set(keys)
        rows = conn.execute(records())
        return {(row.faq_id, row.lang): to_record(row) for row in rows if (row.faq_id, row.lang) in wanted}
    found: dict[Key, FaqRecord] = {}
    for start in range(0, len(keys), _CHUNK):
        part = [tuple(key) for key in keys[start : start + _CHUNK]]
        for row in conn.execute(records().where(tuple_(faq.c.faq_id, faq.c.lang).in_(part))):
            found[(row.faq_id, row.lang)] = to_record(row)
    return found


def content_columns(entry: FaqEntry) -> dict[str, Any]:
    """The columns of `faq` that follow from the content."""
    content = to_json(entry)
    return {
        "status": entry.status,
        "content": content,
        "content_hash": content_hash(content),
        "question": entry.question,
        "category": entry.category,
        "subcategory": entry.subcategory,
        "department": entry.department,
        "tags": tags_column(entry.tags),
        "visibility": entry.visibility,
        "review_due": entry.review_due,
        "search_text": search_text(entry),
    }


def tags_column(tags: Sequence[str]) -> str:
    """Bars on both sides, so that one LIKE finds a whole tag and never a part of one."""
    return f"｜{'｜'.join(tags)}｜" if tags else ""


def search_text(entry: FaqEntry) -> str:
    parts = (
        entry.faq_id,
        entry.question,
        *entry.alt_questions,
        entry.answer,
        entry.evidence,
        entry.department,
        *entry.tags,
    )
    return folded("\n".join(parts))


def folded(text: str) -> str:
    """Width and case do not matter in the editors' list."""
    return unicodedata.normalize("NFKC", text).lower()


def new_row(entry: FaqEntry, who: str, now: datetime, source_version: int) -> dict[str, Any]:
    """A complete row for an entry nobody has published yet."""
    return {
        "faq_id": entry.faq_id,
        "lang": entry.lang,
        "revision": 1,
        **content_columns(entry),
        "live_first": 0,
        "live_last": 0,
        "last_number": 0,
        "source_version": source_version,
        "live_source": 0,
        "drafters": people((who,)),
        "approver": "",
        "updated_by": who,
        "created_at": now,
        "updated_at": now,
    }


def people(names: Sequence[str]) -> str:
    return orjson.dumps(tuple(dict.fromkeys(names))).decode()


def insert_rows(conn: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        conn.execute(insert(faq), list(rows))


def change(conn: Connection, record: FaqRecord, who: str, now: datetime, **values: Any) -> FaqRecord:
    """Update the working copy if it still is the one in `record`, and return the new record."""
    done = conn.execute(
        update(faq)
        .where(faq.c.faq_id == record.entry.faq_id, faq.c.lang == record.entry.lang, faq.c.revision == record.revision)
        .values(revision=record.revision + 1, updated_by=who, updated_at=now, **values)
    )
    if done.rowcount != 1:
        raise Conflict("保存の途中でほかの変更が入りました。もう一度やり直してください。")
    return require(conn, record.key)


def free_id(conn: Connection) -> str:
    """The next unused number of the form F00001."""
    while True:
        candidate = f"F{advance(conn, FAQ_NUMBER):05d}"
        taken = conn.execute(select(faq.c.faq_id).where(faq.c.faq_id == candidate).limit(1)).first()
        if taken is None:
            return candidate


def versions(conn: Connection, key: Key) -> list[FaqVersion]:
    """Published versions, newest first."""
    wanted = select(faq_version).where(faq_version.c.faq_id == key[0], faq_version.c.lang == key[1])
    return [to_version(row) for row in conn.execute(wanted.order_by(faq_version.c.number.desc()))]


def version(conn: Connection, key: Key, number: int) -> FaqVersion:
    """Raises NotFound."""
    row = conn.execute(
        select(faq_version).where(
            faq_version.c.faq_id == key[0], faq_version.c.lang == key[1], faq_version.c.number == number
        )
    ).one_or_none()
    if row is None:
        raise NotFound(f"FAQ {key[0]}（{key[1]}）に第{number}版はありません。")
    return to_version(row)


def to_version(row: Row[Any]) -> FaqVersion:
    entry = from_json(row.content, faq_id=row.faq_id, lang=row.lang, status="published", version=row.number)
    return FaqVersion(
        entry, row.author, row.approver, row.published_by, row.published_at, row.reason, row.source_version,
        row.content_hash,
    )  # fmt: skip


def same_content(left: FaqEntry, right: FaqEntry) -> bool:
    """Whether two entries say the same, whatever their state."""
    return replace(left, status="draft", version=0) == replace(right, status="draft", version=0)
