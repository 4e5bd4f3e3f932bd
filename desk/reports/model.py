"""A report as data: titled tables of cells. Every renderer (page, CSV, Excel) shows exactly this."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from desk.reports.periods import AnyKind

Cell = str | int | float | None
DrillBy = Literal["figure", "day", "month", "category", "group", "channel", "lang", "operator", "faq", "record"]


@dataclass(frozen=True, slots=True)
class Table:
    """`drill`: what leads to the calls behind each row, in order, where there is something; `drill_by` tells of what
    kind these keys are (a kpi_id, a day, a class …)."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    notes: tuple[str, ...] = ()
    drill: tuple[str, ...] = ()
    drill_by: DrillBy = "figure"
    heat: bool = False
    """Cells are counts to be coloured by size."""
    live: bool = False
    """Shows records as they are now; everything else follows from the log up to `last_seq` alone."""


@dataclass(frozen=True, slots=True)
class Report:
    kind: AnyKind
    city: str
    title: str
    first: date
    last: date
    last_seq: int
    query_version: str
    tables: tuple[Table, ...]

    @property
    def footer(self) -> str:
        """Printed below everything: enough to make the same report again."""
        return (
            f"集計の版 {self.query_version}・イベント {self.last_seq} まで・"
            f"期間 {self.first.isoformat()}〜{self.last.isoformat()}（日本時間）"
        )


def cell_text(cell: Cell) -> str:
    """How a cell is written in text forms; nothing to divide by is 「－」."""
    if cell is None:
        return "－"
    return f"{cell:.1f}" if isinstance(cell, float) else str(cell)


def span_text(found: tuple[float, float] | None) -> str:
    """An interval as printed."""
    return f"{found[0]}〜{found[1]}" if found else ""
