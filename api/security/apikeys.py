"""API keys `mdg_<id>_<secret>`: shown once, stored as a hash, checked in memory (the hot path of POST /v1/search)."""

import hmac
import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, delete, insert, select, update

from api.security.permissions import Permission, Role, permissions_of
from api.security.principal import Principal
from api.security.tokens import new_token, token_hash
from api.security.trail import Act
from knowledge.errors import InvalidInput, NotFound, Problem, Unauthenticated
from knowledge.ports import Clock
from knowledge.store.accounts import api_keys
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database

_PREFIX = "mdg"
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_LONGEST = timedelta(days=3653)
_KNOWN = frozenset(Permission)
_FRESH_FOR = timedelta(seconds=30)
"""Another process (a second server on PostgreSQL) may revoke a key: it is gone here after this time at the latest."""


@dataclass(frozen=True, slots=True)
class KeyInfo:
    """One key as the list shows it; empty `scopes` means all rights of the role."""

    key_id: str
    label: str
    role: Role
    scopes: frozenset[Permission]
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Live:
    secret_hash: str
    expires_at: datetime | None
    principal: Principal


class ApiKeys:
    def __init__(self, db: Database, clock: Clock, audit: AuditLog) -> None:
        self._db = db
        self._clock = clock
        self._audit = audit
        self._live: Mapping[str, _Live] = MappingProxyType({})
        self._loaded_at: datetime | None = None
        self._last_used: dict[str, datetime] = {}

    def create(
        self,
        by: str,
        label: str,
        role: Role,
        scopes: Collection[Permission] | None = None,
        expires_at: datetime | None = None,
    ) -> tuple[str, KeyInfo]:
        """A new key and its description; the key text cannot be shown again. Raises InvalidInput."""
        now = self._clock.now()
        _check(label, role, scopes, expires_at, now)
        key_id, secret = secrets.token_hex(8), new_token()
        values = {
            "id": key_id,
            "label": label.strip(),
            "secret_hash": token_hash(secret),
            "role": role.value,
            "scopes": " ".join(sorted(scopes or ())),
            "created_by": by,
            "created_at": now,
            "expires_at": expires_at,
        }
        with self._db.begin() as conn:
            conn.execute(insert(api_keys).values(**values))
            detail = {"role": role.value, "scopes": str(values["scopes"]), "expires_at": str(expires_at or "")}
            self._audit.append(conn, by, Act.KEY_CREATED, f"key:{key_id}", detail)
            row = conn.execute(select(api_keys).where(api_keys.c.id == key_id)).one()
        self.reload()
        return f"{_PREFIX}_{key_id}_{secret}", _info(row, None)

    def revoke(self, by: str, key_id: str) -> None:
        """The key stops working before this returns. Raises NotFound."""
        with self._db.begin() as conn:
            revoked = update(api_keys).where(api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
            known = _KEY_ID.fullmatch(key_id) is not None
            if not known or conn.execute(revoked.values(revoked_at=self._clock.now())).rowcount == 0:
                raise NotFound("そのAPIキーはないか、すでに失効しています。")
            self._audit.append(conn, by, Act.KEY_REVOKED, f"key:{key_id}", {})
        self.reload()

    def remove(self, by: str, key_id: str) -> None:
        """Like `revoke`, and the list does not show it any more: for keys nobody made by hand. The audit log keeps it."""
        with self._db.begin() as conn:
            if conn.execute(delete(api_keys).where(api_keys.c.id == key_id)).rowcount == 0:
                raise NotFound("そのAPIキーはありません。")
            self._audit.append(conn, by, Act.KEY_REVOKED, f"key:{key_id}", {})
        self.reload()

    def all(self) -> list[KeyInfo]:
        """Every key, newest first, revoked ones included."""
        with self._db.read() as conn:
            rows = conn.execute(select(api_keys).order_by(api_keys.c.created_at.desc(), api_keys.c.id))
            return [_info(row, self._last_used.get(row.id)) for row in rows]

    def verify(self, key: str) -> Principal:
        """Who presents this key. In memory only: call `reload` first when `is_stale`. Raises Unauthenticated."""
        prefix, _, rest = key.partition("_")
        key_id, _, secret = rest.partition("_")
        live = self._live.get(key_id)
        now = self._clock.now()
        if live is None or prefix != _PREFIX or not hmac.compare_digest(live.secret_hash, token_hash(secret)):
            raise Unauthenticated("APIキーが正しくないか、失効しています。")
        if live.expires_at is not None and live.expires_at <= now:
            raise Unauthenticated("APIキーの有効期限が切れています。新しいキーを発行してください。")
        self._last_used[key_id] = now
        return live.principal

    def lives(self, key_id: str) -> bool:
        """Whether this key still opens the door."""
        if self.is_stale():
            self.reload()
        live = self._live.get(key_id)
        return live is not None and (live.expires_at is None or live.expires_at > self._clock.now())

    def is_stale(self) -> bool:
        return self._loaded_at is None or self._clock.now() - self._loaded_at > _FRESH_FOR

    def reload(self) -> None:
        """Read every valid key; the new table replaces the old one at once."""
        with self._db.read() as conn:
            rows = conn.execute(select(api_keys).where(api_keys.c.revoked_at.is_(None))).all()
        self._live = MappingProxyType({row.id: _live(row) for row in rows})
        self._loaded_at = self._clock.now()

    def flush_last_used(self) -> None:
        """Write the times of last use, which are kept in memory meanwhile."""
        used, self._last_used = self._last_used, {}
        if not used:
            return
        with self._db.begin() as conn:
            for key_id, at in used.items():
                conn.execute(update(api_keys).where(api_keys.c.id == key_id).values(last_used_at=at))


def _check(
    label: str, role: Role, scopes: Collection[Permission] | None, expires_at: datetime | None, now: datetime
) -> None:
    problems = []
    if not 0 < len(label.strip()) <= 100 or not label.isprintable():
        problems.append(Problem("用途の名前を1〜100文字で入力してください。", column="label"))
    if scopes is not None and not frozenset(scopes) <= permissions_of(role):
        problems.append(Problem("役割が持たない権限は指定できません。", column="scopes"))
    if expires_at is not None and not now < expires_at <= now + _LONGEST:
        problems.append(Problem("有効期限には10年以内の未来の日時を指定してください。", column="expires_at"))
    if problems:
        raise InvalidInput("".join(problem.message for problem in problems), problems)


def _scopes(text: str) -> frozenset[Permission]:
    # A permission that a newer version dropped grants nothing.
    return frozenset(Permission(scope) for scope in text.split() if scope in _KNOWN)


def _live(row: Row[Any]) -> _Live:
    role = Role(row.role)
    granted = permissions_of(role, _scopes(row.scopes) if row.scopes else None)
    principal = Principal("key", row.label, role, granted, display_name=row.label, key_id=row.id)
    return _Live(row.secret_hash, row.expires_at, principal)


def _info(row: Row[Any], last_used_at: datetime | None) -> KeyInfo:
    return KeyInfo(
        key_id=row.id,
        label=row.label,
        role=Role(row.role),
        scopes=_scopes(row.scopes),
        created_by=row.created_by,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_at=last_used_at or row.last_used_at,
    )
