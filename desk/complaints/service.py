"""`ComplaintService`: complaints on records, the city told at once, the time until it knew measured."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from desk.complaints.model import Complaint, ComplaintContent, State, check_content, check_move
from desk.complaints.notices import Notices
from desk.events.log import EventLog
from desk.records import rows
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.ports import Clock, Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_complaints, desk_events, desk_records

_TEXTS = ("statement", "intent", "background", "response", "result")
_MAX_CHARS = 8_000
OnComplaint = Callable[[Connection, str, Complaint], None]
"""(transaction, complaint.received or complaint.moved, the complaint)."""


class ComplaintService:
    """`contacts`: who at the city is told (department names of the profile)."""

    def __init__(
        self, db: Database, clock: Clock, redactor: Redactor, log: EventLog, notices: Notices, contacts: Sequence[str]
    ) -> None:
        self._db = db
        self._clock = clock
        self._redactor = redactor
        self._log = log
        self._notices = notices
        self.contacts = tuple(contacts)
        self._audit = AuditLog(clock)
        self.on_complaint: list[OnComplaint] = []

    def receive(self, record_id: str, content: ComplaintContent, who: str) -> Complaint:
        """Make a record a complaint and tell the city. Raises NotFound, Conflict, InvalidInput."""
        clean = self._cleaned(content)
        check_content(clean, "received")
        with self._db.begin() as conn:
            record = rows.require(conn, record_id)
            if _find(conn, record_id) is not None:
                raise Conflict("この応対には、すでに苦情の記録があります。")
            now = self._clock.now()
            values = _columns(clean) | {"record_id": record_id, "state": "received", "revision": 1}
            values |= {"received_at": now, "reported_to": "", "updated_by": who[:128], "updated_at": now}
            conn.execute(insert(desk_complaints), values)
            rows.write(conn, record_id, {"kind": "complaint"}, who, now)
            rows.add_history(conn, record_id, [("kind", record.kind, "complaint")], who, now)
            self._notices.send(conn, "complaint.received", record_id, self.contacts)
            made = _require(conn, record_id)
            self._follow(conn, record.call_id, made, "complaint.received", who)
            return made

    def save(
        self, record_id: str, content: ComplaintContent, base_revision: int, who: str, state: State | None = None
    ) -> Complaint:
        """Raises NotFound, Conflict, IllegalTransition, InvalidInput."""
        clean = self._cleaned(content)
        with self._db.begin() as conn:
            old = _require(conn, record_id)
            if old.revision != base_revision:
                raise Conflict(f"{old.updated_by} さんが先に保存しました。開き直してから保存してください。")
            going = state or old.state
            check_move(replace(old, content=clean), going)
            check_content(clean, going)
            now = self._clock.now()
            _change(conn, record_id, who, now, state=going, **_columns(clean))
            moved = [("complaint_state", old.state, going)] if going != old.state else []
            rows.add_history(conn, record_id, moved, who, now)
            return self._changed(conn, record_id, "complaint.moved", who)

    def report(self, record_id: str, to: str, who: str) -> Complaint:
        """The city has been told, by whom and to whom; the first time counts."""
        with self._db.begin() as conn:
            old = _require(conn, record_id)
            check_move(old, "reported")
            if not to.strip():
                raise InvalidInput("報告した相手（部署）を入力してください。")
            now = self._clock.now()
            recipient = self._redactor.redact(to.strip()[:200]).text
            _change(
                conn, record_id, who, now, state="reported", reported_to=recipient, reported_at=old.reported_at or now
            )
            rows.add_history(conn, record_id, [("complaint_state", old.state, "reported")], who, now)
            return self._changed(conn, record_id, "complaint.moved", who)

    def get(self, record_id: str) -> Complaint:
        with self._db.read() as conn:
            return _require(conn, record_id)

    def list_all(self, since: datetime, until: datetime) -> list[Complaint]:
        """Received in [since, until), oldest first."""
        columns = desk_complaints.c
        wanted = select(desk_complaints).where(columns.received_at >= since, columns.received_at < until)
        with self._db.read() as conn:
            return [_complaint(row) for row in conn.execute(wanted.order_by(columns.received_at, columns.record_id))]

    def told_the_same(self, record_id: str, limit: int = 500) -> list[str]:
        """Other records in which the FAQ at fault was used: who may have to be rung back."""
        complaint = self.get(record_id)
        if not complaint.content.linked_faq:
            return []
        events, records = desk_events.c, desk_records.c
        used = select(events.call_id).where(events.faq_id == complaint.content.linked_faq, events.type == "faq_used")
        wanted = select(records.record_id).where(records.call_id.in_(used), records.record_id != record_id)
        with self._db.read() as conn:
            return list(conn.execute(wanted.order_by(records.received_at.desc()).limit(limit)).scalars())

    def _changed(self, conn: Connection, record_id: str, kind: str, who: str) -> Complaint:
        made = _require(conn, record_id)
        self._follow(conn, rows.require(conn, record_id).call_id, made, kind, who)
        return made

    def _follow(self, conn: Connection, call_id: str, made: Complaint, kind: str, who: str) -> None:
        self._log.append_own(conn, "complaint", call_id, {"severity": made.content.severity, "state": made.state})
        detail = {"state": made.state, "severity": made.content.severity}
        self._audit.append(conn, who, kind, made.record_id, detail)
        for listener in self.on_complaint:
            listener(conn, kind, made)

    def _cleaned(self, content: ComplaintContent) -> ComplaintContent:
        texts: dict[str, Any] = {}
        for name in _TEXTS:
            text = getattr(content, name)
            if len(text) > _MAX_CHARS:
                raise InvalidInput(f"一つの欄は{_MAX_CHARS:,}文字以内にしてください。")
            texts[name] = self._redactor.redact(text).text
        version = self._redactor.redact(content.manual_version[:64]).text
        return replace(content, manual_version=version, **texts)


def _columns(content: ComplaintContent) -> dict[str, Any]:
    return asdict(content) | {"affected": json.dumps(content.affected)}


def _change(conn: Connection, record_id: str, who: str, now: datetime, **values: Any) -> None:
    stamped = values | {"revision": desk_complaints.c.revision + 1, "updated_by": who[:128], "updated_at": now}
    conn.execute(update(desk_complaints).where(desk_complaints.c.record_id == record_id).values(stamped))


def _find(conn: Connection, record_id: str) -> Complaint | None:
    row = conn.execute(select(desk_complaints).where(desk_complaints.c.record_id == record_id)).one_or_none()
    return None if row is None else _complaint(row)


def _require(conn: Connection, record_id: str) -> Complaint:
    found = _find(conn, record_id)
    if found is None:
        raise NotFound("この応対に苦情の記録はありません。")
    return found


def _complaint(row: Row[Any]) -> Complaint:
    content = ComplaintContent(
        severity=row.severity,
        **{name: RedactedText(getattr(row, name)) for name in _TEXTS},
        manual_version=row.manual_version,
        root_cause=row.root_cause,
        linked_faq=row.linked_faq,
        affected=tuple(json.loads(row.affected)),
    )
    return Complaint(
        row.record_id,
        row.state,
        content,
        row.received_at,
        row.reported_at,
        row.reported_to,
        row.revision,
        row.updated_by,
        row.updated_at,
    )
