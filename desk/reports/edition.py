"""How an earlier version of the query wrote what is written otherwise today: a report that was issued keeps its bytes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from desk.reports.model import Cell, Report, Table
from desk.reports.tables import FIGURES_TITLE, UNIT_COLUMN


@dataclass(frozen=True, slots=True)
class Edition:
    """As it is written now -> as that version wrote it."""

    units: Mapping[str, str]
    definitions: Mapping[str, str]


_EDITIONS: Mapping[str, Edition] = {"4": Edition({"％": "%"}, {"ほかの回線や案内": "他の回線や案内"})}
"""Only versions whose figures are those of today; one with other formulas cannot be made again."""


def as_written_by(version: str, report: Report) -> Report:
    """The report as that version printed it; unchanged where the version wrote as is done today, or is not known."""
    edition = _EDITIONS.get(version)
    if edition is None:
        return report
    tables = tuple(_older(table, edition) if table.title == FIGURES_TITLE else table for table in report.tables)
    return replace(report, query_version=version, tables=tables)


def _older(table: Table, edition: Edition) -> Table:
    rows = tuple(tuple(_unit(place, cell, edition) for place, cell in enumerate(row)) for row in table.rows)
    notes = table.notes
    for now, then in edition.definitions.items():
        notes = tuple(note.replace(now, then) for note in notes)
    return replace(table, rows=rows, notes=notes)


def _unit(place: int, cell: Cell, edition: Edition) -> Cell:
    return edition.units.get(str(cell), cell) if place == UNIT_COLUMN else cell
