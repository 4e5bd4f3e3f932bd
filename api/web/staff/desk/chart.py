"""Charts of a report as plain numbers for an SVG: stacked bars of calls, a line of 応答率 with its target, colours of heat."""

from collections.abc import Sequence
from dataclasses import dataclass

from desk.reports.model import Table

WIDTH, HEIGHT, LEFT, BOTTOM = 760.0, 220.0, 44.0, 24.0
_STEPS = tuple(step * scale for scale in (1, 10, 100, 1_000, 10_000) for step in (1, 2, 3, 4, 5, 8))
_HEAT_LEVELS = 5


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar; `kind` numbers its colour."""

    kind: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    x: float
    width: float
    parts: tuple[Part, ...]
    show_label: bool
    rate_y: float | None


@dataclass(frozen=True, slots=True)
class Chart:
    bars: tuple[Bar, ...]
    names: tuple[str, ...]
    ticks: tuple[tuple[float, str], ...]
    line: str
    """Points of the 応答率."""
    target_y: float
    summary: str


def volume_chart(table: Table, target: float) -> Chart | None:
    """From 日別・月別の入電状況: the last row is the sum and stays out. None without any call."""
    rows = table.rows[:-1]
    if not rows:
        return None
    top = _ceiling(max(_number(row[1]) for row in rows))
    slot = (WIDTH - LEFT) / len(rows)
    every = max(1, round(len(rows) / 12))
    bars = tuple(_bar(place, row, slot, top, place % every == 0) for place, row in enumerate(rows))
    line = " ".join(f"{bar.x + bar.width / 2:.1f},{bar.rate_y:.1f}" for bar in bars if bar.rate_y is not None)
    ticks = tuple((_y(top * share / 4, top), f"{top * share / 4:g}") for share in range(5))
    total = table.rows[-1]
    summary = f"{table.title}。合計{total[1]}件、応答{total[2]}件、応答率{total[-1]}％。数値は下の表にあります。"
    return Chart(bars, tuple(table.header[2:-1]), ticks, line, _y(target, 100), summary)


def heat_level(value: object, table: Table) -> int:
    """0 for nothing, else 1 to 5 by size among the cells that are no sums."""
    inner = [_number(cell) for row in table.rows[:-1] for cell in row[1:-1]]
    most = max(inner, default=0)
    number = _number(value)
    return 0 if most <= 0 or number <= 0 else min(_HEAT_LEVELS, 1 + int((_HEAT_LEVELS - 1) * number / most))


def _bar(place: int, row: Sequence[object], slot: float, top: float, show_label: bool) -> Bar:
    x, width = LEFT + place * slot + slot * 0.15, slot * 0.7
    parts: list[Part] = []
    below = 0.0
    for kind, cell in enumerate(row[2:-1]):
        number = _number(cell)
        if number:
            upper = _y(below + number, top)
            parts.append(Part(kind, upper, _y(below, top) - upper))
            below += number
    rate = row[-1]
    return Bar(
        _short(str(row[0])), x, width, tuple(parts), show_label, _y(rate, 100) if isinstance(rate, float) else None
    )


def _short(label: str) -> str:
    """「2026-11-05（木）」 as 「5」, 「2026年11月」 as 「11月」."""
    return str(int(label[8:10])) if label[4:5] == "-" else label.split("年")[-1]


def _y(value: float, top: float) -> float:
    return round((HEIGHT - BOTTOM) * (1 - value / top) + 4, 1)


def _ceiling(value: float) -> float:
    """A round number at or above `value` that four lines divide well."""
    return float(next((step * 4 for step in _STEPS if step * 4 >= value), value))


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0
