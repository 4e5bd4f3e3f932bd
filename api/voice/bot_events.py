"""Bot calls as events of the desk and as feedback on the FAQ, so that reports and rankings count them like any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from api.voice.handed import PHONES
from desk.events.model import EventType, Value
from desk.service import Desk
from knowledge.bootstrap import Services
from knowledge.faq.web_outcomes import OUT_OF_SCOPE
from knowledge.store.desk_tables import desk_events
from knowledge.store.voice_tables import voice_calls, voice_turns
from voicebot.counted import NOT_CALLS
from voicebot.domain import Call
from voicebot.rows import call_from

Fact = tuple[EventType, datetime, dict[str, Value]]
_LOOK_BACK = timedelta(days=2)
_MAX_CALLS = 500
_GRADES = {"right": "correct", "wrong": "wrong", "should_hand_over": "wrong", "faq_missing": "partly_wrong"}
_BOT_OUTCOMES = {"callback": "handed_over"}
"""The desk knows no call-back of the bot: a person had to be asked, which is a hand-over."""


@dataclass(frozen=True, slots=True)
class Used:
    """An approved answer that was given in a call."""

    answer_id: str
    faq_id: str
    version: int
    at: datetime


class BotEvents:
    """Each call is told once, in one transaction; the event that the bot ended is the mark."""

    def __init__(self, services: Services, desk: Desk) -> None:
        self._services = services
        self._desk = desk

    def tell(self) -> int:
        """Calls that ended and are not in the log yet; returns how many. Raises Unavailable."""
        fresh = self._fresh(self._services.clock.now() - _LOOK_BACK)
        for call, used in fresh:
            with self._services.db.begin() as conn:
                offered = select(desk_events.c.seq).where(
                    desk_events.c.call_id == call.call_id, desk_events.c.type == "call_offered"
                )
                known = conn.execute(offered.limit(1)).first() is not None
                for kind, at, attributes in _facts(call, used):
                    if not (known and kind == "call_offered"):
                        self._desk.log.append_own(conn, kind, call.call_id, attributes, at)
            self._give_feedback(call, used)
        return len(fresh)

    def audited(self, call_id: str, verdict: str) -> None:
        """Two reviewers agree, or somebody decided."""
        with self._services.db.begin() as conn:
            self._desk.log.append_own(conn, "answer_audited", call_id, {"grade": _GRADES[verdict]})

    def _fresh(self, since: datetime) -> list[tuple[Call, list[Used]]]:
        calls, turns = voice_calls.c, voice_turns.c
        told = select(desk_events.c.call_id).where(desk_events.c.type == "bot_ended")
        ended = calls.outcome.not_in(NOT_CALLS) & (calls.started_at >= since) & calls.call_id.not_in(told)
        with self._services.db.read() as conn:
            rows = conn.execute(select(voice_calls).where(ended).limit(_MAX_CALLS)).mappings()
            found = [call_from(dict(row)) for row in rows]
            given: dict[str, list[Used]] = {call.call_id: [] for call in found}
            answered = select(turns.call_id, turns.answer_id, turns.faq_id, turns.faq_version, turns.at).where(
                turns.call_id.in_(given), turns.who == "caller", turns.decision == "answer", turns.faq_id != ""
            )
            for row in conn.execute(answered.order_by(turns.call_id, turns.idx)):
                given[row.call_id].append(Used(row.answer_id, row.faq_id, row.faq_version, row.at))
        return [(call, given[call.call_id]) for call in found]

    def _give_feedback(self, call: Call, used: Sequence[Used]) -> None:
        log = self._services.usage_log
        for one in used:
            log.record_feedback("used", "voice", one.answer_id, one.faq_id, one.version)
        if call.outcome == "confirmed" and used:
            last = used[-1]
            log.record_feedback("resolved", "voice", last.answer_id, last.faq_id, last.version)


def _facts(call: Call, used: Sequence[Used]) -> list[Fact]:
    """What the desk needs to know of one call, oldest first. `ended` is left to the exchange when people go on."""
    ended_at = call.ended_at or call.started_at
    channel = "phone" if call.via in PHONES else "web"
    outcome = _BOT_OUTCOMES.get(call.outcome, call.outcome)
    given: list[Fact] = [("faq_used", one.at, {"faq_id": one.faq_id, "version": one.version}) for one in used]
    facts: list[Fact] = [
        ("call_offered", call.started_at, {"channel": channel, "direction": "inbound", "lang": call.lang}),
        ("bot_started", call.started_at, {}),
        *given,
        (
            "bot_ended",
            ended_at,
            {"outcome": outcome, "in_scope": call.reason not in OUT_OF_SCOPE, "turns": call.turns},
        ),
    ]
    if outcome != "handed_over" or channel == "web":
        facts.append(("ended", ended_at, {}))
    return facts
