"""Local accounts: create, change, disable; the last administrator stays. Every change is audited with who did it."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from api.security.passwords import Passwords, password_problems
from api.security.permissions import PERSON_ROLES, ROLE_LABELS, Role
from api.security.trail import Act
from knowledge.errors import Conflict, InvalidInput, NotFound, Problem
from knowledge.ports import Clock
from knowledge.store.accounts import recovery_codes, sessions, setup_links, users
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database

_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{1,63}")
_RESERVED = frozenset({"system", "anonymous"})
ACTIVE, DISABLED = "active", "disabled"


@dataclass(frozen=True, slots=True)
class User:
    """One account as the user list shows it; no secret is in it."""

    user_id: int
    name: str
    display_name: str
    role: Role
    active: bool
    has_password: bool
    has_second_factor: bool
    is_oidc: bool
    created_at: datetime
    last_login_at: datetime | None


class Users:
    def __init__(
        self, db: Database, clock: Clock, passwords: Passwords, audit: AuditLog, min_password_length: int
    ) -> None:
        self._db = db
        self._clock = clock
        self._passwords = passwords
        self._audit = audit
        self._min_length = min_password_length

    def create(
        self,
        by: str,
        name: str,
        role: Role,
        display_name: str = "",
        password: str | None = None,
        oidc_subject: str = "",
    ) -> User:
        """A new account; without a password it waits for its set-up link. Raises InvalidInput, Conflict."""
        plain_name = checked_name(name)
        hashed = None if password is None else self.checked_hash(password, plain_name)
        with self._db.begin() as conn:
            return self.add(conn, by, plain_name, role, display_name, hashed, oidc_subject)

    def all(self) -> list[User]:
        """Every account by name."""
        with self._db.read() as conn:
            return [_user(row) for row in conn.execute(select(users).order_by(users.c.name))]

    def get(self, name: str) -> User:
        """Raises NotFound."""
        with self._db.read() as conn:
            return _user(self.row(conn, name))

    def is_taken(self, name: str) -> bool:
        """By an account or by the service itself."""
        if name in _RESERVED:
            return True
        with self._db.read() as conn:
            return conn.execute(by_name(name)).first() is not None

    def by_oidc_subject(self, subject: str) -> User | None:
        with self._db.read() as conn:
            row = conn.execute(select(users).where(users.c.oidc_subject == subject)).one_or_none()
        return None if row is None else _user(row)

    def none_yet(self, conn: Connection) -> bool:
        """True before the first start's set-up."""
        return conn.execute(select(users.c.id).limit(1)).first() is None

    def change(
        self,
        by: str,
        name: str,
        *,
        role: Role | None = None,
        display_name: str | None = None,
        active: bool | None = None,
    ) -> User:
        """Change what is given. A changed role or a disabled account ends its sessions at once."""
        with self._db.begin() as conn:
            before = self.row(conn, name)
            wanted: dict[str, Any] = {}
            if role is not None and role != before.role:
                _check_role(role)
                wanted["role"] = role.value
            if active is not None and (before.status == ACTIVE) != active:
                wanted["status"] = ACTIVE if active else DISABLED
            ends_sessions = bool(wanted)
            if display_name is not None and _shown(display_name) not in ("", before.display_name):
                wanted["display_name"] = _shown(display_name)
            if wanted:
                conn.execute(update(users).where(users.c.id == before.id).values(**wanted))
                self._keep_an_administrator(conn, before)
                shown = {key: str(value) for key, value in wanted.items() if key != "display_name"}
                self._audit.append(conn, by, Act.USER_CHANGED, before.name, shown or {"display_name": "changed"})
            if ends_sessions:
                conn.execute(delete(sessions).where(sessions.c.user_id == before.id))
            return _user(self.row(conn, name))

    def set_password(self, by: str, name: str, password: str) -> None:
        """Give a new password and end every session. The caller has already proved who is asking."""
        hashed = self.checked_hash(password, checked_name(name))
        with self._db.begin() as conn:
            row = self.row(conn, name)
            self.store_password(conn, row.id, hashed)
            conn.execute(delete(setup_links).where(setup_links.c.user_id == row.id))
            self._audit.append(conn, by, Act.PASSWORD_SET, row.name, {})

    def reset_second_factor(self, by: str, name: str) -> None:
        """Forget the authenticator and the recovery codes (lost phone); sessions end."""
        with self._db.begin() as conn:
            row = self.row(conn, name)
            blank = {"totp_secret": None, "totp_confirmed_at": None, "totp_last_step": None}
            conn.execute(update(users).where(users.c.id == row.id).values(**blank))
            conn.execute(delete(recovery_codes).where(recovery_codes.c.user_id == row.id))
            conn.execute(delete(sessions).where(sessions.c.user_id == row.id))
            self._audit.append(conn, by, Act.SECOND_FACTOR_RESET, row.name, {})

    def row(self, conn: Connection, name: str) -> Row[Any]:
        found = conn.execute(by_name(name)).one_or_none()
        if found is None:
            raise NotFound("その利用者は登録されていません。利用者名を確認してください。")
        return found

    def checked_hash(self, password: str, name: str) -> str:
        """The hash of a password that satisfies the policy. Raises InvalidInput listing all that is wrong."""
        problems = password_problems(password, name, self._min_length)
        if problems:
            raise InvalidInput("".join(problems), [Problem(text, column="password") for text in problems])
        return self._passwords.hash(password)

    def store_password(self, conn: Connection, user_id: int, hashed: str) -> None:
        """Whoever held a session under the old password loses it."""
        now = self._clock.now()
        conn.execute(update(users).where(users.c.id == user_id).values(password_hash=hashed, password_changed_at=now))
        conn.execute(delete(sessions).where(sessions.c.user_id == user_id))

    def add(
        self,
        conn: Connection,
        by: str,
        name: str,
        role: Role,
        display_name: str,
        hashed: str | None,
        oidc_subject: str = "",
    ) -> User:
        """The account in the caller's transaction; `name` and `hashed` come from checked_name and checked_hash."""
        _check_role(role)
        now = self._clock.now()
        values = {
            "name": name,
            "display_name": _shown(display_name) or name,
            "role": role.value,
            "status": ACTIVE,
            "password_hash": hashed,
            "password_changed_at": now if hashed else None,
            "oidc_subject": oidc_subject or None,
            "created_at": now,
        }
        try:
            conn.execute(insert(users).values(**values))
        except IntegrityError as exc:
            raise Conflict("この利用者名はすでに使われています。別の名前にしてください。") from exc
        self._audit.append(conn, by, Act.USER_CREATED, name, {"role": role.value})
        return _user(self.row(conn, name))

    def _keep_an_administrator(self, conn: Connection, before: Row[Any]) -> None:
        active_admins = select(func.count()).where(users.c.role == Role.ADMIN, users.c.status == ACTIVE)
        if before.role == Role.ADMIN and not conn.execute(active_admins).scalar_one():
            raise Conflict(
                f"有効な{ROLE_LABELS[Role.ADMIN]}が一人もいなくなるため、変更できません。"
                "先に別の利用者を管理者にしてください。"
            )


def checked_name(name: str) -> str:
    """The name as stored (lower case). Raises InvalidInput."""
    folded = name.strip().casefold()
    if not _NAME.fullmatch(folded) or folded in _RESERVED:
        text = "利用者名は、半角の英小文字・数字・. _ - @ を使って2〜64文字で入力してください。"
        raise InvalidInput(text, [Problem(text, column="name")])
    return folded


def folded_name(name: str) -> str:
    """The name as stored; empty, which nobody is called, when it cannot be a name (a NUL would upset PostgreSQL)."""
    folded = name.strip().casefold()
    return folded if _NAME.fullmatch(folded) else ""


def by_name(name: str) -> Select[Any]:
    return select(users).where(users.c.name == folded_name(name))


def _shown(display_name: str) -> str:
    return "".join(char for char in display_name if char.isprintable()).strip()[:100]


def _user(row: Row[Any]) -> User:
    return User(
        user_id=row.id,
        name=row.name,
        display_name=row.display_name,
        role=Role(row.role),
        active=row.status == ACTIVE,
        has_password=row.password_hash is not None,
        has_second_factor=row.totp_confirmed_at is not None,
        is_oidc=row.oidc_subject is not None,
        created_at=row.created_at,
        last_login_at=row.last_login_at,
    )


def _check_role(role: Role) -> None:
    """Raises InvalidInput for a role that is for machines."""
    if role not in PERSON_ROLES:
        text = f"「{ROLE_LABELS[role]}」は APIキー専用の役割です。人の役割を選んでください。"
        raise InvalidInput(text, [Problem(text, column="role")])
