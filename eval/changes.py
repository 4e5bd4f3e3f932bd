"""What differs between two runs, case by case: newly right, newly wrong, newly harmful, and answers whose facts moved."""

from collections.abc import Sequence
from dataclasses import dataclass

from eval.metrics.comparing import Difference, paired_difference
from eval.reference import Moved, answers_of, moved
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
class Changes:
    """Over the cases both runs have."""

    pairs: int
    newly_right: tuple[Change, ...]
    newly_wrong: tuple[Change, ...]
    newly_harmful: tuple[Change, ...]
    moved: tuple[Change, ...]
    """Every case that is answered differently, whether or not that is better."""
    changed_facts: tuple[Moved, ...]
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
        changed_facts=tuple(
            moved(answers_of(c.before for c in pairs), answers_of(c.after for c in pairs), [c.after for c in pairs])
        ),
        self_resolution=_difference(ours, "resolved"),
        harm=_difference(pairs, "harm"),
    )


def _said(row: Row) -> tuple[str, str, str, str]:
    return row.action, row.faq_id, row.outcome, row.answer_sha


def _difference(pairs: Sequence[Change], outcome: str) -> Difference:
    return paired_difference(
        [float(c.before.outcome == outcome) for c in pairs], [float(c.after.outcome == outcome) for c in pairs]
    )
