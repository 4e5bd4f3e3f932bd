"""How questions on the public page ended, one outcome a conversation: answered, said to be solved, passed on."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from knowledge.faq.periods import Period
from knowledge.store.usage_tables import feedback, search_log

OUT_OF_SCOPE = (
    "other_city", "other_department", "individual_case", "complaint", "emergency", "distress", "personal_data",
)  # fmt: skip
"""Reasons of a hand-over that no FAQ could have prevented: listed apart, as in the desk's figures."""


@dataclass(frozen=True, slots=True)
class WebOutcomes:
    """Conversations in scope by outcome (confirmed · completed · unresolved · handed_over · asked_back), and others."""

    in_scope: dict[str, int]
    out_of_scope: int


def web_outcomes(conn: Connection, period: Period) -> WebOutcomes:
    """A question without a conversation is one by itself; what was said last decides."""
    columns = search_log.c
    wanted = select(columns.log_id, columns.conversation_id, columns.action, columns.reason).where(
        columns.kind == "answer", columns.channel == "web", columns.day.between(period.first, period.last)
    )
    groups: dict[str, list[Any]] = {}
    for row in conn.execute(wanted.order_by(columns.at, columns.log_id)):
        groups.setdefault(row.conversation_id or row.log_id, []).append(row)
    said = _verdicts(conn, period)
    counted: Counter[str] = Counter()
    outside = 0
    for rows in groups.values():
        if rows[-1].action in ("handoff", "refuse") and rows[-1].reason in OUT_OF_SCOPE:
            outside += 1
        else:
            counted[_outcome(rows, said)] += 1
    return WebOutcomes(dict(counted), outside)


def _outcome(rows: Iterable[Any], said: dict[str, str]) -> str:
    *_, last = rows
    verdict = next((said[row.log_id] for row in reversed([*rows]) if row.log_id in said), "")
    if last.action != "answer":
        return {"clarify": "asked_back"}.get(last.action, "handed_over")
    return {"resolved": "confirmed", "not_resolved": "unresolved", "wrong": "unresolved"}.get(verdict, "completed")


def _verdicts(conn: Connection, period: Period) -> dict[str, str]:
    """The last verdict on each question asked in the period."""
    joined = select(feedback.c.log_id, feedback.c.verdict).join(search_log, search_log.c.log_id == feedback.c.log_id)
    inside = joined.where(search_log.c.day.between(period.first, period.last), feedback.c.verdict != "used")
    return {row.log_id: row.verdict for row in conn.execute(inside.order_by(feedback.c.at, feedback.c.feedback_id))}
