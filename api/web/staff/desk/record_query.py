"""The search form of the records as an address, and back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from urllib.parse import urlencode

from api.web.staff.days import read_day
from desk.records.filters import RecordFilter
from knowledge.text.normalise import clean

MANY = (
    "categories",
    "statuses",
    "kinds",
    "channels",
    "directions",
    "outcomes",
    "operators",
    "owners",
    "langs",
    "tags",
    "faq_ids",
)
_TYPED = ("operators", "owners", "tags", "faq_ids")
"""Written into one line, separated by commas."""
_MAX_VALUES, _MAX_CHARS = 20, 200


@dataclass(frozen=True, slots=True)
class RecordQuery:
    """What stands in the form. With `any_of` one met condition is enough; the period always holds."""

    wanted: RecordFilter
    any_of: bool = False

    def filter(self) -> RecordFilter:
        """What the record service is asked."""
        if not self.any_of:
            return self.wanted
        plain = replace(self.wanted, first=None, last=None)
        empty = RecordFilter()
        singles = [
            replace(empty, **{one.name: getattr(plain, one.name)})
            for one in fields(RecordFilter)
            if getattr(plain, one.name) != getattr(empty, one.name)
        ]
        return RecordFilter(first=self.wanted.first, last=self.wanted.last, any_of=tuple(singles))

    def pairs(self) -> list[tuple[str, str]]:
        """The query of the address."""
        found: list[tuple[str, str]] = []
        for one in fields(RecordFilter):
            value = getattr(self.wanted, one.name)
            if one.name in _TYPED:
                found += [(one.name, ", ".join(value))] if value else []
            elif isinstance(value, tuple):
                found += [(one.name, item) for item in value if isinstance(item, str)]
            elif isinstance(value, date):
                found.append((one.name, value.isoformat()))
            elif value:
                found.append((one.name, "1" if value is True else value))
        return [*found, ("match", "any")] if self.any_of else found

    def link(self, path: str, **more: str) -> str:
        return f"{path}?{urlencode([*self.pairs(), *more.items()])}"


def query_of(given: Sequence[tuple[str, str]]) -> RecordQuery:
    """From the pairs of an address or a form; unknown names filter nothing. Raises InvalidInput for
    what is no day."""
    values: dict[str, Any] = {}
    for name, raw in given:
        value = clean(raw)[:_MAX_CHARS]
        if not value:
            continue
        if name in _TYPED:
            values[name] = tuple(part.strip() for part in value.replace("、", ",").split(",") if part.strip())[
                :_MAX_VALUES
            ]
        elif name in MANY:
            values[name] = (*values.get(name, ()), value)[:_MAX_VALUES]
        elif name in ("first", "last"):
            values[name] = read_day(value, name)
        elif name in ("text", "transfer_to"):
            values[name] = value
        elif name == "overdue":
            values[name] = True
    return RecordQuery(RecordFilter(**values), ("match", "any") in given)


def query_from_filter(wanted: RecordFilter) -> RecordQuery:
    """A saved search as the form shows it."""
    if not wanted.any_of:
        return RecordQuery(wanted)
    merged = RecordFilter(first=wanted.first, last=wanted.last)
    empty = RecordFilter()
    for part in wanted.any_of:
        changed: Mapping[str, Any] = {
            one.name: getattr(part, one.name)
            for one in fields(RecordFilter)
            if getattr(part, one.name) != getattr(empty, one.name)
        }
        merged = replace(merged, **changed)
    return RecordQuery(merged, True)
