"""One change over many FAQ at once: moving them to another category."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.errors import NotFound
from knowledge.faq.content import stored_form
from knowledge.faq.edit import Edit
from knowledge.faq.publishing import publish_as_is
from knowledge.faq.records import FaqRecord, Key
from knowledge.faq.repository import change, content_columns, find_many


def move_category(edit: Edit, keys: Sequence[Key], category: str, subcategory: str) -> list[FaqRecord]:
    """Put every FAQ under another category; published ones get a new version. Raises NotFound before any change."""
    found = find_many(edit.conn, keys)
    missing = [key for key in keys if key not in found]
    if missing:
        raise NotFound(f"FAQ {missing[0][0]}（{missing[0][1]}）はありません。")
    return [_move(edit, found[key], category, subcategory) for key in dict.fromkeys(keys)]


def _move(edit: Edit, record: FaqRecord, category: str, subcategory: str) -> FaqRecord:
    entry = stored_form(replace(record.entry, category=category, subcategory=subcategory))
    if entry == record.entry:
        return record
    if record.entry.status == "published":
        return publish_as_is(edit, record, entry, "分類の一括変更")
    moved = change(edit.conn, record, edit.who, edit.now, **content_columns(entry))
    edit.log("categorise", record.key, revision=moved.revision)
    return moved
