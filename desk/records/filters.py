"""Which records are wanted: fields side by side must all hold, values in a field are alternatives, `any_of` is OR."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Function, and_, exists, func, literal, or_, select, true

from desk.records.lifecycle import CLOSED
from desk.records.text_search import TextQuery
from knowledge.store.desk_tables import desk_events, desk_record_tags, desk_record_terms, desk_records

Parse = Callable[[str], TextQuery]


@dataclass(frozen=True, slots=True)
class RecordFilter:
    """Empty fields match everything. Days are Japanese, both included."""

    text: str = ""
    categories: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    owners: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    langs: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    faq_ids: tuple[str, ...] = ()
    """FAQ used in the call."""
    transfer_to: str = ""
    first: date | None = None
    last: date | None = None
    overdue: bool = False
    any_of: tuple["RecordFilter", ...] = ()

    def depth(self) -> int:
        return 1 + max((one.depth() for one in self.any_of), default=0)

    def size(self) -> int:
        return 1 + sum(one.size() for one in self.any_of)


_COLUMNS = {
    "categories": desk_records.c.category,
    "statuses": desk_records.c.status,
    "kinds": desk_records.c.kind,
    "operators": desk_records.c.operator,
    "owners": desk_records.c.owner,
    "channels": desk_records.c.channel,
    "directions": desk_records.c.direction,
    "outcomes": desk_records.c.outcome,
    "langs": desk_records.c.lang,
}


class Conditions:
    """Builds SQL conditions. `parse` turns free text into words; `now` decides what is overdue."""

    def __init__(self, parse: Parse, now: datetime, dialect: str) -> None:
        self._parse = parse
        self._now = now
        self._find = func.instr if dialect == "sqlite" else func.strpos

    def of(self, wanted: RecordFilter) -> ColumnElement[bool]:
        found: list[ColumnElement[bool]] = [
            column.in_(getattr(wanted, name)) for name, column in _COLUMNS.items() if getattr(wanted, name)
        ]
        if wanted.first is not None:
            found.append(desk_records.c.day >= wanted.first)
        if wanted.last is not None:
            found.append(desk_records.c.day <= wanted.last)
        if wanted.transfer_to:
            found.append(desk_records.c.transfer_to.contains(wanted.transfer_to, autoescape=True))
        if wanted.overdue:
            found += [desk_records.c.due_at < self._now, desk_records.c.status.not_in(sorted(CLOSED))]
        if wanted.tags:
            found.append(_tagged(wanted.tags))
        if wanted.faq_ids:
            found.append(_used(wanted.faq_ids))
        if wanted.text.strip():
            found.append(self._text(wanted.text))
        if wanted.any_of:
            found.append(or_(*(self.of(one) for one in wanted.any_of)))
        return and_(true(), *found)

    def _text(self, text: str) -> ColumnElement[bool]:
        query = self._parse(text)
        by_number = desk_records.c.record_id == text.strip().upper()
        if not query:
            return by_number
        line = desk_record_terms.c.terms
        alternatives = [
            and_(*(or_(*(and_(*(self._has(line, word) for word in v)) for v in unit)) for unit in alternative))
            for alternative in query.alternatives
        ]
        return or_(by_number, *alternatives)

    def _has(self, line: ColumnElement[str], word: str) -> ColumnElement[bool]:
        place: Function[Any] = self._find(line, literal(f" {word} "))
        return place > 0


def _tagged(tags: tuple[str, ...]) -> ColumnElement[bool]:
    columns = desk_record_tags.c
    return exists().where(columns.record_id == desk_records.c.record_id, columns.tag.in_(tags), ~columns.removed)


def _used(faq_ids: tuple[str, ...]) -> ColumnElement[bool]:
    columns = desk_events.c
    return desk_records.c.call_id.in_(
        select(columns.call_id).where(columns.faq_id.in_(faq_ids), columns.type == "faq_used")
    )
