"""What differs between two runs, case by case: newly right, newly wrong, newly harmful, and answers whose facts moved."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.metrics.comparing import Difference, paired_difference
from eval.metrics.mismatch import Mismatch, mismatches
from eval.rows import Row


@dataclass(frozen=True, slots=True)
class Change:
    """One case whose outcome, FAQ or action is not what it was."""

    before: Row
    after: Row

    @property
    def case_id(self) -> str:
        return self.after.case_id


@dataclass(frozen=True, slots=True)
class ChangedFacts:
    """One FAQ that says something else than before in fees, dates, periods, ages, numbers or yes and no."""

    faq_id: str
    before: str
    after: str
    found: tuple[Mismatch, ...]
    case_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """Over the cases both runs have."""

    pairs: int
    newly_right: tuple[Change, ...]
    newly_wrong: tuple[Change, ...]
    newly_harmful: tuple[Change, ...]
    moved: tuple[Change, ...]
    """Every case that is answered differently, whether or not that is better."""
    changed_facts: tuple[ChangedFacts, ...]
    self_resolution: Difference
    harm: Difference


def changes(before: Sequence[Row], after: Sequence[Row]) -> Changes:
    old = {r.case_id: r for r in before}
    pairs = [Change(old[r.case_id], r) for r in after if r.case_id in old]
    ours = [c for c in pairs if c.after.answerable and c.before.answerable]
    return Changes(
        pairs=len(pairs),
        newly_right=tuple(c for c in pairs if c.after.right and not c.before.right),
        newly_wrong=tuple(c for c in pairs if c.before.right and not c.after.right),
        newly_harmful=tuple(c for c in pairs if c.after.outcome == "harm" and c.before.outcome != "harm"),
        moved=tuple(c for c in pairs if _said(c.before) != _said(c.after)),
        changed_facts=tuple(_changed_facts(pairs)),
        self_resolution=_difference(ours, "resolved"),
        harm=_difference(pairs, "harm"),
    )


def _said(row: Row) -> tuple[str, str, str, str]:
    return row.action, row.faq_id, row.outcome, row.answer_sha


def _difference(pairs: Sequence[Change], outcome: str) -> Difference:
    return paired_difference(
        [float(c.before.outcome == outcome) for c in pairs], [float(c.after.outcome == outcome) for c in pairs]
    )


def _changed_facts(pairs: Sequence[Change]) -> list[ChangedFacts]:
    """Each FAQ's text in both runs, whichever cases it was given in."""
    texts: dict[tuple[str, str], tuple[str, str, list[str]]] = {}
    told = {(c.before.faq_id, c.before.lang): c.before.answer for c in pairs if c.before.answer}
    for change in pairs:
        row = change.after
        key = (row.faq_id, row.lang)
        if row.answer and key in told and told[key] != row.answer:
            texts.setdefault(key, (told[key], row.answer, []))[2].append(row.case_id)
    return [
        ChangedFacts(faq_id, before, after, tuple(found), tuple(ids))
        for (faq_id, _), (before, after, ids) in sorted(texts.items())
        if (found := mismatches(before, after))
    ]
