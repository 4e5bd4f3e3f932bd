"""Requests of departments to change an FAQ: a queue with due date, state and lead time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from statistics import median
from typing import Any, Literal, cast
from uuid import uuid4

from sqlalchemy import Connection, Row, insert, select, update

from knowledge.clock import JST
from knowledge.errors import IllegalTransition, InvalidInput, NotFound, Problem
from knowledge.faq.edit import Edit
from knowledge.privacy.redacted import RedactedText
from knowledge.store.faq_tables import update_request

RequestStatus = Literal["open", "in_progress", "done", "declined"]
REQUEST_LABELS: dict[RequestStatus, str] = {
    "open": "受付",
    "in_progress": "対応中",
    "done": "完了",
    "declined": "見送り",
}
_CLOSED: frozenset[RequestStatus] = frozenset({"done", "declined"})
_MAX_CHARS = 4_000


@dataclass(frozen=True, slots=True)
class UpdateRequest:
    """One request; `lead_secs` is the time from request to closing, None while it is open."""

    request_id: str
    department: str
    text: RedactedText
    faq_id: str
    due_on: date | None
    status: RequestStatus
    note: RedactedText
    requested_by: str
    handled_by: str
    requested_at: datetime
    closed_at: datetime | None

    @property
    def lead_secs(self) -> float | None:
        return None if self.closed_at is None else (self.closed_at - self.requested_at).total_seconds()

    def is_overdue(self, day: date) -> bool:
        return self.due_on is not None and self.status not in _CLOSED and self.due_on < day


@dataclass(frozen=True, slots=True)
class LeadTimes:
    """Requests closed as done in a period: how many, and how long they took (None when there were none)."""

    done: int
    median_secs: float | None
    longest_secs: float | None
    late: int
    """Closed after their due date."""


def add_request(edit: Edit, department: str, text: RedactedText, faq_id: str, due_on: date | None) -> UpdateRequest:
    """Raises InvalidInput for a request without department or text."""
    given = (("department", department, 200), ("text", text, _MAX_CHARS))
    problems = [Problem(f"1文字以上{most}文字以内で入力してください。", None, column) for column, value, most in given
                if not 0 < len(value.strip()) <= most]  # fmt: skip
    if problems:
        raise InvalidInput("更新依頼を受け付けられません。", problems)
    request_id = uuid4().hex
    edit.conn.execute(
        insert(update_request).values(
            request_id=request_id,
            department=department,
            text=text,
            faq_id=faq_id,
            due_on=due_on,
            status="open",
            note="",
            requested_by=edit.who,
            handled_by="",
            requested_at=edit.now,
            closed_at=None,
        )
    )
    edit.audit.append(edit.conn, edit.who, "faq_request.add", request_id, {"faq_id": faq_id})
    return get_request(edit.conn, request_id)


def move_request(edit: Edit, request_id: str, status: RequestStatus, note: RedactedText) -> UpdateRequest:
    """Put a request into another state. Raises IllegalTransition when it is closed already."""
    before = get_request(edit.conn, request_id)
    if before.status in _CLOSED:
        raise IllegalTransition(f"この依頼は「{REQUEST_LABELS[before.status]}」になっています。")
    edit.conn.execute(
        update(update_request)
        .where(update_request.c.request_id == request_id)
        .values(
            status=status,
            note=note or before.note,
            handled_by=edit.who,
            closed_at=edit.now if status in _CLOSED else None,
        )
    )
    edit.audit.append(edit.conn, edit.who, "faq_request.move", request_id, {"status": status})
    return get_request(edit.conn, request_id)


def get_request(conn: Connection, request_id: str) -> UpdateRequest:
    """Raises NotFound."""
    row = conn.execute(select(update_request).where(update_request.c.request_id == request_id)).one_or_none()
    if row is None:
        raise NotFound("この更新依頼はありません。")
    return _to_request(row)


def list_requests(conn: Connection, statuses: Sequence[RequestStatus] = ()) -> list[UpdateRequest]:
    """Nearest due date first, those without a date last."""
    wanted = select(update_request)
    if statuses:
        wanted = wanted.where(update_request.c.status.in_(statuses))
    ordered = wanted.order_by(update_request.c.due_on.is_(None), update_request.c.due_on, update_request.c.requested_at)
    return [_to_request(row) for row in conn.execute(ordered)]


def lead_times(requests: Sequence[UpdateRequest], since: datetime, until: datetime) -> LeadTimes:
    """Over requests done in [since, until); late is judged by the day in Japan."""
    done = [r for r in requests if r.status == "done" and r.closed_at is not None and since <= r.closed_at < until]
    times = [r.lead_secs for r in done if r.lead_secs is not None]
    late = sum(1 for r in done if r.due_on and r.closed_at and r.closed_at.astimezone(JST).date() > r.due_on)
    return LeadTimes(len(done), median(times) if times else None, max(times, default=None), late)


def _to_request(row: Row[Any]) -> UpdateRequest:
    return UpdateRequest(
        request_id=row.request_id,
        department=row.department,
        text=RedactedText(row.text),
        faq_id=row.faq_id,
        due_on=row.due_on,
        status=cast(RequestStatus, row.status),
        note=RedactedText(row.note),
        requested_by=row.requested_by,
        handled_by=row.handled_by,
        requested_at=row.requested_at,
        closed_at=row.closed_at,
    )
