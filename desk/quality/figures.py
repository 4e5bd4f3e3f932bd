"""What many sheets say together: the mean score, how often each item is missed, how far person and machine agree. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from desk.kpi.compare import Rate
from desk.kpi.figure import rounded, wilson
from desk.quality.model import Mark
from desk.reports.model import span_text
from knowledge.kappa import kappa_of


@dataclass(frozen=True, slots=True)
class MarkCount:
    """How often an item got this mark of the machine and that of a person (None: nobody judged). `newest`: of these calls."""

    item_id: str
    title: str
    machine: Mark
    person: Mark | None
    number: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class SheetCounts:
    """Counted sheets. `scores`: (weight met, weight that applies) of each sheet with how many have it; `corrected`: sheets
    where a person gave an item another mark than the machine."""

    calls: int
    reviewed: int
    corrected: int
    scores: Mapping[tuple[int, int], int]
    marks: Sequence[MarkCount]


@dataclass(frozen=True, slots=True)
class ItemFigures:
    """`applied` and `missed` count what counts (a person's word before the machine's); `judged` and `agreed` only where a
    person marked the item."""

    item_id: str
    title: str
    applied: int
    missed: int
    judged: int
    agreed: int
    kappa: float | None
    """None where nobody judged, or both only ever gave one and the same mark: chance alone would agree as well."""

    @property
    def missed_percent(self) -> float | None:
        return round(100 * self.missed / self.applied, 1) if self.applied else None

    @property
    def agreed_percent(self) -> float | None:
        return round(100 * self.agreed / self.judged, 1) if self.judged else None

    @property
    def interval(self) -> str:
        """95 % of the agreement, in percent."""
        return span_text(wilson(self.agreed, self.judged) if self.judged else None)


@dataclass(frozen=True, slots=True)
class QualityFigures:
    """`mean_points` over the `scored` calls that have a score; `corrected` of the reviewed ones."""

    calls: int
    scored: int
    reviewed: Rate
    corrected: Rate
    mean_points: float | None
    items: tuple[ItemFigures, ...]
    """The most often missed first."""
    overall: ItemFigures


def quality_figures(counts: SheetCounts) -> QualityFigures:
    """Exact: the order of the sheets changes nothing."""
    applied = {pair: number for pair, number in counts.scores.items() if pair[1]}
    scored = sum(applied.values())
    total = sum((number * Fraction(100 * met, whole) for (met, whole), number in applied.items()), Fraction(0))
    # The newest words an item was marked under are the ones people know it by.
    titles = {one.item_id: one.title for one in sorted(counts.marks, key=lambda one: (one.newest, one.title))}
    by_item = [_figures(item, titles[item], [one for one in counts.marks if one.item_id == item]) for item in titles]
    return QualityFigures(
        counts.calls,
        scored,
        Rate(counts.reviewed, counts.calls),
        Rate(counts.corrected, counts.reviewed),
        rounded(Decimal(total.numerator) / total.denominator / scored) if scored else None,
        tuple(sorted(by_item, key=lambda one: (-(one.missed_percent or 0), -one.applied, one.item_id))),
        _figures("", "全項目", counts.marks),
    )


def _figures(item_id: str, title: str, marks: Sequence[MarkCount]) -> ItemFigures:
    effective: Counter[Mark] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for one in marks:
        effective[one.person or one.machine] += one.number
        if one.person is not None:
            pairs[one.machine, one.person] += one.number
    labels = {label for pair in pairs for label in pair}
    return ItemFigures(
        item_id,
        title,
        effective.total() - effective["none"],
        effective["missed"],
        pairs.total(),
        sum(number for (machine, person), number in pairs.items() if machine == person),
        round(kappa_of(pairs), 2) if len(labels) > 1 else None,
    )
