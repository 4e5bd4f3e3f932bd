"""Synonym groups: words that mean the same to a citizen, each in one group only, with the word the city writes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import uuid4

from sqlalchemy import Connection, delete, insert, select, update

from knowledge.domain import SynonymGroup
from knowledge.errors import Conflict, InvalidInput, NotFound, Problem
from knowledge.faq.edit import Edit
from knowledge.faq.text_rules import check_text
from knowledge.store.counters import CONTENT_REVISION, SYNONYM_REVISION, advance
from knowledge.store.faq_tables import synonym_group, synonym_term
from knowledge.text.normalise import normalise

_MAX_CHARS = 100
_MAX_TERMS = 200


@dataclass(frozen=True, slots=True)
class SynonymRecord:
    """A group as stored; `group.terms` begins with the preferred word. `revision` guards concurrent edits."""

    group: SynonymGroup
    revision: int
    updated_by: str


def checked_group(group: SynonymGroup, row: int | None = None) -> SynonymGroup:
    """The group with clean, distinct words, the preferred one first. Raises InvalidInput."""
    words, problems = [], []
    for raw in (group.preferred, *group.terms):
        checked = check_text(raw, _MAX_CHARS, multiline=False)
        problems += [Problem(message, row, "terms") for message in checked.errors]
        words.append(checked.text)
    distinct = {normalise(word): word for word in reversed(words) if normalise(word)}
    ordered = [word for word in dict.fromkeys(words) if distinct.get(normalise(word)) == word]
    if not normalise(group.preferred):
        problems.append(Problem("代表語を入力してください。", row, "preferred"))
    elif len(ordered) < 2:
        problems.append(Problem("代表語と異なる類義語を1つ以上入力してください。", row, "terms"))
    if len(ordered) > _MAX_TERMS:
        problems.append(Problem(f"類義語は{_MAX_TERMS}語以内にしてください。", row, "terms"))
    if problems:
        raise InvalidInput("類義語を登録できません。次の点を直してください。", problems)
    return replace(group, preferred=ordered[0], terms=tuple(ordered))


def clashes(groups: Sequence[SynonymGroup], rows: Sequence[int | None] = ()) -> list[Problem]:
    """Words that stand in two groups; a pair of groups that name each other's preferred word is called a cycle."""
    found: list[Problem] = []
    owner: dict[str, SynonymGroup] = {}
    for index, group in enumerate(groups):
        mine = {normalise(term): term for term in group.terms}
        for folded, term in mine.items():
            other = owner.setdefault(folded, group)
            if other is not group:
                row = rows[index] if index < len(rows) else None
                found.append(Problem(_clash_message(term, group, other), row, "terms"))
    return found


def read_groups(conn: Connection) -> list[SynonymGroup]:
    """Every group by preferred word."""
    return [record.group for record in read_records(conn)]


def read_records(conn: Connection) -> list[SynonymRecord]:
    terms: dict[str, list[str]] = {}
    for row in conn.execute(select(synonym_term).order_by(synonym_term.c.group_id, synonym_term.c.position)):
        terms.setdefault(row.group_id, []).append(row.term)
    rows = conn.execute(select(synonym_group).order_by(synonym_group.c.preferred, synonym_group.c.group_id))
    return [
        SynonymRecord(
            SynonymGroup(row.preferred, tuple(terms.get(row.group_id, ())), row.group_id), row.revision, row.updated_by
        )
        for row in rows
    ]


def add(edit: Edit, group: SynonymGroup) -> SynonymGroup:
    """Raises InvalidInput, Conflict when a word stands in another group."""
    clean = replace(checked_group(group), group_id=group.group_id or uuid4().hex)
    _refuse_clashes(edit.conn, clean)
    values = {"group_id": clean.group_id, "preferred": clean.preferred, "revision": 1}
    edit.conn.execute(insert(synonym_group).values(**values, updated_by=edit.who, updated_at=edit.now))
    _write_terms(edit.conn, clean)
    _mark(edit, "add", clean)
    return clean


def change(edit: Edit, group: SynonymGroup, base_revision: int) -> SynonymGroup:
    """Replace the words of a group. Raises NotFound, InvalidInput, Conflict."""
    record = _require(edit.conn, group.group_id)
    if record.revision != base_revision:
        raise Conflict(f"{record.updated_by} さんが先に変更しました。最新の内容を確認してからやり直してください。")
    clean = checked_group(group)
    _refuse_clashes(edit.conn, clean)
    here = synonym_group.c.group_id == clean.group_id
    values = {"preferred": clean.preferred, "revision": base_revision + 1}
    edit.conn.execute(update(synonym_group).where(here).values(**values, updated_by=edit.who, updated_at=edit.now))
    edit.conn.execute(delete(synonym_term).where(synonym_term.c.group_id == clean.group_id))
    _write_terms(edit.conn, clean)
    _mark(edit, "change", clean)
    return clean


def remove(edit: Edit, group_id: str) -> None:
    """Raises NotFound."""
    group = _require(edit.conn, group_id).group
    edit.conn.execute(delete(synonym_term).where(synonym_term.c.group_id == group_id))
    edit.conn.execute(delete(synonym_group).where(synonym_group.c.group_id == group_id))
    _mark(edit, "remove", group)


def _clash_message(term: str, group: SynonymGroup, other: SynonymGroup) -> str:
    theirs, mine = normalise(other.preferred), normalise(group.preferred)
    crossed = theirs in map(normalise, group.terms) and mine in map(normalise, other.terms)
    if crossed and theirs != mine:
        names = f"「{group.preferred}」と「{other.preferred}」"
        return f"{names}が互いの類義語になっています（循環）。一つの組にまとめてください。"
    return f"「{term}」は「{other.preferred}」の組にも登録されています。どちらか一方にしてください。"


def _refuse_clashes(conn: Connection, group: SynonymGroup) -> None:
    others = [other for other in read_groups(conn) if other.group_id != group.group_id]
    problems = clashes([*others, group])
    if problems:
        raise Conflict("同じ言葉が別の組に登録されています。", problems)


def _require(conn: Connection, group_id: str) -> SynonymRecord:
    for record in read_records(conn):
        if record.group.group_id == group_id:
            return record
    raise NotFound("この類義語の組はありません。")


def _write_terms(conn: Connection, group: SynonymGroup) -> None:
    rows = [
        {"folded": normalise(term), "group_id": group.group_id, "position": position, "term": term}
        for position, term in enumerate(group.terms)
    ]
    conn.execute(insert(synonym_term), rows)


def _mark(edit: Edit, action: str, group: SynonymGroup) -> None:
    advance(edit.conn, SYNONYM_REVISION)
    advance(edit.conn, CONTENT_REVISION)
    edit.audit.append(edit.conn, edit.who, f"synonym.{action}", group.group_id, {"preferred": group.preferred})
