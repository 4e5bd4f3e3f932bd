"""What many sheets say together: the mean score, how often each item is missed, how far person and machine agree. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from desk.kpi.figure import wilson
from desk.quality.model import ItemMark, ScoredCall
from desk.reports.model import span_text
from knowledge.kappa import kappa


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
    """`mean_points` over the `scored` calls that have a score."""

    calls: int
    scored: int
    reviewed: int
    mean_points: float | None
    items: tuple[ItemFigures, ...]
    """The most often missed first."""
    overall: ItemFigures


def quality_figures(calls: Sequence[ScoredCall]) -> QualityFigures:
    found = [call.points for call in calls if call.points is not None]
    marks = [one for call in calls for one in call.marks]
    titles = {one.item_id: one.title for one in reversed(marks)}
    by_item = [_figures(item, title, [one for one in marks if one.item_id == item]) for item, title in titles.items()]
    return QualityFigures(
        len(calls),
        len(found),
        sum(call.reviewed_at is not None for call in calls),
        round(mean(found), 1) if found else None,
        tuple(sorted(by_item, key=lambda one: (-(one.missed_percent or 0), -one.applied, one.item_id))),
        _figures("", "全項目", marks),
    )


def _figures(item_id: str, title: str, marks: Sequence[ItemMark]) -> ItemFigures:
    pairs = [(one.machine, one.person) for one in marks if one.person is not None]
    labels = {label for pair in pairs for label in pair}
    return ItemFigures(
        item_id,
        title,
        sum(one.mark != "none" for one in marks),
        sum(one.mark == "missed" for one in marks),
        len(pairs),
        sum(machine == person for machine, person in pairs),
        round(kappa([one for one, _ in pairs], [other for _, other in pairs]), 2) if len(labels) > 1 else None,
    )
