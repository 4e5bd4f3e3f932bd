"""The list of bot calls as reviewers look for them: by outcome, confidence, topic, and what deserves a look."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from knowledge.faq.periods import Period
from knowledge.privacy.redacted import RedactedText
from knowledge.store.database import Database
from knowledge.store.review_tables import call_marks
from knowledge.store.voice_tables import voice_calls, voice_turns
from voicebot.domain import Call
from voicebot.rows import call_from

Band = Literal["", "low", "middle", "high", "none"]
LOW, HIGH = 0.6, 0.8
_WORRYING = ("unresolved", "complaint", "emergency", "distress")
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the list is asked for; empty fields do not filter. `faq_ids`: the FAQ of a topic, None for all."""

    period: Period
    outcome: str = ""
    via: str = ""
    band: Band = ""
    faq_ids: Collection[str] | None = None
    flagged: bool = False
    marked: Literal["", "yes", "no"] = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One line: the call, what was asked first, which FAQ answered, the weakest confidence, why to look at it."""

    call: Call
    question: RedactedText
    faq_ids: tuple[str, ...]
    confidence: float | None
    flags: tuple[str, ...]
    verdicts: tuple[str, ...] = field(default=())


class CallList:
    def __init__(self, db: Database) -> None:
        self._db = db

    def page(self, wanted: Wanted, offset: int, limit: int) -> tuple[list[Listed], int]:
        """Newest first, and how many there are in all."""
        condition = _condition(wanted)
        with self._db.read() as conn:
            total: int = conn.execute(select(func.count()).select_from(voice_calls).where(condition)).scalar_one()
            ordered = select(voice_calls).where(condition).order_by(voice_calls.c.started_at.desc())
            rows = conn.execute(ordered.offset(offset).limit(limit)).mappings()
            return _listed(conn, [call_from(dict(row)) for row in rows]), total


def _condition(wanted: Wanted) -> ColumnElement[bool]:
    calls, turns = voice_calls.c, voice_turns.c
    parts: list[ColumnElement[bool]] = [
        calls.started_at >= wanted.period.begins_at,
        calls.started_at < wanted.period.ends_at,
    ]
    if wanted.outcome:
        parts.append(calls.outcome == wanted.outcome)
    if wanted.via:
        parts.append(calls.via == wanted.via)
    if wanted.band:
        parts.append(_in_band(wanted.band))
    if wanted.faq_ids is not None:
        parts.append(calls.call_id.in_(select(turns.call_id).where(turns.faq_id.in_(wanted.faq_ids))))
    if wanted.flagged:
        parts.append(_is_flagged())
    if wanted.marked:
        marked = calls.call_id.in_(select(call_marks.c.call_id))
        parts.append(marked if wanted.marked == "yes" else ~marked)
    if wanted.text:
        said = or_(
            turns.text.contains(wanted.text, autoescape=True), turns.played.contains(wanted.text, autoescape=True)
        )
        parts.append(calls.call_id.in_(select(turns.call_id).where(said)))
    return and_(*parts)


def _in_band(band: Band) -> ColumnElement[bool]:
    """By the weakest answer of the call."""
    turns = voice_turns.c
    weakest = func.min(turns.confidence)
    answered = select(turns.call_id).where(turns.decision == "answer", turns.confidence.is_not(None))
    if band == "none":
        return voice_calls.c.call_id.not_in(answered)
    limits = {"low": weakest < LOW, "middle": and_(weakest >= LOW, weakest < HIGH), "high": weakest >= HIGH}
    return voice_calls.c.call_id.in_(answered.group_by(turns.call_id).having(limits[band]))


def _is_flagged() -> ColumnElement[bool]:
    calls, turns = voice_calls.c, voice_turns.c
    bad_turn = or_(turns.decision == "failed", and_(turns.decision == "answer", turns.confidence < LOW))
    return or_(
        calls.reason.in_(_WORRYING),
        calls.outcome == "interrupted",
        and_(calls.outcome == "abandoned", calls.answered > 0),
        calls.call_id.in_(select(turns.call_id).where(bad_turn)),
        calls.call_id.in_(select(call_marks.c.call_id).where(call_marks.c.verdict != "right")),
    )


def _listed(conn: Connection, calls: Sequence[Call]) -> list[Listed]:
    ids = [call.call_id for call in calls]
    turns: dict[str, list[Any]] = {}
    verdicts: dict[str, list[str]] = {}
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        wanted = select(voice_turns).where(voice_turns.c.call_id.in_(some)).order_by(voice_turns.c.idx)
        for turn in conn.execute(wanted):
            turns.setdefault(turn.call_id, []).append(turn)
        for mark in conn.execute(select(call_marks).where(call_marks.c.call_id.in_(some)).order_by(call_marks.c.idx)):
            verdicts.setdefault(mark.call_id, []).append(mark.verdict)
    return [_line(call, turns.get(call.call_id, []), tuple(verdicts.get(call.call_id, ()))) for call in calls]


def _line(call: Call, turns: Sequence[Any], verdicts: tuple[str, ...]) -> Listed:
    question = next((turn.text for turn in turns if turn.who == "caller" and turn.text), "")
    answers = [turn for turn in turns if turn.who == "caller" and turn.decision == "answer"]
    given = [turn.confidence for turn in answers if turn.confidence is not None]
    weakest = min(given, default=None)
    faq_ids = tuple(dict.fromkeys(turn.faq_id for turn in answers if turn.faq_id))
    failed = any(turn.decision == "failed" for turn in turns)
    return Listed(call, RedactedText(question), faq_ids, weakest, flags_of(call, weakest, failed, verdicts), verdicts)


def flags_of(call: Call, weakest: float | None, failed: bool, verdicts: Sequence[str]) -> tuple[str, ...]:
    """Why somebody should look at the call, in words; the same rules as the filter."""
    reasons = {"unresolved": "解決せず", "complaint": "苦情", "emergency": "緊急", "distress": "心身の危険"}
    flags = [
        reasons.get(call.reason, ""),
        "途切れた通話" if call.outcome == "interrupted" else "",
        "回答後の離脱" if call.outcome == "abandoned" and call.answered else "",
        "確信度が低い回答" if weakest is not None and weakest < LOW else "",
        "回答できない障害" if failed else "",
        "判定に問題あり" if any(verdict != "right" for verdict in verdicts) else "",
    ]
    return tuple(flag for flag in flags if flag)
