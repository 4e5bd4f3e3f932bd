"""Changes of what is published: every one writes an immutable version or ends one, and moves the content counter."""

from dataclasses import replace
from typing import Any

from sqlalchemy import insert, update

from knowledge.domain import FaqEntry
from knowledge.errors import InvalidInput, Problem
from knowledge.faq.content import content_hash, to_json
from knowledge.faq.edit import Edit
from knowledge.faq.lifecycle import next_status
from knowledge.faq.records import SOURCE_LANG, FaqRecord, Key
from knowledge.faq.repository import change, content_columns, people, version
from knowledge.faq.terms import blocking, lint
from knowledge.store.counters import CONTENT_REVISION, advance
from knowledge.store.faq_tables import faq, faq_version


def publish(edit: Edit, key: Key, base_revision: int, reason: str = "", minor: bool = False) -> FaqRecord:
    """Publish the approved text as the next version; with valid_from it takes over on that day at 00:00 JST.
    `minor`: the change does not touch the meaning, so translations stay current. Raises InvalidInput for words that
    block, and for a text that has already expired."""
    record = edit.current(key, base_revision)
    next_status(record.entry.status, "publish")
    check_publishable(edit, record.entry)
    return _put_in_force(edit, record, record.entry, record.approver, reason, minor=minor)


def rollback(edit: Edit, key: Key, number: int, base_revision: int, reason: str) -> FaqRecord:
    """Publish the text of an earlier version again, as a new version, from today. A draft in work stays as it is."""
    record = edit.current(key, base_revision)
    entry = rolled_back(edit, version(edit.conn, key, number).entry)
    check_publishable(edit, entry)
    return _put_in_force(edit, record, entry, edit.who, reason or f"第{number}版に戻す", rolled_back_to=number)


def publish_as_is(edit: Edit, record: FaqRecord, entry: FaqEntry, reason: str) -> FaqRecord:
    """A new version whose difference needs no approval of its own (a category); translations stay current."""
    return _put_in_force(edit, record, entry, edit.who, reason, minor=True)


def retire(edit: Edit, key: Key, base_revision: int, reason: str = "") -> FaqRecord:
    """Take the FAQ out of every channel; its versions stay in the history."""
    record = edit.current(key, base_revision)
    status = next_status(record.entry.status, "retire")
    retired = change(
        edit.conn, record, edit.who, edit.now, status=status, live_first=0, live_last=0, approver="",
        drafters=people(()),
    )  # fmt: skip
    advance(edit.conn, CONTENT_REVISION)
    edit.log("retire", key, version=record.live_version)
    return retired


def publication_problems(edit: Edit, entry: FaqEntry) -> list[Problem]:
    """Why the text must not be published by hand as it stands."""
    problems = [
        Problem(finding.message, None, finding.field)
        for finding in blocking(lint(entry, edit.terms, edit.variables.keys()))
    ]
    if entry.valid_to is not None and entry.valid_to < edit.today:
        problems.append(Problem("適用終了の日をすでに過ぎています。日付を直してください。", None, "valid_to"))
    return problems


def check_publishable(edit: Edit, entry: FaqEntry) -> None:
    """Raises InvalidInput when the text must not be published as it stands."""
    problems = publication_problems(edit, entry)
    if problems:
        raise InvalidInput("このままでは公開できません。次の点を直してください。", problems)


def rolled_back(edit: Edit, old: FaqEntry) -> FaqEntry:
    """An earlier version as it would be published again today."""
    expired = old.valid_to is not None and old.valid_to < edit.today
    return replace(old, valid_from=None, valid_to=None if expired else old.valid_to)


def version_row(edit: Edit, entry: FaqEntry, number: int, people_: tuple[str, str], reason: str) -> dict[str, Any]:
    """Row of `faq_version`; `people_` is (author, approver). Translations add their source_version."""
    content = to_json(entry)
    return {
        "faq_id": entry.faq_id,
        "lang": entry.lang,
        "number": number,
        "content": content,
        "content_hash": content_hash(content),
        "valid_from": entry.valid_from,
        "valid_to": entry.valid_to,
        "author": people_[0],
        "approver": people_[1],
        "published_by": edit.who,
        "published_at": edit.now,
        "reason": reason,
        "source_version": 0,
    }


def first_in_force(edit: Edit, entry: FaqEntry, number: int, live_first: int) -> int:
    """Oldest version that can still be in force once `number` is published: only itself, unless it starts later."""
    starts_later = entry.valid_from is not None and entry.valid_from > edit.today
    return live_first if starts_later and live_first else number


def _put_in_force(
    edit: Edit,
    record: FaqRecord,
    entry: FaqEntry,
    approver: str,
    reason: str,
    minor: bool = False,
    rolled_back_to: int = 0,
) -> FaqRecord:
    key = record.key
    number = record.last_number + 1
    author = edit.who if rolled_back_to else "、".join(record.drafters) or edit.who
    source = _source_of(edit, record, rolled_back_to)
    made = version_row(edit, entry, number, (author[:255], approver), reason)
    edit.conn.execute(insert(faq_version).values(made | {"source_version": source}))
    if minor and key[1] == SOURCE_LANG:
        _keep_translations(edit, key[0], record.live_version, number)
    values: dict[str, Any] = {
        "live_first": first_in_force(edit, entry, number, record.live_first),
        "live_last": number,
        "last_number": number,
        "live_source": source,
    }
    if not rolled_back_to or record.entry.status in ("published", "retired"):
        values |= content_columns(replace(entry, status="published"))
        values |= {"drafters": people(()), "source_version": source}
    published = change(edit.conn, record, edit.who, edit.now, **values)
    advance(edit.conn, CONTENT_REVISION)
    edit.log("rollback" if rolled_back_to else "publish", key, version=number)
    return published


def _source_of(edit: Edit, record: FaqRecord, rolled_back_to: int) -> int:
    if not rolled_back_to:
        return record.source_version
    return version(edit.conn, record.key, rolled_back_to).source_version


def _keep_translations(edit: Edit, faq_id: str, before: int, number: int) -> None:
    translations = (faq.c.faq_id == faq_id) & (faq.c.lang != SOURCE_LANG)
    for column in (faq.c.source_version, faq.c.live_source):
        edit.conn.execute(update(faq).where(translations, column == before).values({column: number}))
