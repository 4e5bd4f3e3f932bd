"""Call-back tickets (折り返し連絡票): what is to be told, by when, by whom. The number lies in the vault until it is used."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from desk.callbacks.vault import Contact, ContactVault
from desk.records import rows
from knowledge.errors import Conflict, Forbidden, InvalidInput, NotFound, Problem
from knowledge.ports import Clock, Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_callbacks

TicketStatus = Literal["open", "done", "cancelled"]
KEEP = timedelta(days=7)
"""After the due time the contact is forgotten even if nobody rang back."""
_MAX_NAME, _MAX_PHONE = 60, 20
_PHONE_CHARS = frozenset("0123456789-+() ")


@dataclass(frozen=True, slots=True)
class Ticket:
    """Without the contact: that is asked for on its own, with a reason."""

    ticket_id: str
    record_id: str
    content: RedactedText
    department: str
    due_at: datetime
    status: TicketStatus
    attempts: int
    created_by: str
    created_at: datetime
    closed_at: datetime | None
    purged_at: datetime | None

    def overdue(self, now: datetime) -> bool:
        return self.status == "open" and self.due_at < now


class CallbackService:
    def __init__(self, db: Database, clock: Clock, redactor: Redactor, vault: ContactVault) -> None:
        self._db = db
        self._clock = clock
        self._redactor = redactor
        self._vault = vault
        self._audit = AuditLog(clock)

    def open(
        self, record_id: str, contact: Contact, content: str, department: str, due_at: datetime, who: str
    ) -> Ticket:
        """Raises InvalidInput, NotFound. The contact is stored first: a ticket without a number helps nobody."""
        _check(contact, due_at, self._clock.now())
        ticket_id = uuid4().hex
        redact = self._redactor.redact
        row = {
            "ticket_id": ticket_id,
            "record_id": record_id,
            "content": redact(content[:2_000]).text,
            "department": redact(department[:200]).text,
            "due_at": due_at,
            "status": "open",
            "attempts": 0,
            "created_by": who[:128],
            "created_at": self._clock.now(),
        }
        self._vault.put(ticket_id, contact, due_at + KEEP)
        try:
            with self._db.begin() as conn:
                rows.require(conn, record_id)
                conn.execute(insert(desk_callbacks), row)
                self._audit.append(conn, who, "callback.open", ticket_id, {"record": record_id})
                return _require(conn, ticket_id)
        except BaseException:
            self._vault.remove(ticket_id)
            raise

    def contact(self, ticket_id: str, who: str, may_unmask: bool, purpose: str = "callback") -> Contact:
        """The number to ring, with an audit row that says why (`purpose` holds nothing personal). Raises Forbidden, NotFound when it is already forgotten."""
        with self._db.begin() as conn:
            ticket = _require(conn, ticket_id)
            # Whoever took the call may ring back; everybody else needs the right to see clear data.
            if not may_unmask and ticket.created_by != who:
                raise Forbidden("連絡先を表示する権限がありません。")
            found = self._vault.get(ticket_id)
            if found is None:
                raise NotFound("連絡先は、対応が終わったか期限が過ぎたため消去されています。")
            self._audit.append(conn, who, "callback.unmask", ticket_id, {"purpose": purpose[:200]})
            return found

    def tried(self, ticket_id: str, who: str) -> Ticket:
        """Rang, nobody there."""
        with self._db.begin() as conn:
            ticket = _require_open(conn, ticket_id)
            _change(conn, ticket_id, attempts=ticket.attempts + 1)
            self._audit.append(conn, who, "callback.tried", ticket_id)
            return _require(conn, ticket_id)

    def close(self, ticket_id: str, who: str, cancelled: bool = False) -> Ticket:
        """Done or given up: the contact is forgotten at once."""
        with self._db.begin() as conn:
            _require_open(conn, ticket_id)
            now = self._clock.now()
            status = "cancelled" if cancelled else "done"
            self._forget(conn, ticket_id, who, status, now)
            _change(conn, ticket_id, status=status, closed_at=now)
            return _require(conn, ticket_id)

    def purge(self, who: str = "system") -> int:
        """Forget what is past its time, and what belongs to no open ticket. The audit log is the proof."""
        now = self._clock.now()
        late = set(self._vault.expired(now))
        with self._db.begin() as conn:
            wanted = select(desk_callbacks.c.ticket_id).where(desk_callbacks.c.status == "open")
            alive = set(conn.execute(wanted).scalars())
            gone = late | (set(self._vault.tickets()) - alive)
            for ticket_id in sorted(gone):
                self._forget(conn, ticket_id, who, "expired", now)
        return len(gone)

    def tickets(self, status: TicketStatus | None = "open") -> list[Ticket]:
        """Most urgent first."""
        columns = desk_callbacks.c
        wanted = select(desk_callbacks).order_by(columns.due_at, columns.ticket_id)
        with self._db.read() as conn:
            return [_ticket(row) for row in conn.execute(wanted.where(columns.status == status) if status else wanted)]

    def get(self, ticket_id: str) -> Ticket:
        """Raises NotFound."""
        with self._db.read() as conn:
            return _require(conn, ticket_id)

    def contacts_kept(self) -> int:
        """How many contacts the vault holds now; with nothing open it must be none."""
        return len(self._vault.tickets())

    def of_record(self, record_id: str) -> list[Ticket]:
        wanted = select(desk_callbacks).where(desk_callbacks.c.record_id == record_id)
        with self._db.read() as conn:
            return [_ticket(row) for row in conn.execute(wanted.order_by(desk_callbacks.c.created_at))]

    def _forget(self, conn: Connection, ticket_id: str, who: str, why: str, now: datetime) -> None:
        if self._vault.remove(ticket_id):
            self._audit.append(conn, who, "callback.purge", ticket_id, {"why": why})
        _change(conn, ticket_id, purged_at=now)


def _check(contact: Contact, due_at: datetime, now: datetime) -> None:
    problems = []
    if not contact.name.strip() or len(contact.name) > _MAX_NAME:
        problems.append(Problem(f"お名前を{_MAX_NAME}文字以内で入力してください。", column="name"))
    digits = sum(char.isdigit() for char in contact.phone)
    if len(contact.phone) > _MAX_PHONE or not set(contact.phone) <= _PHONE_CHARS or not 9 <= digits <= 15:
        problems.append(Problem("電話番号を半角の数字とハイフンで入力してください。", column="phone"))
    elif digits == 12:
        problems.append(Problem("12桁の番号は入力できません。マイナンバーではないか確かめてください。", column="phone"))
    if due_at <= now:
        problems.append(Problem("これからの日時を入力してください。", column="due_at"))
    if problems:
        raise InvalidInput("折り返し連絡票に誤りがあります。", problems)


def _require(conn: Connection, ticket_id: str) -> Ticket:
    row = conn.execute(select(desk_callbacks).where(desk_callbacks.c.ticket_id == ticket_id)).one_or_none()
    if row is None:
        raise NotFound("この折り返し連絡票は見つかりません。")
    return _ticket(row)


def _require_open(conn: Connection, ticket_id: str) -> Ticket:
    ticket = _require(conn, ticket_id)
    if ticket.status != "open":
        raise Conflict("この折り返し連絡票は、すでに終わっています。")
    return ticket


def _change(conn: Connection, ticket_id: str, **values: Any) -> None:
    conn.execute(update(desk_callbacks).where(desk_callbacks.c.ticket_id == ticket_id).values(values))


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(
        row.ticket_id,
        row.record_id,
        RedactedText(row.content),
        row.department,
        row.due_at,
        row.status,
        row.attempts,
        row.created_by,
        row.created_at,
        row.closed_at,
        row.purged_at,
    )
