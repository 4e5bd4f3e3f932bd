"""Cells to values, column by column. What a cell says is checked here; what the whole entry says when it is merged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any

import orjson

from knowledge.domain import FaqEntry, Referral
from knowledge.errors import Problem
from knowledge.faq.content import MAX_CELL_CHARS, split_items
from knowledge.faq.csv_columns import recognise
from knowledge.faq.dates import parse_day
from knowledge.faq.labels import LABELS, LANG_LABELS, VISIBILITY_LABELS
from knowledge.faq.lifecycle import STATUS_LABELS
from knowledge.faq.table import Encoding, Table

# An empty cell in one of these columns leaves the entry as it is instead of clearing it.
_KEPT_WHEN_EMPTY = frozenset({"faq_id", "lang", "status", "visibility", "source_version", "handoff_reason"})
_HANDOFF = ("handoff_department", "handoff_phone", "handoff_reason")
_REVERSED: Mapping[str, Mapping[str, str]] = {
    "status": {label: key for key, label in STATUS_LABELS.items()},
    "visibility": {label: key for key, label in VISIBILITY_LABELS.items()},
    "lang": {label: key for key, label in LANG_LABELS.items()},
}
_IDS = {
    "status": frozenset(STATUS_LABELS),
    "visibility": frozenset(VISIBILITY_LABELS),
    "lang": frozenset(LANG_LABELS),
}


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """One row: which entry it means, and the value of every column the file has."""

    row: int
    faq_id: str
    lang: str
    values: Mapping[str, Any]
    cells: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The cells as written, to recognise what an old encoding has changed."""


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """All rows of a file, or why there are none: with `problems`, nothing of it may be stored."""

    rows: tuple[ParsedRow, ...]
    encoding: Encoding
    header: tuple[str, ...]
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


def parse_table(table: Table) -> ParsedFile:
    """Raises InvalidInput when the header is not that of an FAQ file; rows report their problems in the result."""
    columns = recognise(table.header)
    problems: list[Problem] = []
    rows = [_parse_row(number, cells, columns.fields, problems) for number, cells in table.rows]
    warnings = [Problem(f"知らない列「{name[:40]}」は取り込みません。", 1) for name in columns.unknown]
    return ParsedFile(tuple(rows), table.encoding, table.header, tuple(problems), tuple(warnings))


def rows_of(entries: Mapping[int, FaqEntry] | list[FaqEntry]) -> ParsedFile:
    """Entries from elsewhere (documents, samples) in the form of a parsed file."""
    numbered = entries.items() if isinstance(entries, Mapping) else enumerate(entries, start=1)
    return ParsedFile(tuple(_row_of(number, entry) for number, entry in numbered), "utf-8", tuple(LABELS))


def merge(row: ParsedRow, base: FaqEntry | None) -> FaqEntry:
    """The entry after the row: columns the file lacks stay as they are in `base`."""
    entry = base or FaqEntry(row.faq_id, "", "", lang=row.lang)
    values = {name: value for name, value in row.values.items() if name in _ENTRY_FIELDS}
    return replace(entry, **values, referral=_referral(row.values, entry.referral))


_ENTRY_FIELDS = frozenset(LABELS) - {"faq_id", "lang", "status", "source_version", *_HANDOFF}


def _row_of(number: int, entry: FaqEntry) -> ParsedRow:
    values: dict[str, Any] = {name: getattr(entry, name) for name in _ENTRY_FIELDS}
    referral = entry.referral
    values["handoff_department"] = referral.department if referral else ""
    values["handoff_phone"] = referral.phone if referral else ""
    if referral:
        values["handoff_reason"] = referral.reason
    return ParsedRow(number, entry.faq_id, entry.lang, values)


def _referral(values: Mapping[str, Any], base: Referral | None) -> Referral | None:
    if not any(name in values for name in _HANDOFF):
        return base
    old = base or Referral("", "")
    new = Referral(
        values.get("handoff_department", old.department),
        values.get("handoff_phone", old.phone),
        values.get("handoff_reason", old.reason),
    )
    return new if new.department or new.phone else None


def _parse_row(
    number: int, cells: tuple[str, ...], fields: tuple[str | None, ...], problems: list[Problem]
) -> ParsedRow:
    if any(cell.strip() for cell in cells[len(fields) :]):
        problems.append(Problem('見出しより列が多くなっています。カンマや引用符（"）を確認してください。', number))
    written = {name: cell for name, cell in zip(fields, cells, strict=False) if name}
    # Spreadsheets leave out empty cells at the end of a row; they are empty, not absent.
    written |= {name: "" for name in fields[len(cells) :] if name}
    values: dict[str, Any] = {}
    for name, cell in written.items():
        if len(cell) > MAX_CELL_CHARS:
            most = f"{len(cell):,}文字。{MAX_CELL_CHARS:,}文字以内"
            problems.append(Problem(f"セルが長すぎます（{most}にしてください）。", number, name))
            continue
        if not cell.strip() and name in _KEPT_WHEN_EMPTY:
            continue
        try:
            values[name] = _READERS.get(name, _text)(cell)
        except ValueError as exc:
            problems.append(Problem(str(exc), number, name))
    faq_id, lang = values.pop("faq_id", ""), values.pop("lang", "ja")
    return ParsedRow(number, faq_id, lang, values, written)


def _text(cell: str) -> str:
    return cell


def _date(cell: str) -> date | None:
    return parse_day(cell) if cell.strip() else None


def _sentences(cell: str) -> tuple[str, ...]:
    return split_items(cell, short=False)


def _words(cell: str) -> tuple[str, ...]:
    return split_items(cell, short=True)


def _choice(name: str) -> Callable[[str], str]:
    def read(cell: str) -> str:
        word = cell.strip()
        chosen = _REVERSED[name].get(word, word.lower())
        if chosen not in _IDS[name]:
            allowed = "、".join(_REVERSED[name])
            raise ValueError(f"「{word[:20]}」は使えません。{allowed} のどれかにしてください。")
        return chosen

    return read


def _number(cell: str) -> int:
    if not cell.strip().isdecimal() or len(cell.strip()) > 6:
        raise ValueError("版の番号は数字で書いてください。")
    return int(cell)


def _facets(cell: str) -> tuple[tuple[str, str], ...]:
    if not cell.strip():
        return ()
    try:
        raw = orjson.loads(cell)
        pairs = list(raw.items()) if isinstance(raw, dict) else [(key, value) for key, value in raw]
    except (ValueError, TypeError):
        raise ValueError('区別は {"本人か代理人か": "代理人"} のようなJSONで書いてください。') from None
    if not all(isinstance(key, str) and isinstance(value, str) for key, value in pairs):
        raise ValueError("区別の項目と値は文字にしてください。")
    return tuple(pairs)


_READERS: dict[str, Callable[[str], Any]] = {
    "faq_id": str.strip,
    "alt_questions": _sentences,
    "tags": _words,
    "related_ids": _words,
    "forms": _sentences,
    "valid_from": _date,
    "valid_to": _date,
    "review_due": _date,
    "visibility": _choice("visibility"),
    "status": _choice("status"),
    "lang": _choice("lang"),
    "facets": _facets,
    "source_version": _number,
    "handoff_reason": str.strip,
}
