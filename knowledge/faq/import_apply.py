"""Writes a plan in bulk: entries, versions and audit rows in the caller's one transaction."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import bindparam, insert, update

from knowledge.faq.edit import Edit
from knowledge.faq.import_plan import PlannedRow
from knowledge.faq.progress import Progress
from knowledge.faq.publishing import first_in_force, version_row
from knowledge.faq.records import SOURCE_LANG, Key
from knowledge.faq.repository import free_id, insert_rows, new_row, people
from knowledge.store.counters import CONTENT_REVISION, advance
from knowledge.store.faq_tables import faq, faq_version

_REASON = "ファイルの取込"
_BATCH = 1_000


def apply_plan(edit: Edit, rows: Sequence[PlannedRow], progress: Progress) -> tuple[list[Key], list[Key]]:
    """Write every row that is not unchanged, some at a time; returns (keys written, keys whose published state changed)."""
    todo = [_numbered(edit, planned) for planned in rows if planned.outcome != "unchanged"]
    sources = _source_numbers(todo)
    inserts: list[dict[str, Any]] = []
    updates: list[dict[str, Any]] = []
    versions: list[dict[str, Any]] = []
    for index, planned in enumerate(todo):
        if index % _BATCH == 0:
            progress("登録", index, len(todo))
            _write(edit, inserts, updates, versions)
        row = _row(edit, planned, _source_version(edit, planned, sources))
        if planned.publishes:
            versions.append(_version(edit, planned, row))
        (updates if planned.before else inserts).append(row)
    _write(edit, inserts, updates, versions)
    _log(edit, todo)
    live = [planned.key for planned in todo if planned.publishes or _leaves(planned)]
    if live:
        advance(edit.conn, CONTENT_REVISION)
    progress("登録", len(todo), len(todo))
    return [planned.key for planned in todo], live


def _numbered(edit: Edit, planned: PlannedRow) -> PlannedRow:
    if planned.entry.faq_id:
        return planned
    return replace(planned, entry=replace(planned.entry, faq_id=free_id(edit.conn)))


def _source_numbers(todo: Sequence[PlannedRow]) -> dict[str, int]:
    """Version numbers the Japanese sources of this file get."""
    return {
        planned.entry.faq_id: (planned.before.last_number if planned.before else 0) + 1
        for planned in todo
        if planned.entry.lang == SOURCE_LANG and planned.publishes
    }


def _source_version(edit: Edit, planned: PlannedRow, sources: dict[str, int]) -> int:
    """A translation in the file follows the source in the file, or the one now published, unless the row says."""
    if planned.entry.lang == SOURCE_LANG:
        return 0
    if planned.source_version is not None:
        return planned.source_version
    number = sources.get(planned.entry.faq_id)
    if number is None:
        number = edit.conn.execute(_LIVE_SOURCE, {"of": planned.entry.faq_id}).scalar_one_or_none()
    return number or 0


_LIVE_SOURCE = faq.select().with_only_columns(faq.c.live_last).where(
    faq.c.faq_id == bindparam("of"), faq.c.lang == SOURCE_LANG
)  # fmt: skip


def _row(edit: Edit, planned: PlannedRow, source: int) -> dict[str, Any]:
    before = planned.before
    row = new_row(planned.entry, edit.who, edit.now, source)
    if before is not None:
        row |= {
            "revision": before.revision + 1,
            "created_at": before.created_at,
            "live_first": before.live_first,
            "live_last": before.live_version,
            "last_number": before.last_number,
            "live_source": before.live_source,
            "drafters": people((*before.drafters, edit.who)),
        }
    if planned.publishes:
        number = row["last_number"] + 1
        row |= {
            "live_first": first_in_force(edit, planned.entry, number, row["live_first"]),
            "live_last": number,
            "last_number": number,
            "live_source": source,
            "drafters": people(()),
            "approver": edit.who,
        }
    elif planned.entry.status == "retired":
        row |= {"live_first": 0, "live_last": 0, "drafters": people(())}
    return row


def _version(edit: Edit, planned: PlannedRow, row: dict[str, Any]) -> dict[str, Any]:
    made = version_row(edit, planned.entry, row["last_number"], (edit.who, edit.who), _REASON)
    return made | {"source_version": row["source_version"]}


def _write(
    edit: Edit, inserts: list[dict[str, Any]], updates: list[dict[str, Any]], versions: list[dict[str, Any]]
) -> None:
    """They are empty then."""
    insert_rows(edit.conn, inserts)
    if updates:
        names = [name for name in updates[0] if name not in ("faq_id", "lang", "created_at")]
        statement = update(faq).where(faq.c.faq_id == bindparam("key_id"), faq.c.lang == bindparam("key_lang"))
        # Parameter names of their own: SQLAlchemy keeps the column names for itself.
        values = [
            {"key_id": row["faq_id"], "key_lang": row["lang"], **{f"v_{name}": row[name] for name in names}}
            for row in updates
        ]
        edit.conn.execute(statement.values({name: bindparam(f"v_{name}") for name in names}), values)
    if versions:
        edit.conn.execute(insert(faq_version), versions)
    for written in (inserts, updates, versions):
        written.clear()


def _log(edit: Edit, todo: Sequence[PlannedRow]) -> None:
    edit.audit.append_many(
        edit.conn,
        edit.who,
        [("faq.import", "/".join(row.key), {"status": row.entry.status, "outcome": row.outcome}) for row in todo],
    )


def _leaves(planned: PlannedRow) -> bool:
    return planned.entry.status == "retired" and planned.before is not None and planned.before.live_version > 0
