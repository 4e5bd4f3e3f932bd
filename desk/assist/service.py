"""`AssistDesk`: sessions of operators on the phone. What is heard is redacted before anything else happens to it."""

import json
from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Literal
from uuid import uuid4

from sqlalchemy import Connection, func, insert, select, update

from desk.assist.model import SHOWN, AssistState, Heard, Prefill, Segment, Suggestion, Summary
from desk.assist.stable import stable_merge
from desk.assist.summary import summarise
from desk.events.log import EventLog, events_of_call
from desk.events.model import Value
from desk.kpi.build import build_call
from desk.records import rows
from desk.records.lifecycle import CLOSED
from desk.records.model import RecordContent
from desk.records.service import RecordService
from knowledge.domain import Answer, FaqEntry, Question
from knowledge.errors import Conflict, InvalidInput, NotFound, TooMany, Unavailable
from knowledge.ports import Answering, Clock, Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_records, desk_transcripts
from knowledge.text.features import words
from knowledge.text.normalise import clean
from knowledge.text.tokens import Tokenizer

MAX_SEGMENT_CHARS = 2_000
MAX_SESSION_CHARS = 100_000
MAX_SESSIONS = 500
_IDLE = timedelta(hours=2)
_FLOOD_WINDOW = timedelta(seconds=10)
_FLOOD_SEGMENTS = 60
_ENOUGH_WORDS = 2
MarkKind = Literal["faq_viewed", "faq_used", "faq_unused", "faq_wrong"]
_MARKS: dict[MarkKind, Literal["", "opened", "used", "wrong"]] = {
    "faq_viewed": "opened",
    "faq_used": "used",
    "faq_unused": "opened",
    "faq_wrong": "wrong",
}


@dataclass
class _Session:
    """Mutable, behind its own lock."""

    state: AssistState
    touched_at: datetime
    chars: int = 0
    offered: set[str] = field(default_factory=set)
    recent: deque[datetime] = field(default_factory=deque)
    lock: Lock = field(default_factory=Lock)


@dataclass(frozen=True, slots=True)
class AssistParts:
    db: Database
    clock: Clock
    redactor: Redactor
    tokenizer: Tokenizer
    log: EventLog
    records: RecordService
    answering: Answering | None
    categories: frozenset[str] = frozenset()
    spoken: Callable[[FaqEntry], str] = lambda entry: entry.answer_voice or entry.answer


class AssistDesk:
    """Thread-safe; a session belongs to the operator who started it."""

    def __init__(self, parts: AssistParts) -> None:
        self._parts = parts
        self._sessions: OrderedDict[str, _Session] = OrderedDict()
        self._lock = Lock()

    def start(self, call_id: str, operator: str) -> AssistState:
        """Open the desk for a call; an empty `call_id` is a call the exchange does not know (typed, demo)."""
        parts = self._parts
        with parts.db.begin() as conn:
            chosen = call_id or f"desk-{uuid4().hex}"
            record = rows.find_by_call(conn, chosen)
            if record is None:
                parts.log.append_own(conn, "call_offered", chosen, {"channel": "phone", "in_hours": True})
                given: dict[str, Value] = {"operator": operator} if operator.isascii() else {}
                parts.log.append_own(conn, "answered", chosen, given)
                record = rows.find_by_call(conn, chosen)
            assert record is not None
            if record.status in CLOSED:
                raise Conflict("この通話の記録は完了しています。")
            segments = _transcript(conn, chosen)
        state = AssistState(uuid4().hex, chosen, record.record_id, operator, segments, ())
        self._remember(_Session(state, parts.clock.now()))
        return state

    def hear(self, session_id: str, heard: Heard, operator: str) -> AssistState:
        """One piece of speech. Interim pieces change nothing; final ones are kept and may change the suggestions.
        Raises NotFound, InvalidInput for an oversized piece, TooMany for a flood."""
        if len(heard.text) > MAX_SEGMENT_CHARS:
            raise InvalidInput(f"一度に送信できるのは{MAX_SEGMENT_CHARS:,}文字までです。文ごとに送信してください。")
        session = self._session(session_id, operator)
        with session.lock:
            self._check_flood(session)
            text = clean(heard.text).strip()
            if not heard.final or not text:
                return session.state
            if session.chars + len(text) > MAX_SESSION_CHARS:
                session.state = replace(session.state, notes=_noted(session.state, "transcript_full"))
                return session.state
            redacted = self._parts.redactor.redact(text)
            segment = Segment(heard.speaker, redacted.text, heard.start_ms, heard.end_ms, heard.confidence)
            self._keep(session, segment)
            if heard.speaker == "citizen":
                self._suggest(session, redacted.kinds)
            return session.state

    def mark(self, session_id: str, faq_id: str, kind: MarkKind, operator: str) -> AssistState:
        """Opened, used, not used after all, wrong. Raises NotFound for an FAQ that is not on offer."""
        session = self._session(session_id, operator)
        with session.lock:
            shown = session.state.suggestions
            chosen = next((one for one in shown if one.faq_id == faq_id), None)
            if chosen is None:
                raise NotFound("このFAQは候補に表示されていません。検索から選んでください。")
            with self._parts.db.begin() as conn:
                self._parts.records.mark_call(conn, session.state.call_id, kind, faq_id, chosen.version, operator)
            marked = tuple(replace(one, mark=_MARKS[kind]) if one.faq_id == faq_id else one for one in shown)
            session.state = replace(session.state, suggestions=marked)
            return session.state

    def pin(self, session_id: str, entry: FaqEntry, operator: str) -> AssistState:
        """Put an FAQ the operator found by searching in the first place."""
        session = self._session(session_id, operator)
        with session.lock:
            rest = [one for one in session.state.suggestions if one.faq_id != entry.faq_id]
            pinned = replace(self._offer(entry, 1.0), mark="opened")
            with self._parts.db.begin() as conn:
                self._parts.records.mark_call(
                    conn, session.state.call_id, "faq_viewed", entry.faq_id, entry.version, operator
                )
            session.state = replace(session.state, suggestions=(pinned, *rest)[:SHOWN])
            return session.state

    def state(self, session_id: str, operator: str) -> AssistState:
        return self._session(session_id, operator).state

    def finish(self, session_id: str, operator: str) -> Prefill:
        """The call is over: the draft of the record, kept so that what the operator changes in it can be measured."""
        session = self._session(session_id, operator)
        with session.lock:
            state = session.state
            with self._parts.db.begin() as conn:
                record = rows.require(conn, state.record_id)
                call = build_call(state.call_id, events_of_call(conn, state.call_id))
                used = [one for one in state.suggestions if one.mark == "used"]
                content = self._draft(summarise(state.transcript, used, call), used, record.content)
                draft = {name: str(getattr(content, name)) for name in ("inquiry", "answer", "action", "remaining")}
                text = json.dumps(draft, ensure_ascii=False, sort_keys=True)
                mine = desk_records.c.record_id == state.record_id
                conn.execute(update(desk_records).where(mine).values(prefilled=text))
                if call.ended_at is None and state.call_id.startswith("desk-"):
                    self._parts.log.append_own(conn, "ended", state.call_id)
                revision = rows.require(conn, state.record_id).revision
        with self._lock:
            self._sessions.pop(session_id, None)
        return Prefill(state.record_id, revision, content)

    def transcript(self, call_id: str) -> tuple[Segment, ...]:
        with self._parts.db.read() as conn:
            return _transcript(conn, call_id)

    def open_sessions(self) -> int:
        return len(self._sessions)

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _suggest(self, session: _Session, kinds: frozenset[str]) -> None:
        text = self._query(session.state)
        if not text:
            return
        try:
            if self._parts.answering is None:
                raise Unavailable("検索は使えません。")
            answer = self._parts.answering.answer(
                Question(text, "operator", conversation_id=session.state.session_id, had_personal_data=kinds)
            )
        except Unavailable:
            session.state = replace(session.state, notes=_noted(session.state, "search_unavailable"))
            return
        self._show(session, answer)

    def _query(self, state: AssistState) -> RedactedText:
        """What the citizen said last; a short piece is read together with the one before it."""
        said = [one.text for one in state.transcript if one.speaker == "citizen"]
        last = said[-1]
        content = words(self._parts.tokenizer.query_morphs(last), light=False)
        if not content:
            return RedactedText("")
        if len(content) >= _ENOUGH_WORDS or len(said) < 2:
            return last
        return self._parts.redactor.redact(f"{said[-2]}\n{last}").text

    def _show(self, session: _Session, answer: Answer) -> None:
        state = session.state
        found = {hit.entry.faq_id: self._offer(hit.entry, hit.confidence) for hit in answer.candidates}
        before = {one.faq_id: one for one in state.suggestions}
        kept = {faq_id for faq_id, one in before.items() if one.mark in ("opened", "used")}
        wrong = {faq_id for faq_id, one in before.items() if one.mark == "wrong"}
        best = [faq_id for faq_id in found if faq_id not in wrong]
        order = stable_merge([one for one in before if one not in wrong], best, kept, SHOWN)
        shown = tuple(_refreshed(before.get(faq_id), found.get(faq_id)) for faq_id in order)
        hand = answer.handoff
        session.state = replace(
            state,
            suggestions=shown,
            advice=answer.action,
            advice_text=hand.message if hand else (answer.clarify.prompt if answer.clarify else answer.message),
            hand_over_to=hand.department if hand else "",
            hand_over_phone=hand.phone if hand else "",
        )
        self._log_offered(session)

    def _log_offered(self, session: _Session) -> None:
        fresh = [
            (rank, one)
            for rank, one in enumerate(session.state.suggestions, start=1)
            if one.faq_id not in session.offered
        ]
        if not fresh:
            return
        with self._parts.db.begin() as conn:
            for rank, one in fresh:
                given: dict[str, Value] = {"faq_id": one.faq_id, "version": one.version, "rank": rank}
                self._parts.log.append_own(conn, "faq_suggested", session.state.call_id, given)
                session.offered.add(one.faq_id)

    def _offer(self, entry: FaqEntry, confidence: float) -> Suggestion:
        return Suggestion(
            faq_id=entry.faq_id,
            version=entry.version,
            question=entry.question,
            answer=entry.answer,
            spoken=self._parts.spoken(entry),
            category=entry.category,
            department=entry.department,
            evidence=entry.evidence,
            url=entry.url,
            related_ids=entry.related_ids,
            confidence=confidence,
        )

    def _draft(self, made: Summary, used: list[Suggestion], old: RecordContent) -> RecordContent:
        redact = self._parts.redactor.redact
        category = next((one.category for one in used if one.category in self._parts.categories), "")
        return replace(
            old,
            inquiry=old.inquiry or redact(made.inquiry).text,
            answer=old.answer or redact(made.answer).text,
            action=old.action or redact(made.action).text,
            remaining=old.remaining or redact(made.remaining).text,
            category=old.category or category,
            outcome=old.outcome or ("answered" if used else ""),
            answered_in_center=old.answered_in_center or bool(used),
            completed=old.completed or (bool(used) and not made.remaining),
        )

    def _keep(self, session: _Session, segment: Segment) -> None:
        row = {
            "call_id": session.state.call_id,
            "speaker": segment.speaker,
            "start_ms": segment.start_ms,
            "end_ms": segment.end_ms,
            "text": segment.text,
            "confidence": segment.confidence,
        }
        with self._parts.db.begin() as conn:
            mine = desk_transcripts.c.call_id == session.state.call_id
            last: int | None = conn.execute(select(func.max(desk_transcripts.c.idx)).where(mine)).scalar_one()
            conn.execute(insert(desk_transcripts), row | {"idx": 0 if last is None else last + 1})
        session.chars += len(segment.text)
        session.state = replace(session.state, transcript=(*session.state.transcript, segment))

    def _check_flood(self, session: _Session) -> None:
        now = self._parts.clock.now()
        while session.recent and session.recent[0] < now - _FLOOD_WINDOW:
            session.recent.popleft()
        if len(session.recent) >= _FLOOD_SEGMENTS:
            session.state = replace(session.state, notes=_noted(session.state, "flood"))
            raise TooMany("送信が多すぎます。少し間をあけてください。")
        session.recent.append(now)

    def _session(self, session_id: str, operator: str) -> _Session:
        with self._lock:
            session = self._sessions.get(session_id)
            if session is None or session.state.operator != operator:
                raise NotFound("この応対支援は終わっているか、見つかりません。もう一度開いてください。")
            session.touched_at = self._parts.clock.now()
            self._sessions.move_to_end(session_id)
            return session

    def _remember(self, session: _Session) -> None:
        """Forget sessions nobody has touched; what was said is in the database."""
        with self._lock:
            self._sessions[session.state.session_id] = session
            oldest = self._parts.clock.now() - _IDLE
            while self._sessions:
                first = next(iter(self._sessions.values()))
                if len(self._sessions) <= MAX_SESSIONS and first.touched_at >= oldest:
                    return
                self._sessions.popitem(last=False)


def _refreshed(old: Suggestion | None, new: Suggestion | None) -> Suggestion:
    """The newest text and confidence with the mark it has."""
    if new is None:
        assert old is not None
        return old
    return new if old is None else replace(new, mark=old.mark)


def _noted(state: AssistState, note: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*state.notes, note)))


def _transcript(conn: Connection, call_id: str) -> tuple[Segment, ...]:
    columns = desk_transcripts.c
    rows_found = conn.execute(select(desk_transcripts).where(columns.call_id == call_id).order_by(columns.idx))
    return tuple(Segment(r.speaker, RedactedText(r.text), r.start_ms, r.end_ms, r.confidence) for r in rows_found)
