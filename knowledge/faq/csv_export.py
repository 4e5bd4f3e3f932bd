"""FAQ to CSV: UTF-8 with BOM and CRLF for Excel, plain UTF-8 for programs, CP932 for old office tools."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import orjson

from knowledge.domain import FaqEntry
from knowledge.errors import Problem
from knowledge.faq.cp932 import image, unwritable
from knowledge.faq.csv_guard import guarded
from knowledge.faq.labels import LABELS
from knowledge.faq.records import FaqRecord
from knowledge.faq.xlsx import write_xlsx

ExportEncoding = Literal["utf-8-bom", "utf-8", "cp932", "xlsx"]
Header = Literal["id", "label"]
_CODECS = {"utf-8-bom": "utf-8-sig", "utf-8": "utf-8", "cp932": "cp932"}


@dataclass(frozen=True, slots=True)
class Exported:
    """The file, and for CP932 every character it could not hold: row, column, which (written as 〓)."""

    data: bytes
    problems: tuple[Problem, ...] = ()


def export_records(
    records: Iterable[FaqRecord], encoding: ExportEncoding = "utf-8-bom", header: Header = "id"
) -> Exported:
    """One row per working copy, in the given order."""
    names = list(LABELS) if header == "id" else list(LABELS.values())
    rows = [cells_of(record.entry, record.source_version) for record in records]
    if encoding == "xlsx":
        return Exported(write_xlsx(names, [[row[name] for name in LABELS] for row in rows]))
    problems: list[Problem] = []
    if encoding == "cp932":
        problems = [problem for number, row in enumerate(rows, start=2) for problem in _lost(number, row)]
        rows = [{name: image(cell) for name, cell in row.items()} for row in rows]
    return Exported(_write(names, rows).encode(_CODECS[encoding]), tuple(problems))


def cells_of(entry: FaqEntry, source_version: int = 0) -> dict[str, str]:
    """Every column of the entry as text, by column id."""
    referral = entry.referral
    texts = {name: getattr(entry, name, "") for name in LABELS}
    return {
        **{name: value if isinstance(value, str) else "" for name, value in texts.items()},
        "alt_questions": "\n".join(entry.alt_questions),
        "tags": "｜".join(entry.tags),
        "related_ids": "｜".join(entry.related_ids),
        "forms": "\n".join(entry.forms),
        "valid_from": entry.valid_from.isoformat() if entry.valid_from else "",
        "valid_to": entry.valid_to.isoformat() if entry.valid_to else "",
        "review_due": entry.review_due.isoformat() if entry.review_due else "",
        "facets": _facets(entry.facets),
        "handoff_department": referral.department if referral else "",
        "handoff_phone": referral.phone if referral else "",
        "handoff_reason": referral.reason if referral else "",
        "source_version": str(source_version) if source_version else "",
    }


def _facets(facets: Sequence[tuple[str, str]]) -> str:
    if not facets:
        return ""
    by_name = dict(facets)
    return orjson.dumps(by_name if len(by_name) == len(facets) else facets).decode()


def _lost(number: int, row: dict[str, str]) -> list[Problem]:
    return [
        Problem(f"CP932 で書けない文字「{char}」（U+{ord(char):04X}）を〓に置き換えました。", number, name)
        for name, cell in row.items()
        for char in unwritable(cell)
    ]


def _write(names: Sequence[str], rows: Iterable[dict[str, str]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([guarded(row[name]) for name in LABELS] for row in rows)
    return out.getvalue()
