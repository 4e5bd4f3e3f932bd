"""The draft of a record after the call: made from what was said and used, kept to measure what people change in it."""

import json
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, select, update

from desk.assist.handed import told_by_others
from desk.assist.model import AssistState, Prefill, Summary
from desk.assist.summary import summarise
from desk.events.log import EventLog, events_of_call
from desk.kpi.build import build_call
from desk.kpi.call import Call
from desk.records import rows
from desk.records.model import RecordContent
from knowledge.ports import Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.store.desk_tables import desk_records

_OWN_CALL = "desk-"
_TEXTS = ("inquiry", "answer", "action", "remaining")
_CHOICES = ("category", "outcome", "answered_in_center", "completed")


class Drafting:
    def __init__(self, log: EventLog, redactor: Redactor, categories: frozenset[str]) -> None:
        self._log = log
        self._redactor = redactor
        self._categories = categories

    def draft(self, conn: Connection, state: AssistState) -> Prefill:
        """Make the draft and keep it; a call that no exchange reports is over with it."""
        record = rows.require(conn, state.record_id)
        call = build_call(state.call_id, events_of_call(conn, state.call_id))
        content = self._content(summarise(state.transcript, state.used, call), state, call, record.content)
        text = json.dumps({name: getattr(content, name) for name in (*_TEXTS, *_CHOICES)}, ensure_ascii=False)
        mine = desk_records.c.record_id == state.record_id
        conn.execute(update(desk_records).where(mine).values(prefilled=text))
        ours = state.call_id.startswith(_OWN_CALL) or (
            state.handed is not None and not told_by_others(conn, state.call_id)
        )
        if call.ended_at is None and ours:
            self._log.append_own(conn, "ended", state.call_id)
        return Prefill(state.record_id, rows.require(conn, state.record_id).revision, content)

    def drafted(self, conn: Connection, record_id: str) -> Prefill:
        """What people wrote stands; the draft fills what is empty."""
        record = rows.require(conn, record_id)
        kept: str = conn.execute(
            select(desk_records.c.prefilled).where(desk_records.c.record_id == record_id)
        ).scalar_one()
        draft: dict[str, Any] = json.loads(kept) if kept else {}
        if record.edit_distance is not None:  # somebody has confirmed the record since
            draft = {}
        texts = {name: RedactedText(str(draft.get(name, ""))) for name in _TEXTS}
        choices = {name: draft[name] for name in _CHOICES if name in draft}
        values = {name: value for name, value in {**texts, **choices}.items() if not getattr(record.content, name)}
        return Prefill(record_id, record.revision, replace(record.content, **values))

    def _content(self, made: Summary, state: AssistState, call: Call, old: RecordContent) -> RecordContent:
        redact = self._redactor.redact
        used = state.used
        category = next((one.category for one in used if one.category in self._categories), "")
        passed_on = bool(call.transfers)
        outcome = old.outcome or ("transferred" if passed_on else ("answered" if used else ""))
        return replace(
            old,
            inquiry=old.inquiry or redact(made.inquiry).text,
            answer=old.answer or redact(made.answer).text,
            action=old.action or redact(made.action).text,
            remaining=old.remaining or redact(made.remaining).text,
            category=old.category or category,
            outcome=outcome,
            answered_in_center=old.answered_in_center or (bool(used) and not passed_on),
            completed=old.completed or (bool(used) and not made.remaining and not passed_on),
        )
