"""Server-side sessions: the browser holds 256 random bits, the database their hash, and both timeouts apply here."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from api.security.permissions import Role, permissions_of
from api.security.principal import Principal, Stage
from api.security.tokens import new_token, token_hash
from api.security.trail import Act
from api.security.users import ACTIVE, folded_name
from knowledge.errors import NotFound
from knowledge.ports import Clock
from knowledge.store.accounts import sessions, users
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database

_TOUCH_EVERY = timedelta(seconds=60)
_INCOMPLETE_FOR = timedelta(minutes=10)
"""How long a login may wait for its second step."""


@dataclass(frozen=True, slots=True)
class SessionInfo:
    """One line of "where you are logged in"."""

    session_id: str
    address: str
    created_at: datetime
    last_seen_at: datetime


class Sessions:
    def __init__(
        self, db: Database, clock: Clock, audit: AuditLog, idle_timeout_secs: int, absolute_timeout_secs: int
    ) -> None:
        self._db = db
        self._clock = clock
        self._audit = audit
        self._idle = timedelta(seconds=idle_timeout_secs)
        self._absolute = timedelta(seconds=absolute_timeout_secs)

    def open(self, conn: Connection, user_id: int, stage: Stage, address: str, replaces: str = "") -> str:
        """A new session in the caller's transaction; `replaces` is the old token, which dies (rotation)."""
        if replaces:
            conn.execute(delete(sessions).where(sessions.c.id == token_hash(replaces)))
        token = new_token()
        now = self._clock.now()
        lifetime = self._absolute if stage == "complete" else _INCOMPLETE_FOR
        conn.execute(
            insert(sessions).values(
                id=token_hash(token),
                user_id=user_id,
                stage=stage,
                address=address[:64],
                created_at=now,
                last_seen_at=now,
                expires_at=now + lifetime,
            )
        )
        return token

    def resolve(self, token: str) -> Principal | None:
        """Who holds this token, or None when it is unknown, timed out, or its account is disabled."""
        with self._db.read() as conn:
            row = self.row(conn, token)
        if row is None:
            return None
        if self._clock.now() - row.last_seen_at >= min(_TOUCH_EVERY, self._idle / 2):
            self._touch(row.session_id)
        role = Role(row.role)
        return Principal(
            kind="user",
            name=row.name,
            role=role,
            permissions=permissions_of(role) if row.stage == "complete" else frozenset(),
            user_id=row.id,
            display_name=row.display_name,
            session_id=row.session_id,
            stage=row.stage,
        )

    def lives(self, token: str) -> bool:
        """Whether this login still holds; unlike `resolve`, asking is no sign of life."""
        with self._db.read() as conn:
            found = self.row(conn, token)
        return found is not None and found.stage == "complete"

    def row(self, conn: Connection, token: str) -> Row[Any] | None:
        """Session and user of a live token in one row (the session's id is `session_id`, the user's is `id`)."""
        now = self._clock.now()
        found = conn.execute(
            select(users, sessions.c.id.label("session_id"), sessions.c.stage, sessions.c.last_seen_at)
            .join(users, users.c.id == sessions.c.user_id)
            .where(
                sessions.c.id == token_hash(token),
                sessions.c.expires_at > now,
                sessions.c.last_seen_at > now - self._idle,
                users.c.status == ACTIVE,
            )
        )
        return found.one_or_none()

    def list_of(self, user_id: int) -> list[SessionInfo]:
        """The complete, live sessions of a user, latest first."""
        now = self._clock.now()
        query = (
            select(sessions)
            .where(sessions.c.user_id == user_id, sessions.c.stage == "complete")
            .where(sessions.c.expires_at > now, sessions.c.last_seen_at > now - self._idle)
            .order_by(sessions.c.last_seen_at.desc(), sessions.c.id)
        )
        with self._db.read() as conn:
            return [SessionInfo(row.id, row.address, row.created_at, row.last_seen_at) for row in conn.execute(query)]

    def logout(self, token: str) -> None:
        """End this session; an unknown or dead token is ignored."""
        with self._db.begin() as conn:
            row = self.row(conn, token)
            conn.execute(delete(sessions).where(sessions.c.id == token_hash(token)))
            if row is not None:
                self._audit.append(conn, row.name, Act.LOGOUT, row.name, {})

    def logout_everywhere(self, by: str, name: str) -> int:
        """End every session of the user; returns how many."""
        with self._db.begin() as conn:
            user_id = conn.execute(select(users.c.id).where(users.c.name == folded_name(name))).scalar_one_or_none()
            if user_id is None:
                raise NotFound("その利用者は登録されていません。利用者名を確認してください。")
            ended = conn.execute(delete(sessions).where(sessions.c.user_id == user_id)).rowcount
            self._audit.append(conn, by, Act.LOGOUT_EVERYWHERE, name, {"sessions": str(ended)})
        return int(ended)

    def purge(self, conn: Connection) -> None:
        """Drop what timed out."""
        now = self._clock.now()
        conn.execute(
            delete(sessions).where((sessions.c.expires_at <= now) | (sessions.c.last_seen_at <= now - self._idle))
        )

    def _touch(self, session_id: str) -> None:
        # At most once a minute: a write for every request would make reading pages as slow as writing.
        with self._db.begin() as conn:
            conn.execute(update(sessions).where(sessions.c.id == session_id).values(last_seen_at=self._clock.now()))
