"""What two blind reviewers found in random samples, for the figures: one reading of the verdicts for every channel."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, select

from knowledge.faq.periods import Period
from knowledge.store.review_tables import audit_items, audit_samples, audit_verdicts

AuditChannel = Literal["voice", "web"]


@dataclass(frozen=True, slots=True)
class Judged:
    """One audited call or conversation on which the reviewers agree or that was resolved."""

    outcome: str
    verdict: str

    @property
    def right(self) -> bool:
        """Counts for 正答自己解決率: the person said it was solved, and the answer was right."""
        return self.outcome == "confirmed" and self.verdict == "right"


def agreed_verdict(given: Collection[str]) -> str:
    """The verdict of both reviewers, "" while one is missing or they differ."""
    return next(iter(given)) if len(given) == 2 and len(set(given)) == 1 else ""


def judged(conn: Connection, period: Period, channel: AuditChannel) -> list[Judged]:
    """Every decided item of any sample of the channel whose day lies in the period."""
    items, here = audit_items.c, audit_items.c.day.between(period.first, period.last)
    inside = audit_items.join(audit_samples).select()
    wanted = inside.with_only_columns(items.sample_id, items.call_id, items.outcome, items.resolved).where(
        here, audit_samples.c.channel == channel
    )
    opinions: dict[tuple[str, str], list[str]] = {}
    verdicts = audit_verdicts.c
    given = select(verdicts.sample_id, verdicts.call_id, verdicts.verdict).select_from(audit_verdicts.join(audit_items))
    for row in conn.execute(given.where(here)):
        opinions.setdefault((row.sample_id, row.call_id), []).append(row.verdict)
    rows = conn.execute(wanted.order_by(items.day, items.call_id)).all()
    found = [Judged(r.outcome, agreed_verdict(opinions.get((r.sample_id, r.call_id), [])) or r.resolved) for r in rows]
    return [one for one in found if one.verdict]
