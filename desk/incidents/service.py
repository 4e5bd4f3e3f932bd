"""`Incidents`: accidents with personal data and failures, from the first word to the report that goes to the city."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from desk.complaints.notices import Notices
from desk.incidents.affected import AffectedRecord, affected_records
from desk.incidents.model import HEADINGS, Affected, Incident, IncidentContent, Note, State, check_content
from knowledge.clock import JST
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.ports import Clock, Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_incident_notes, desk_incidents

_COLUMNS = desk_incidents.c
_TEXTS = ("title", *HEADINGS)
_MAX_CHARS = 8_000
OnIncident = Callable[[Connection, str, Incident], None]
"""(transaction, incident.opened or incident.moved, the incident)."""


class Incidents:
    """`contacts`: who at the city is told."""

    def __init__(
        self, db: Database, clock: Clock, redactor: Redactor, notices: Notices, contacts: Sequence[str]
    ) -> None:
        self._db = db
        self._clock = clock
        self._redactor = redactor
        self._notices = notices
        self.contacts = tuple(contacts)
        self._audit = AuditLog(clock)
        self.on_incident: list[OnIncident] = []

    def open(self, content: IncidentContent, who: str) -> Incident:
        """Write it down and tell the city at once. Raises InvalidInput."""
        clean, now = self._cleaned(content), self._clock.now()
        check_content(clean, "open")
        with self._db.begin() as conn:
            incident_id = _next_id(conn, now)
            values = _values(clean) | {"incident_id": incident_id, "state": "open", "revision": 1}
            values |= {"opened_by": who[:128], "opened_at": now, "reported_to": "", "reported_at": None}
            conn.execute(insert(desk_incidents).values(values | {"updated_by": who[:128], "updated_at": now}))
            self._notices.send(conn, "incident.opened", incident_id, self.contacts)
            return self._told(conn, incident_id, "incident.opened", who)

    def save(self, incident_id: str, content: IncidentContent, base_revision: int, who: str) -> Incident:
        """Raises NotFound, Conflict, InvalidInput."""
        clean = self._cleaned(content)
        with self._db.begin() as conn:
            old = self._open_one(conn, incident_id)
            if old.revision != base_revision:
                raise Conflict(f"{old.updated_by} さんが先に保存しました。開き直してから保存してください。")
            check_content(clean, old.state)
            self._change(conn, incident_id, who, **_values(clean))
            return self._told(conn, incident_id, "incident.saved", who)

    def note(self, incident_id: str, text: str, who: str) -> None:
        """An entry of the timeline. Raises NotFound, Conflict, InvalidInput."""
        if not text.strip() or len(text) > _MAX_CHARS:
            raise InvalidInput(f"時系列の記録を{_MAX_CHARS:,}文字以内で入力してください。")
        values = {"incident_id": incident_id, "at": self._clock.now(), "who": who[:128]}
        with self._db.begin() as conn:
            self._open_one(conn, incident_id)
            clean = self._redactor.redact(text.strip()).text
            conn.execute(insert(desk_incident_notes).values(values | {"text": clean}))
            self._audit.append(conn, who, "incident.note", incident_id)

    def report(self, incident_id: str, to: str, who: str) -> Incident:
        """The city has been told by a person; the first time counts. Raises NotFound, Conflict, InvalidInput."""
        if not to.strip():
            raise InvalidInput("報告した相手（部署）を入力してください。")
        with self._db.begin() as conn:
            old = self._open_one(conn, incident_id)
            recipient = self._redactor.redact(to.strip()[:200]).text
            at = old.reported_at or self._clock.now()
            self._change(conn, incident_id, who, state="reported", reported_to=recipient, reported_at=at)
            return self._told(conn, incident_id, "incident.moved", who)

    def close(self, incident_id: str, who: str) -> Incident:
        """All four headings must be written. Raises NotFound, Conflict, InvalidInput."""
        with self._db.begin() as conn:
            old = self._open_one(conn, incident_id)
            if old.state != "reported":
                raise Conflict("市へ報告してから完了にしてください。")
            check_content(old.content, "closed")
            self._change(conn, incident_id, who, state="closed")
            return self._told(conn, incident_id, "incident.moved", who)

    def get(self, incident_id: str) -> Incident:
        """Raises NotFound."""
        with self._db.read() as conn:
            return _require(conn, incident_id)

    def all(self, limit: int = 200) -> list[Incident]:
        """Newest first."""
        wanted = select(desk_incidents).order_by(_COLUMNS.opened_at.desc(), _COLUMNS.incident_id.desc()).limit(limit)
        with self._db.read() as conn:
            return [_incident(row) for row in conn.execute(wanted)]

    def notes(self, incident_id: str) -> list[Note]:
        """In order."""
        columns = desk_incident_notes.c
        wanted = select(columns.at, columns.who, columns.text).where(columns.incident_id == incident_id)
        with self._db.read() as conn:
            rows = conn.execute(wanted.order_by(columns.seq))
            return [Note(row.at, row.who, RedactedText(row.text)) for row in rows]

    def affected(self, incident_id: str) -> list[AffectedRecord]:
        """Records that may be hit, newest first. Raises NotFound."""
        with self._db.read() as conn:
            return affected_records(conn, _require(conn, incident_id).content.affected)

    def _open_one(self, conn: Connection, incident_id: str) -> Incident:
        found = _require(conn, incident_id)
        if found.state == "closed":
            raise Conflict("完了した記録は変更できません。")
        return found

    def _change(self, conn: Connection, incident_id: str, who: str, **values: Any) -> None:
        stamped = {"revision": _COLUMNS.revision + 1, "updated_by": who[:128], "updated_at": self._clock.now()}
        conn.execute(update(desk_incidents).where(_COLUMNS.incident_id == incident_id).values(values | stamped))

    def _told(self, conn: Connection, incident_id: str, kind: str, who: str) -> Incident:
        made = _require(conn, incident_id)
        self._audit.append(conn, who, kind, incident_id, {"state": made.state, "kind": made.content.kind})
        if kind != "incident.saved":
            for listener in self.on_incident:
                listener(conn, kind, made)
        return made

    def _cleaned(self, content: IncidentContent) -> IncidentContent:
        texts: dict[str, Any] = {}
        for name in _TEXTS:
            text = getattr(content, name)
            if len(text) > (200 if name == "title" else _MAX_CHARS):
                raise InvalidInput(f"件名は200文字、ほかの欄は{_MAX_CHARS:,}文字以内にしてください。")
            texts[name] = self._redactor.redact(text).text
        return replace(content, **texts)


def _next_id(conn: Connection, now: datetime) -> str:
    """J20261120-01: the day and how many of it."""
    prefix = f"J{now.astimezone(JST):%Y%m%d}-"
    same_day = select(func.count()).where(_COLUMNS.incident_id.startswith(prefix, autoescape=True))
    return f"{prefix}{conn.execute(same_day).scalar_one() + 1:02d}"


def _values(content: IncidentContent) -> dict[str, Any]:
    hit = asdict(content.affected)
    for name in ("begins_at", "ends_at"):
        hit[name] = hit[name].isoformat() if hit[name] else None
    texts = {name: getattr(content, name) for name in _TEXTS}
    return texts | {"kind": content.kind, "found_at": content.found_at, "affected": json.dumps(hit)}


def _require(conn: Connection, incident_id: str) -> Incident:
    row = conn.execute(select(desk_incidents).where(_COLUMNS.incident_id == incident_id)).one_or_none()
    if row is None:
        raise NotFound("この事故・障害の記録は見つかりません。")
    return _incident(row)


def _incident(row: Row[Any]) -> Incident:
    hit = json.loads(row.affected)
    for name in ("begins_at", "ends_at"):
        hit[name] = datetime.fromisoformat(hit[name]) if hit[name] else None
    texts = {name: RedactedText(getattr(row, name)) for name in _TEXTS}
    content = IncidentContent(kind=row.kind, found_at=row.found_at, affected=Affected(**hit), **texts)
    state: State = row.state
    return Incident(
        row.incident_id,
        state,
        content,
        row.revision,
        row.opened_by,
        row.opened_at,
        row.reported_to,
        row.reported_at,
        row.updated_by,
        row.updated_at,
    )
