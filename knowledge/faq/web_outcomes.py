"""How questions on the public page ended, one outcome a conversation: answered, said to be solved, passed on."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, select

from knowledge.errors import NotFound
from knowledge.faq.periods import Period
from knowledge.privacy.redacted import RedactedText
from knowledge.store.usage_tables import feedback, search_log

OUT_OF_SCOPE = (
    "other_city", "other_department", "individual_case", "complaint", "emergency", "distress", "personal_data",
)  # fmt: skip
"""Reasons of a hand-over that no FAQ could have prevented: listed apart, as in the desk's figures."""
_MAX_TURNS = 50
"""A program may keep one conversation id for ever: what led to its last question is all a reviewer needs."""
_ON_THE_PAGE = and_(search_log.c.kind == "answer", search_log.c.channel == "web")


@dataclass(frozen=True, slots=True)
class WebOutcomes:
    """Conversations in scope by outcome (confirmed · completed · unresolved · handed_over · asked_back), and others."""

    in_scope: dict[str, int]
    out_of_scope: int


@dataclass(frozen=True, slots=True)
class WebTalk:
    """One conversation: its questions in their order, the day of the last one, how it ended."""

    log_ids: tuple[str, ...]
    day: date
    outcome: str
    in_scope: bool

    @property
    def last_id(self) -> str:
        return self.log_ids[-1]


@dataclass(frozen=True, slots=True)
class WebTurn:
    """One question of a conversation with what it was answered with; `said`: the person's last word about it."""

    log_id: str
    at: datetime
    lang: str
    text: RedactedText
    action: str
    reason: str
    confidence: float | None
    faq_id: str
    version: int
    hits: tuple[str, ...]
    said: str


def web_outcomes(conn: Connection, period: Period) -> WebOutcomes:
    talks = web_talks(conn, period)
    counted = Counter(talk.outcome for talk in talks if talk.in_scope)
    return WebOutcomes(dict(counted), sum(1 for talk in talks if not talk.in_scope))


def web_talks(conn: Connection, period: Period) -> list[WebTalk]:
    """A question without a conversation is one by itself; what was said last decides."""
    columns, inside = search_log.c, search_log.c.day.between(period.first, period.last)
    wanted = select(columns.log_id, columns.conversation_id, columns.day, columns.action, columns.reason)
    groups: dict[str, list[Any]] = {}
    for row in conn.execute(wanted.where(_ON_THE_PAGE, inside).order_by(columns.at, columns.log_id)):
        groups.setdefault(row.conversation_id or row.log_id, []).append(row)
    said = _verdicts(conn, inside)
    return [_talk(rows, said) for rows in groups.values()]


def web_turns(conn: Connection, last_id: str) -> list[WebTurn]:
    """The conversation up to the question `last_id`, oldest first. Raises NotFound."""
    columns = search_log.c
    last = conn.execute(select(search_log).where(_ON_THE_PAGE, columns.log_id == last_id)).first()
    if last is None:
        raise NotFound("この質問の記録はありません。保存期間を過ぎて、削除された可能性があります。")
    rows = [last]
    if last.conversation_id:
        same = _ON_THE_PAGE & (columns.conversation_id == last.conversation_id) & (columns.at <= last.at)
        newest = select(search_log).where(same).order_by(columns.at.desc(), columns.log_id.desc())
        rows = list(conn.execute(newest.limit(_MAX_TURNS)))[::-1]
    said = _verdicts(conn, columns.log_id.in_([row.log_id for row in rows]))
    return [_turn(row, said.get(row.log_id, "")) for row in rows]


def _talk(rows: Collection[Any], said: dict[str, str]) -> WebTalk:
    *_, last = rows
    outside = last.action in ("handoff", "refuse") and last.reason in OUT_OF_SCOPE
    return WebTalk(tuple(row.log_id for row in rows), last.day, _outcome(rows, said), not outside)


def _turn(row: Any, said: str) -> WebTurn:
    return WebTurn(
        row.log_id,
        row.at,
        row.lang,
        RedactedText(row.text),
        row.action,
        row.reason,
        row.confidence,
        row.chosen,
        row.version,
        tuple(row.hits.split("｜")) if row.hits else (),
        said,
    )


def _outcome(rows: Iterable[Any], said: dict[str, str]) -> str:
    *_, last = rows
    verdict = next((said[row.log_id] for row in reversed([*rows]) if row.log_id in said), "")
    if last.action != "answer":
        return {"clarify": "asked_back"}.get(last.action, "handed_over")
    return {"resolved": "confirmed", "not_resolved": "unresolved", "wrong": "unresolved"}.get(verdict, "completed")


def _verdicts(conn: Connection, inside: ColumnElement[bool]) -> dict[str, str]:
    """The last verdict on each of these questions."""
    joined = select(feedback.c.log_id, feedback.c.verdict).join(search_log, search_log.c.log_id == feedback.c.log_id)
    wanted = joined.where(inside, feedback.c.verdict != "used")
    return {row.log_id: row.verdict for row in conn.execute(wanted.order_by(feedback.c.at, feedback.c.feedback_id))}
