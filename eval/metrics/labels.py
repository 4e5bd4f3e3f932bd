"""Precision, recall and F1: of labels per class (categories, tags, alerts) and of spans (personal data)."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.metrics.intervals import Rate, rate

Span = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class LabelFigures:
    """Of one label: how much of what was found is right, and how much of what is there was found."""

    precision: Rate
    recall: Rate

    @property
    def f1(self) -> float:
        p, r = self.precision.value, self.recall.value
        return 2 * p * r / (p + r) if p + r else 0.0


def label_figures(gold: Sequence[Iterable[str]], found: Sequence[Iterable[str]]) -> dict[str, LabelFigures]:
    """By label; every item may carry several labels. Raises ValueError for unequal lengths."""
    right: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for expected, actual in zip(gold, found, strict=True):
        one, two = set(expected), set(actual)
        wanted.update(one)
        given.update(two)
        right.update(one & two)
    return _figures(right, right, wanted, given)


def span_figures(gold: Sequence[Sequence[Span]], found: Sequence[Sequence[Span]]) -> dict[str, LabelFigures]:
    """By kind, and under "" for all kinds together ("was it hidden at all": the kind does not matter there).

    A gold span counts as found when a span of the kind covers it wholly; a found span is right when it touches a gold
    span of the kind.
    """
    covered: Counter[str] = Counter()
    touching: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    given: Counter[str] = Counter()
    for expected, actual in zip(gold, found, strict=True):
        for span in expected:
            for kind in (span[2], ""):
                wanted[kind] += 1
                covered[kind] += any(_covers(other, span, kind) for other in actual)
        for span in actual:
            for kind in (span[2], ""):
                given[kind] += 1
                touching[kind] += any(_touches(other, span, kind) for other in expected)
    return _figures(touching, covered, wanted, given)


def _figures(
    precise: Counter[str], recalled: Counter[str], wanted: Counter[str], given: Counter[str]
) -> dict[str, LabelFigures]:
    return {
        label: LabelFigures(rate(precise[label], given[label]), rate(recalled[label], wanted[label]))
        for label in sorted(set(wanted) | set(given))
    }


def _covers(outer: Span, inner: Span, kind: str) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1] and (not kind or outer[2] == kind)


def _touches(a: Span, b: Span, kind: str) -> bool:
    return a[0] < b[1] and b[0] < a[1] and (not kind or a[2] == kind)
