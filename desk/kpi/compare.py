"""Two periods compared: 入電削減率 with the renewal wave taken out, calls a day, rates; a difference is only called one
when its 95 % interval leaves out zero."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from statistics import fmean, variance
from typing import Literal

from desk.kpi.figure import Z95, percent, rounded, score_bounds

Verdict = Literal["more", "less", "no_difference", "too_little"]
MIN_DAYS = 5
"""Fewer days than this on one side say nothing about how much days differ."""

REDUCTION_FORMULA = (
    "入電削減率 ＝（基準期の入電 － 当期の入電）÷ 基準期の入電。"
    "交付・更新の件数があるときは、交付・更新1件あたりの入電で比べます"
)


@dataclass(frozen=True, slots=True)
class Reduction:
    """Percent; negative when calls grew. `per_procedure` is None without the numbers of procedures."""

    plain: float | None
    per_procedure: float | None


def reduction(before: int, now: int, procedures_before: int = 0, procedures_now: int = 0) -> Reduction:
    """`procedures_*`: cards and certificates issued or renewed in the same periods."""
    if before <= 0:
        return Reduction(None, None)
    plain = rounded(Decimal(before - now) * 100 / before)
    if procedures_before <= 0 or procedures_now <= 0:
        return Reduction(plain, None)
    old, new = Decimal(before) / procedures_before, Decimal(now) / procedures_now
    return Reduction(plain, rounded((old - new) * 100 / old))


@dataclass(frozen=True, slots=True)
class Rate:
    """Hits among n."""

    hits: int
    n: int

    @property
    def percent(self) -> float | None:
        return percent(self.hits, self.n)


@dataclass(frozen=True, slots=True)
class Difference:
    """Now minus before, and its 95 % confidence interval; None where there is too little to compare."""

    value: float | None
    interval: tuple[float, float] | None
    verdict: Verdict


TOO_LITTLE = Difference(None, None, "too_little")


def rate_difference(before: Rate, now: Rate) -> Difference:
    """In percentage points; Newcombe's interval from the two score intervals."""
    if not before.n or not now.n:
        return TOO_LITTLE
    old, new = before.hits / before.n, now.hits / now.n
    (old_low, old_high), (new_low, new_high) = score_bounds(before.hits, before.n), score_bounds(now.hits, now.n)
    low = new - old - sqrt((new - new_low) ** 2 + (old_high - old) ** 2)
    high = new - old + sqrt((new_high - new) ** 2 + (old - old_low) ** 2)
    return _difference((new - old) * 100, low * 100, high * 100)


def daily_difference(before: Sequence[int], now: Sequence[int]) -> Difference:
    """Of the means of a number counted on each day (Welch): days differ far more than single calls would."""
    if min(len(before), len(now)) < MIN_DAYS:
        return TOO_LITTLE
    old, new = variance(before) / len(before), variance(now) / len(now)
    gap, error = fmean(now) - fmean(before), sqrt(old + new)
    reach = _t95(_freedom(old, len(before), new, len(now))) * error if error else 0.0
    return _difference(gap, gap - reach, gap + reach)


def _difference(value: float, low: float, high: float) -> Difference:
    verdict: Verdict = "more" if low > 0 else "less" if high < 0 else "no_difference"
    shown = [rounded(Decimal(str(one))) for one in (value, low, high)]
    return Difference(shown[0], (shown[1], shown[2]), verdict)


def _freedom(old: float, days_before: int, new: float, days_now: int) -> float:
    return (old + new) ** 2 / (old**2 / (days_before - 1) + new**2 / (days_now - 1))


def _t95(freedom: float) -> float:
    """Two-sided 95 % of Student's t by the expansion around the normal value: within 0.01 from 4 degrees on."""
    z = Z95
    first = (z**3 + z) / 4
    second = (5 * z**5 + 16 * z**3 + 3 * z) / 96
    third = (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384
    return z + first / freedom + second / freedom**2 + third / freedom**3
