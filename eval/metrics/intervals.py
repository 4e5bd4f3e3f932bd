"""Rates with their uncertainty: Clopper-Pearson (exact, never too narrow) and Wilson (for display)."""

import math
from collections.abc import Callable
from dataclasses import dataclass

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `total`, and the 95 % confidence interval [low, high] of the true rate. Without cases: 0 in [0, 1]."""

    hits: int
    total: int
    low: float
    high: float

    @property
    def value(self) -> float:
        return self.hits / self.total if self.total else 0.0


def rate(hits: int, total: int) -> Rate:
    """The rate with its Wilson interval."""
    return Rate(hits, total, *wilson(hits, total))


def wilson(hits: int, total: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Wilson score interval."""
    _check(hits, total)
    if total == 0:
        return 0.0, 1.0
    z = normal_quantile(0.5 + confidence / 2)
    p, shrink = hits / total, 1 + z * z / total
    centre = (p + z * z / (2 * total)) / shrink
    half = z / shrink * math.sqrt(p * (1 - p) / total + z * z / (4 * total * total))
    low = 0.0 if hits == 0 else max(0.0, centre - half)
    return low, 1.0 if hits == total else min(1.0, centre + half)


def clopper_pearson(hits: int, total: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Exact two-sided interval."""
    _check(hits, total)
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _solve(lambda p: 1 - binomial_cdf(hits - 1, total, p), tail)
    high = 1.0 if hits == total else upper_bound(hits, total, 1 - tail)
    return low, high


def upper_bound(hits: int, total: int, confidence: float = CONFIDENCE) -> float:
    """One-sided exact upper bound: with this confidence the true rate is not above it."""
    _check(hits, total)
    if hits == total:
        return 1.0
    return _solve(lambda p: -binomial_cdf(hits, total, p), -(1 - confidence))


def binomial_cdf(hits: int, total: int, p: float) -> float:
    """P(X <= hits) for X ~ Binomial(total, p)."""
    if p <= 0 or hits >= total:
        return 1.0
    if p >= 1 or hits < 0:
        return 0.0
    log_p, log_q = math.log(p), math.log1p(-p)
    first = math.lgamma(total + 1)
    terms = (
        math.exp(first - math.lgamma(k + 1) - math.lgamma(total - k + 1) + k * log_p + (total - k) * log_q)
        for k in range(hits + 1)
    )
    return min(1.0, math.fsum(terms))


def normal_quantile(probability: float) -> float:
    """z with P(Z <= z) = probability for a standard normal Z."""
    from statistics import NormalDist

    return NormalDist().inv_cdf(probability)


def _solve(rising: Callable[[float], float], wanted: float) -> float:
    """p in [0, 1] at which a rising function reaches `wanted`."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < wanted else (low, middle)
    return (low + high) / 2


def _check(hits: int, total: int) -> None:
    if not 0 <= hits <= total:
        raise ValueError(f"{hits} of {total} is no rate")
