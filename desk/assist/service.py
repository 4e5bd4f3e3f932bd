"""`AssistDesk`: sessions of operators on the phone. What is heard is redacted before anything else happens to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from threading import Lock
from uuid import uuid4

from sqlalchemy import Connection

from desk.assist import transcripts
from desk.assist.draft import Drafting
from desk.assist.handed import HandedCalls, NobodyHands
from desk.assist.model import SHOWN, AssistState, HandedCall, Heard, Marked, Memo, Prefill, Segment, Suggestion
from desk.assist.sessions import Session, Sessions, Watcher
from desk.assist.suggesting import MARKS, MarkKind, Suggesting, used_after
from desk.assist.summary import summarise
from desk.events.log import EventLog, events_of_call
from desk.events.model import EventType, Value
from desk.records import rows
from desk.records.lifecycle import CLOSED
from desk.records.model import InteractionRecord
from desk.records.service import RecordService
from knowledge.domain import FaqEntry
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.ports import Answering, Clock, Redactor
from knowledge.privacy.turns import redact_turn
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.text.normalise import clean
from knowledge.text.tokens import Tokenizer

MAX_SEGMENT_CHARS = 2_000
MAX_SESSION_CHARS = 100_000
MAX_MEMO_CHARS = 300
_MEMOS_KEPT = 20


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
    entry: Callable[[str], FaqEntry | None] = lambda faq_id: None
    """The published FAQ with this number."""
    spoken: Callable[[FaqEntry], str] = lambda entry: entry.answer_voice or entry.answer
    handed: HandedCalls = field(default_factory=NobodyHands)
    on_heard: Callable[[str], None] = lambda call_id: None
    """Told after a piece of this call was kept. Must be quick and never raise: somebody is on the phone."""


class AssistDesk:
    """Thread-safe; a session belongs to the operator who started it."""

    def __init__(self, parts: AssistParts) -> None:
        self._parts = parts
        self._sessions = Sessions(parts.clock)
        self._unwatched = Lock()
        """What is heard without a session is kept one piece after the other: each is read with the one before."""
        self._suggesting = Suggesting(
            parts.db, parts.log, parts.redactor, parts.tokenizer, parts.answering, parts.spoken
        )
        self._drafting = Drafting(parts.log, parts.redactor, parts.categories)
        self._audit = AuditLog(parts.clock)

    def start(self, call_id: str, operator: str) -> AssistState:
        """Open the desk for a call; an empty `call_id` is a call the exchange does not know (typed, demo).
        A call this operator has open already is simply shown again. What the voicebot heard before it handed the call
        over comes along, audited. Raises Conflict for a closed record."""
        found = self._sessions.of_call(call_id) if call_id else None
        if found is not None and found.state.operator == operator:
            return found.state
        if found is not None:
            self._sessions.remove(found.state.session_id)
        handed = self._parts.handed.find(call_id) if call_id else None
        with self._parts.db.begin() as conn:
            chosen = call_id or f"desk-{uuid4().hex}"
            record = rows.find_by_call(conn, chosen) or self._offered(conn, chosen, operator)
            if record.status in CLOSED:
                raise Conflict("この通話の記録は完了しています。")
            if handed is not None:
                self._take_over(conn, record, operator)
            segments = transcripts.of_call(conn, chosen)
            used = self._used_before(conn, chosen)
        state = AssistState(
            uuid4().hex, chosen, record.record_id, operator, (*(handed.said if handed else ()), *segments), (),
            used=used, started_at=record.received_at, handed=handed,
        )  # fmt: skip
        session = Session(state, self._parts.clock.now(), sum(len(one.text) for one in segments))
        self._sessions.add(session)
        if handed is not None and not any(one.speaker == "citizen" for one in segments):
            with session.lock:
                self._suggesting.suggest(session, handed.need, frozenset())
        return session.state

    def waiting(self) -> list[HandedCall]:
        """Calls the voicebot handed over in the last minutes that nobody has taken yet, the newest first."""
        recent = self._parts.handed.recent()
        if not recent:
            return []
        with self._parts.db.read() as conn:
            records = {one.call_id: rows.find_by_call(conn, one.call_id) for one in recent}
        free = {call_id for call_id, one in records.items() if one and not one.operator and one.status == "open"}
        return [one for one in recent if one.call_id in free and self._sessions.of_call(one.call_id) is None]

    # ── what is heard ─────────────────────────────────────────────────────────────────────────────────────────────

    def hear(self, session_id: str, heard: Heard, operator: str) -> AssistState:
        """One piece of speech. Interim pieces are shown and not kept; final ones are kept and may change the suggestions.
        Raises NotFound, InvalidInput for an oversized piece, TooMany for a flood."""
        return self._hear(self._sessions.get(session_id, operator), heard)

    def hear_call(self, call_id: str, heard: Heard) -> bool:
        """The same from a recogniser that knows the call and not the session. Whether somebody looks on.
        Raises NotFound for a call the exchange has not announced."""
        session = self._sessions.of_call(call_id)
        if session is None and self._parts.records.of_call(call_id) is None:
            call_id = self._parts.log.known_as(call_id)
            session = self._sessions.of_call(call_id)
        if session is not None:
            self._hear(session, heard)
            return True
        with self._unwatched:
            self._keep_unwatched(call_id, heard)
        return False

    def _keep_unwatched(self, call_id: str, heard: Heard) -> None:
        """Without a session the turn before stands in the database, or in what the voicebot heard. Interim pieces are for a
        screen: nobody looks at one."""
        with self._parts.db.read() as conn:
            record = rows.find_by_call(conn, call_id)
            before, chars = transcripts.last_of_call(conn, call_id), transcripts.chars_of_call(conn, call_id)
        if record is None or record.status in CLOSED:
            raise NotFound("この通話は始まっていないか、記録が完了しています。")
        if not heard.final:
            return
        handed = self._parts.handed.find(call_id) if not before else None
        segment = self._segment(heard, before or _said_last(handed.said if handed else ()))
        if segment.text and chars + len(segment.text) <= MAX_SESSION_CHARS:
            with self._parts.db.begin() as conn:
                transcripts.keep(conn, call_id, [segment], self._parts.clock.now())
            self._parts.on_heard(call_id)

    def hear_all(self, session_id: str, pieces: Sequence[Heard], operator: str) -> AssistState:
        """A whole transcript at once; the suggestions follow what the citizen asks in it. What is too long is cut off."""
        session = self._sessions.get(session_id, operator)
        with session.lock:
            kept: list[Segment] = []
            room = MAX_SESSION_CHARS - session.chars
            for piece in pieces:
                segment = self._segment(piece, _said_last(kept or session.state.transcript))
                room -= len(segment.text)
                if room < 0:
                    session.note("transcript_full")
                    break
                if segment.text:
                    kept.append(segment)
            with self._parts.db.begin() as conn:
                transcripts.keep(conn, session.state.call_id, kept, self._parts.clock.now())
            if kept:
                self._parts.on_heard(session.state.call_id)
            session.chars += sum(len(one.text) for one in kept)
            session.change(transcript=(*session.state.transcript, *kept), interim=None)
            asked = self._parts.redactor.redact(summarise(session.state.transcript, ()).inquiry)
            self._suggesting.suggest(session, asked.text, asked.kinds)
            return session.state

    def _hear(self, session: Session, heard: Heard) -> AssistState:
        if len(heard.text) > MAX_SEGMENT_CHARS:
            raise InvalidInput(f"一度に送信できるのは{MAX_SEGMENT_CHARS:,}文字までです。文ごとに送信してください。")
        with session.lock:
            session.count_piece(self._parts.clock.now())
            text = clean(heard.text).strip()
            if not heard.final:
                return session.change(
                    interim=self._segment(heard, _said_last(session.state.transcript)) if text else None
                )
            if not text:
                return session.state
            if session.chars + len(text) > MAX_SESSION_CHARS:
                return session.note("transcript_full")
            redacted = redact_turn(self._parts.redactor, _said_last(session.state.transcript), text)
            now = self._parts.clock.now()
            segment = Segment(heard.speaker, redacted.text, heard.start_ms, heard.end_ms, heard.confidence, at=now)
            with self._parts.db.begin() as conn:
                transcripts.keep(conn, session.state.call_id, [segment], now)
            self._parts.on_heard(session.state.call_id)
            session.chars += len(segment.text)
            session.change(transcript=(*session.state.transcript, segment), interim=None)
            if heard.speaker == "citizen":
                self._suggesting.follow(session, redacted.kinds)
            return session.state

    def _segment(self, heard: Heard, before: str = "") -> Segment:
        said = clean(heard.text[:MAX_SEGMENT_CHARS]).strip()
        text = redact_turn(self._parts.redactor, before, said).text
        return Segment(heard.speaker, text, heard.start_ms, heard.end_ms, heard.confidence)

    # ── what the operator does ────────────────────────────────────────────────────────────────────────────────────

    def mark(self, session_id: str, faq_id: str, kind: MarkKind, operator: str) -> AssistState:
        """Opened, used, not used after all, wrong. Raises NotFound for an FAQ that is not on offer."""
        session = self._sessions.get(session_id, operator)
        with session.lock:
            state = session.state
            known = session.offered | {one.faq_id: one for one in (*state.used, *state.suggestions)}
            chosen = known.get(faq_id)
            if chosen is None:
                raise NotFound("このFAQは候補に表示されていません。検索から選んでください。")
            with self._parts.db.begin() as conn:
                sure = round(chosen.confidence * 100)
                self._parts.records.mark_call(conn, state.call_id, kind, faq_id, chosen.version, operator, sure)
            # A look that arrives after the use (two requests overtake each other) takes nothing back.
            looked = kind == "faq_viewed" and chosen.mark in ("used", "wrong")
            marked = chosen if looked else replace(chosen, mark=MARKS[kind])
            shown = tuple(marked if one.faq_id == faq_id else one for one in state.suggestions)
            return session.change(suggestions=shown, used=used_after(state.used, marked))

    def pin(self, session_id: str, entry: FaqEntry, operator: str) -> AssistState:
        """Put an FAQ the operator found by searching in the first place."""
        session = self._sessions.get(session_id, operator)
        with session.lock:
            state = session.state
            rest = [one for one in state.suggestions if one.faq_id != entry.faq_id]
            before: Marked = next((one.mark for one in state.used if one.faq_id == entry.faq_id), "opened")
            pinned = replace(self._suggesting.offer(entry, 1.0), mark=before)
            with self._parts.db.begin() as conn:
                self._parts.records.mark_call(conn, state.call_id, "faq_viewed", entry.faq_id, entry.version, operator)
            return session.change(suggestions=(pinned, *rest)[:SHOWN])

    def transferred(self, session_id: str, target: str, to: str, result: str, operator: str) -> AssistState:
        """The operator handed the call on (取次ぎ), with what came of it. The target is redacted."""
        session = self._sessions.get(session_id, operator)
        given: dict[str, Value] = {"target": target, "to": self._parts.redactor.redact(to).text, "result": result}
        with session.lock, self._parts.db.begin() as conn:
            self._parts.log.append_own(conn, "transferred", session.state.call_id, given)
        return session.change()

    def raise_hand(self, session_id: str, up: bool, operator: str) -> AssistState:
        """Ask the supervisor to come, or take that back; both instants stand in the log."""
        session = self._sessions.get(session_id, operator)
        with session.lock:
            if up == (session.state.hand_raised_at is not None):
                return session.state
            given: dict[str, Value] = {"operator": operator} if operator.isascii() else {}
            with self._parts.db.begin() as conn:
                kind: EventType = "hand_raised" if up else "hand_lowered"
                made = self._parts.log.append_own(conn, kind, session.state.call_id, given)
            return session.change(hand_raised_at=made.at if up else None)

    # ── supervision ───────────────────────────────────────────────────────────────────────────────────────────────

    def live(self) -> list[AssistState]:
        """Every open session, raised hands first, then by how long the call lasts."""
        states = [one.state for one in self._sessions.all()]
        late = self._parts.clock.now()
        return sorted(states, key=lambda one: (one.hand_raised_at or late, one.started_at or late))

    def whisper(self, session_id: str, text: str, by: str) -> AssistState:
        """A memo only the operator sees. It is gone with the session; that it was sent stands in the log."""
        words = self._parts.redactor.redact(clean(text).strip()[:MAX_MEMO_CHARS]).text
        if not words:
            raise InvalidInput("メモを入力してください。")
        session = self._sessions.watched(session_id)
        with session.lock:
            with self._parts.db.begin() as conn:
                given: dict[str, Value] = {"operator": by} if by.isascii() else {}
                made = self._parts.log.append_own(conn, "whispered", session.state.call_id, given)
            memos = (*session.state.memos, Memo(made.at, by, words))[-_MEMOS_KEPT:]
            return session.change(memos=memos)

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────

    def state(self, session_id: str, operator: str) -> AssistState:
        return self._sessions.get(session_id, operator).state

    def watch(self, session_id: str, operator: str, tell: Watcher) -> Callable[[], None]:
        """Be told of every newer state until the returned function is called."""
        session = self._sessions.get(session_id, operator)
        session.watchers.append(tell)
        return lambda: session.watchers.remove(tell)

    def transcript(self, call_id: str) -> tuple[Segment, ...]:
        with self._parts.db.read() as conn:
            return transcripts.of_call(conn, call_id)

    def used_in(self, call_id: str) -> tuple[Suggestion, ...]:
        """The FAQ used in a call, as published now, in the order of use."""
        with self._parts.db.read() as conn:
            return self._used_before(conn, call_id)

    def open_sessions(self) -> int:
        return len(self._sessions)

    def finish(self, session_id: str, operator: str) -> Prefill:
        """The call is over: the draft of the record, kept so that what the operator changes in it can be measured."""
        session = self._sessions.get(session_id, operator)
        with session.lock, self._parts.db.begin() as conn:
            made = self._drafting.draft(conn, session.state)
        self._sessions.remove(session_id)
        session.change()
        return made

    def drafted(self, record_id: str) -> Prefill:
        """The record with its draft where nobody has written yet. Raises NotFound."""
        with self._parts.db.read() as conn:
            return self._drafting.drafted(conn, record_id)

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────────────

    def _take_over(self, conn: Connection, record: InteractionRecord, operator: str) -> None:
        """That this operator saw what the voicebot heard; who took the call, where no exchange has said so."""
        self._audit.append(conn, operator, "call.handed.view", record.call_id, {"record_id": record.record_id})
        if not record.operator and operator.isascii():
            self._parts.log.append_own(conn, "answered", record.call_id, {"operator": operator})

    def _offered(self, conn: Connection, call_id: str, operator: str) -> InteractionRecord:
        log = self._parts.log
        log.append_own(conn, "call_offered", call_id, {"channel": "phone", "in_hours": True})
        log.append_own(conn, "answered", call_id, {"operator": operator} if operator.isascii() else {})
        made = rows.find_by_call(conn, call_id)
        assert made is not None
        return made

    def _used_before(self, conn: Connection, call_id: str) -> tuple[Suggestion, ...]:
        chosen: dict[str, datetime] = {}
        for event in events_of_call(conn, call_id):
            if event.type == "faq_used":
                chosen.setdefault(event.text("faq_id"), event.at)
            elif event.type in ("faq_unused", "faq_wrong"):
                chosen.pop(event.text("faq_id"), None)
        entries = [self._parts.entry(faq_id) for faq_id in chosen]
        return tuple(replace(self._suggesting.offer(one, 1.0), mark="used") for one in entries if one is not None)


def _said_last(transcript: Sequence[Segment]) -> str:
    return transcript[-1].text if transcript else ""
