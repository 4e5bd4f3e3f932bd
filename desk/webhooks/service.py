"""Webhooks: other systems are told that something changed. Bodies carry ids and states, never text of a citizen.

A message stands in the outbox in the transaction of the change it tells of, so none is lost and none is sent early.
"""

import hmac
import ipaddress
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, insert, select, update

from knowledge.errors import InvalidInput, NotFound
from knowledge.ports import Clock
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_deliveries, desk_webhooks

KINDS = (
    "record.created",
    "record.moved",
    "record.closed",
    "complaint.received",
    "complaint.moved",
    "answer_rate.alert",
    "incident.opened",
    "incident.moved",
    "alert.raised",
)
_RETRY_MINUTES = (1, 5, 30, 120, 720)
Post = Callable[[str, bytes, Mapping[str, str]], int]
"""(url, body, headers) -> HTTP status; may raise OSError."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Without its secret, which is shown once."""

    hook_id: str
    url: str
    kinds: tuple[str, ...]
    active: bool
    created_by: str
    created_at: datetime


class Webhooks:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._audit = AuditLog(clock)

    def add(self, url: str, kinds: Sequence[str], who: str) -> tuple[Webhook, str]:
        """The hook and the secret its messages are signed with. Raises InvalidInput."""
        _check(url, kinds)
        secret, hook_id = secrets.token_hex(24), uuid4().hex
        row: dict[str, Any] = {"hook_id": hook_id, "url": url, "secret": secret, "kinds": " ".join(sorted(set(kinds)))}
        row |= {"active": True, "created_by": who[:128], "created_at": self._clock.now()}
        with self._db.begin() as conn:
            conn.execute(insert(desk_webhooks), row)
            self._audit.append(conn, who, "webhook.add", hook_id)
        return next(hook for hook in self.hooks() if hook.hook_id == hook_id), secret

    def hooks(self) -> list[Webhook]:
        with self._db.read() as conn:
            return [_hook(row) for row in conn.execute(select(desk_webhooks).order_by(desk_webhooks.c.created_at))]

    def remove(self, hook_id: str, who: str) -> None:
        """Raises NotFound. What was not sent yet is dropped."""
        with self._db.begin() as conn:
            conn.execute(delete(desk_deliveries).where(desk_deliveries.c.hook_id == hook_id))
            if conn.execute(delete(desk_webhooks).where(desk_webhooks.c.hook_id == hook_id)).rowcount == 0:
                raise NotFound("この通知先は見つかりません。")
            self._audit.append(conn, who, "webhook.remove", hook_id)

    def enqueue(self, conn: Connection, kind: str, data: Mapping[str, str | int | float | None]) -> None:
        """One message for each hook that wants this kind, inside the caller's transaction."""
        now = self._clock.now()
        wanted = select(desk_webhooks).where(desk_webhooks.c.active)
        hooks = [hook for row in conn.execute(wanted) if kind in (hook := _hook(row)).kinds]
        if not hooks:
            return
        body = json.dumps({"kind": kind, "at": now.isoformat(), "data": dict(data)}, ensure_ascii=False, sort_keys=True)
        values = {"kind": kind, "body": body, "created_at": now, "next_at": now, "attempts": 0, "error": ""}
        conn.execute(insert(desk_deliveries), [values | {"hook_id": hook.hook_id} for hook in hooks])

    def deliver_due(self, post: Post, limit: int = 50) -> int:
        """Send what is due, oldest first; returns how many went through. Never raises for a receiver that fails."""
        columns = desk_deliveries.c
        with self._db.read() as conn:
            wanted = select(desk_deliveries, desk_webhooks.c.url, desk_webhooks.c.secret).join(desk_webhooks)
            due = conn.execute(
                wanted.where(columns.next_at <= self._clock.now()).order_by(columns.seq).limit(limit)
            ).all()
        return sum(self._deliver(post, row) for row in due)

    def _deliver(self, post: Post, row: Row[Any]) -> bool:
        body: bytes = row.body.encode()
        headers = {
            "content-type": "application/json",
            "x-madoguchi-delivery": str(row.seq),
            "x-madoguchi-signature": signature(row.secret, body),
        }
        try:
            status = post(row.url, body, headers)
            error = "" if 200 <= status < 300 else f"HTTP {status}"
        except OSError as exc:
            error = type(exc).__name__
        now = self._clock.now()
        values: dict[str, Any] = {"attempts": row.attempts + 1, "error": error[:200]}
        if not error:
            values |= {"delivered_at": now, "next_at": None}
        elif row.attempts < len(_RETRY_MINUTES):
            values["next_at"] = now + timedelta(minutes=_RETRY_MINUTES[row.attempts])
        else:
            values["next_at"] = None
        with self._db.begin() as conn:
            conn.execute(update(desk_deliveries).where(desk_deliveries.c.seq == row.seq).values(values))
        return not error


def signature(secret: str, body: bytes) -> str:
    """What the receiver compares: HMAC-SHA256 of the body."""
    return "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()


def _check(url: str, kinds: Sequence[str]) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or len(url) > 500:
        raise InvalidInput("通知先は http:// または https:// で始まる、500文字以内のURLにしてください。")
    if _is_metadata_address(parts.hostname):
        raise InvalidInput("この宛先には通知できません。")
    unknown = [kind for kind in kinds if kind not in KINDS]
    if unknown or not kinds:
        raise InvalidInput(f"通知の種類は {'・'.join(KINDS)} から選んでください。")


def _is_metadata_address(host: str) -> bool:
    """Link-local addresses serve machine credentials on many clouds; receivers on the city's own network are wanted."""
    try:
        return ipaddress.ip_address(host).is_link_local
    except ValueError:
        return False


def _hook(row: Row[Any]) -> Webhook:
    return Webhook(row.hook_id, row.url, tuple(row.kinds.split()), row.active, row.created_by, row.created_at)
