"""`Figure`: one number of a report with its formula, its n and the calls behind it. Exact arithmetic, so that a recount
gives the same digits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from math import sqrt
from typing import Literal

from desk.kpi.call import Call

Unit = Literal["件", "%", "秒", "回"]
Z95 = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` is None when nothing was there to divide by. `numerator` and `denominator` are call ids."""

    kpi_id: str
    label: str
    formula: str
    unit: Unit
    """For programs; people read `unit_shown`."""
    value: float | None
    n: int
    numerator: tuple[str, ...] = ()
    denominator: tuple[str, ...] = ()
    interval: tuple[float, float] | None = None
    """95 % confidence interval of a rate, in percent."""
    note: str = ""

    @property
    def shown(self) -> str:
        """As printed, unit included."""
        if self.value is None:
            return "－"
        digits = f"{self.value:,.1f}" if self.unit in ("%", "秒") else f"{self.value:,.0f}"
        return f"{digits}{self.unit_shown}"

    @property
    def unit_shown(self) -> str:
        return "％" if self.unit == "%" else self.unit


def count(kpi_id: str, label: str, formula: str, calls: Iterable[Call], unit: Unit = "件") -> Figure:
    ids = tuple(call.call_id for call in calls)
    return Figure(kpi_id, label, formula, unit, float(len(ids)), len(ids), ids, ids)


def rate(
    kpi_id: str,
    label: str,
    formula: str,
    hits: Sequence[Call],
    base: Sequence[Call],
    with_interval: bool = False,
    note: str = "",
) -> Figure:
    """Percent of `base` that are in `hits` (a subset of it)."""
    value = percent(len(hits), len(base))
    interval = wilson(len(hits), len(base)) if with_interval and base else None
    top, bottom = tuple(call.call_id for call in hits), tuple(call.call_id for call in base)
    return Figure(kpi_id, label, formula, "%", value, len(base), top, bottom, interval, note)


def mean(kpi_id: str, label: str, formula: str, pairs: Sequence[tuple[Call, float | None]], note: str = "") -> Figure:
    """Average seconds over the calls that have a value."""
    known = [(call, secs) for call, secs in pairs if secs is not None]
    ids = tuple(call.call_id for call, _ in known)
    value = rounded(exact_sum(secs for _, secs in known) / len(known)) if known else None
    return Figure(kpi_id, label, formula, "秒", value, len(known), ids, ids, note=note)


def exact_sum(values: Iterable[float]) -> Decimal:
    """Sum of seconds without binary rounding: the order of the calls cannot change the result."""
    return sum((Decimal(str(value)) for value in values), Decimal(0))


def percent(part: int, whole: int) -> float | None:
    """Part of whole in percent to one digit, half up; None of nothing."""
    return rounded(Decimal(part) * 100 / Decimal(whole)) if whole else None


def rounded(value: Decimal) -> float:
    """One digit after the point, half up, as people round."""
    return float(value.quantize(Decimal("0.1"), ROUND_HALF_UP))


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 % score interval of hits / n in percent."""
    low, high = score_bounds(hits, n)
    return (rounded(Decimal(str(low * 100))), rounded(Decimal(str(high * 100))))


def score_bounds(hits: int, n: int) -> tuple[float, float]:
    """The same as shares, not rounded."""
    share = hits / n
    centre = share + Z95 * Z95 / (2 * n)
    spread = Z95 * sqrt(share * (1 - share) / n + Z95 * Z95 / (4 * n * n))
    scale = 1 + Z95 * Z95 / n
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
