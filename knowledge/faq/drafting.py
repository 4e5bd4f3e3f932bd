"""Changes of the working copy: create, save, and every step that does not touch what is published."""

from dataclasses import replace

from knowledge.domain import FaqEntry
from knowledge.errors import Conflict
from knowledge.faq.content import stored_form
from knowledge.faq.edit import Edit
from knowledge.faq.lifecycle import Step, check_approver, check_editable, next_status
from knowledge.faq.records import SOURCE_LANG, EditConflict, FaqRecord, Key
from knowledge.faq.repository import (
    change,
    content_columns,
    find,
    free_id,
    insert_rows,
    new_row,
    people,
    require,
    same_content,
    version,
)


def create(edit: Edit, entry: FaqEntry) -> FaqRecord:
    """A new draft; without id it gets the next free number. Raises InvalidInput, Conflict when the key is taken."""
    clean = stored_form(replace(entry, status="draft", version=0))
    if not clean.faq_id:
        clean = replace(clean, faq_id=free_id(edit.conn))
    if find(edit.conn, clean.key) is not None:
        raise Conflict(f"FAQ番号 {clean.faq_id}（{clean.lang}）はすでに使われています。")
    insert_rows(edit.conn, [new_row(clean, edit.who, edit.now, source_number(edit, clean.key))])
    edit.log("create", clean.key)
    return require(edit.conn, clean.key)


def save(edit: Edit, entry: FaqEntry, base_revision: int) -> FaqRecord:
    """Save the text of a draft; saving on a published or retired FAQ starts its revision.
    Raises EditConflict with both texts when somebody saved first."""
    clean = stored_form(entry)
    record = require(edit.conn, clean.key)
    if record.revision != base_revision:
        raise EditConflict(clean, record)
    if record.entry.status in ("published", "retired"):
        record = revise(edit, record.key, base_revision)
    check_editable(record.entry.status)
    if same_content(clean, record.entry):
        return record
    saved = change(
        edit.conn, record, edit.who, edit.now,
        **content_columns(replace(clean, status="draft")),
        drafters=people((*record.drafters, edit.who)),
        source_version=source_number(edit, clean.key),
    )  # fmt: skip
    edit.log("save", clean.key, revision=saved.revision)
    return saved


def revise(edit: Edit, key: Key, base_revision: int) -> FaqRecord:
    """Start a new draft from the published or retired text; what is published stays in force."""
    return _step(edit, key, base_revision, "revise", drafters=people(()), approver="")


def submit(edit: Edit, key: Key, base_revision: int) -> FaqRecord:
    """Ask for review."""
    return _step(edit, key, base_revision, "submit")


def withdraw(edit: Edit, key: Key, base_revision: int) -> FaqRecord:
    """Take a text back from review to work on it again."""
    return _step(edit, key, base_revision, "withdraw", approver="")


def send_back(edit: Edit, key: Key, base_revision: int) -> FaqRecord:
    """The reviewer returns the text to its drafter."""
    return _step(edit, key, base_revision, "send_back", approver="")


def approve(edit: Edit, key: Key, base_revision: int) -> FaqRecord:
    """Raises Forbidden for whoever helped to write the text."""
    record = edit.current(key, base_revision)
    check_approver(edit.who, record.drafters, edit.rules.self_approval)
    return _step(edit, key, base_revision, "approve", approver=edit.who)


def discard(edit: Edit, key: Key, base_revision: int) -> FaqRecord:
    """Drop the draft: back to the published text, or retired when there is none."""
    record = edit.current(key, base_revision)
    status = next_status(record.entry.status, "discard", bool(record.live_version))
    entry, source = record.entry, record.source_version
    if record.live_version:
        published = version(edit.conn, key, record.live_version)
        entry, source = published.entry, published.source_version
    dropped = change(
        edit.conn, record, edit.who, edit.now,
        **content_columns(replace(entry, status=status)), drafters=people(()), approver="", source_version=source,
    )  # fmt: skip
    edit.log("discard", key, status=status)
    return dropped


def source_number(edit: Edit, key: Key) -> int:
    """For a translation: the newest published version of its Japanese source; 0 otherwise."""
    if key[1] == SOURCE_LANG:
        return 0
    source = find(edit.conn, (key[0], SOURCE_LANG))
    return source.live_version if source else 0


def _step(edit: Edit, key: Key, base_revision: int, step: Step, **values: str) -> FaqRecord:
    record = edit.current(key, base_revision)
    status = next_status(record.entry.status, step, bool(record.live_version))
    moved = change(edit.conn, record, edit.who, edit.now, status=status, **values)
    edit.log(step, key, status=status)
    return moved
