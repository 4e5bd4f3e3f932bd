"""Answering only when sure: risk-coverage curve, its area, calibration error, and the threshold for a wanted risk."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from eval.metrics.intervals import Rate, clopper_pearson, upper_bound


@dataclass(frozen=True, slots=True)
class Judgement:
    """How sure the system was, in [0, 1], and whether its best answer was right."""

    confidence: float
    right: bool


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """Answering at or above `threshold` covers this share of the questions with this error among the answered."""

    threshold: float
    coverage: float
    risk: float


def risk_coverage(items: Sequence[Judgement]) -> list[CurvePoint]:
    """One point per distinct confidence, most confident first; equal confidences enter together."""
    points, answered, wrong = [], 0, 0
    ordered = sorted(items, key=lambda j: -j.confidence)
    for confidence, group in groupby(ordered, key=lambda j: j.confidence):
        for item in group:
            answered += 1
            wrong += not item.right
        points.append(CurvePoint(confidence, answered / len(items), wrong / answered))
    return points


def aurc(items: Sequence[Judgement]) -> float:
    """Area under the risk-coverage curve: mean risk over all coverages 1/n … n/n. Ties count with their mean order."""
    total, answered, wrong = 0.0, 0, 0.0
    ordered = sorted(items, key=lambda j: -j.confidence)
    for _, tied in groupby(ordered, key=lambda j: j.confidence):
        group = list(tied)
        share = sum(not j.right for j in group) / len(group)
        for _ in group:
            answered += 1
            wrong += share
            total += wrong / answered
    return total / len(items) if items else 0.0


@dataclass(frozen=True, slots=True)
class Bin:
    """Questions with confidence in [low, high): how sure the system was on average and how often it was right."""

    low: float
    high: float
    count: int
    confidence: float
    accuracy: float


def reliability(items: Sequence[Judgement], bins: int = 10) -> list[Bin]:
    """Equal-width bins, empty ones left out."""
    groups: list[list[Judgement]] = [[] for _ in range(bins)]
    for item in items:
        groups[min(bins - 1, int(item.confidence * bins))].append(item)
    return [
        Bin(
            number / bins,
            (number + 1) / bins,
            len(group),
            sum(j.confidence for j in group) / len(group),
            sum(j.right for j in group) / len(group),
        )
        for number, group in enumerate(groups)
        if group
    ]


def ece(items: Sequence[Judgement], bins: int = 10) -> float:
    """Expected calibration error: mean |confidence - accuracy| over the bins, weighted by their size."""
    if not items:
        return 0.0
    return sum(b.count * abs(b.confidence - b.accuracy) for b in reliability(items, bins)) / len(items)


def brier(items: Sequence[Judgement]) -> float:
    """Mean squared difference between confidence and truth."""
    if not items:
        return 0.0
    return sum((j.confidence - j.right) ** 2 for j in items) / len(items)


@dataclass(frozen=True, slots=True)
class Threshold:
    """Answer at or above `at`. `risk_bound` is the Clopper-Pearson upper bound of the error among the answered."""

    at: float
    answered: int
    wrong: int
    risk_bound: float


def choose_threshold(items: Sequence[Judgement], target: float, confidence: float = 0.95) -> Threshold | None:
    """Lowest threshold whose error among the answered is, with `confidence`, at most `target`; None when no
    threshold can be vouched for. Choose on the calibration split only and report with `at_threshold` on test."""
    best: Threshold | None = None
    answered = wrong = 0
    for level, group in groupby(sorted(items, key=lambda j: -j.confidence), key=lambda j: j.confidence):
        for item in group:
            answered += 1
            wrong += not item.right
        bound = upper_bound(wrong, answered, confidence)
        if bound <= target:
            best = Threshold(level, answered, wrong, bound)
    return best


@dataclass(frozen=True, slots=True)
class AtThreshold:
    """What a threshold chosen elsewhere does here; the interval of the risk is exact."""

    coverage: float
    risk: Rate


def at_threshold(items: Sequence[Judgement], threshold: float) -> AtThreshold:
    answered = [j for j in items if j.confidence >= threshold]
    wrong = sum(not j.right for j in answered)
    low, high = clopper_pearson(wrong, len(answered)) if answered else (0.0, 1.0)
    return AtThreshold(len(answered) / len(items) if items else 0.0, Rate(wrong, len(answered), low, high))
