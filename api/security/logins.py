"""Logging in: password, then second factor, then a fresh session. The web pages and the JSON API both call this."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, update

from api.security.attempts import Attempts
from api.security.errors import LoginIncomplete, WaitBefore
from api.security.passwords import Passwords
from api.security.permissions import Role
from api.security.principal import Stage
from api.security.ratelimit import Rate, RateLimiter, address_key
from api.security.second_factors import SecondFactors
from api.security.sessions import Sessions
from api.security.totp import Enrolment, enrolment
from api.security.trail import Act
from api.security.users import ACTIVE, Users, by_name
from knowledge.errors import Conflict, Forbidden, InvalidInput, Problem, Unauthenticated
from knowledge.ports import Clock
from knowledge.store.accounts import users
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database

ISSUER = "窓口"
_ATTEMPTS_RATE = Rate(per_minute=10, burst=10)


@dataclass(frozen=True, slots=True)
class LoginStep:
    """`token` goes into the session cookie (it replaces the one before); `stage` names the page that comes next."""

    token: str
    stage: Stage
    name: str
    role: Role


class Logins:
    def __init__(
        self,
        db: Database,
        clock: Clock,
        audit: AuditLog,
        users: Users,
        sessions: Sessions,
        attempts: Attempts,
        passwords: Passwords,
        second_factors: SecondFactors,
        second_factor_roles: Collection[str],
    ) -> None:
        self._db = db
        self._clock = clock
        self._audit = audit
        self._users = users
        self._sessions = sessions
        self._attempts = attempts
        self._passwords = passwords
        self._factors = second_factors
        self._second_factor_roles = frozenset(second_factor_roles)
        self._limiter = RateLimiter(_ATTEMPTS_RATE)

    def with_password(self, name: str, password: str, address: str, replaces: str = "") -> LoginStep:
        """First step. Raises Unauthenticated (one message for every cause), LockedOut, WaitBefore."""
        self._slow_down(name, address)
        self._attempts.reserve(name)
        with self._db.read() as conn:
            row = conn.execute(by_name(name)).one_or_none()
        fits = self._passwords.verify(row.password_hash if row else None, password)
        if row is None or not fits or row.status != ACTIVE:
            self._attempts.failed(name, "password", address)
            raise Unauthenticated("利用者名またはパスワードが違います。")
        rehashed = self._passwords.hash(password) if self._passwords.needs_rehash(row.password_hash) else None
        with self._db.begin() as conn:
            if rehashed:
                conn.execute(update(users).where(users.c.id == row.id).values(password_hash=rehashed))
            return self._proceed(conn, row, self._stage_of(row), address, replaces, "password")

    def with_oidc(self, name: str, address: str, strong: bool, replaces: str = "") -> LoginStep:
        """A login the identity provider vouched for; `strong`: it has checked a second factor itself."""
        with self._db.begin() as conn:
            row = self._users.row(conn, name)
            if row.status != ACTIVE:
                raise Forbidden("この利用者は停止されています。システム管理者に連絡してください。")
            stage: Stage = "complete" if strong else self._stage_of(row)
            return self._proceed(conn, row, stage, address, replaces, "oidc")

    def with_code(self, token: str, code: str, address: str) -> LoginStep:
        """Second step: a code of the authenticator, or a recovery code. Raises Unauthenticated, LockedOut,
        Unavailable when the authenticator's key cannot be opened."""
        name = self._waiting(token, "second_factor").name
        self._attempts.reserve(name)
        with self._db.begin() as conn:
            # Read again under the write lock: a parallel login may just have used this very code.
            row = self._session_row(conn, token, ("second_factor",))
            if self._factors.spend_recovery_code(conn, row.id, code):
                self._audit.append(conn, row.name, Act.RECOVERY_USED, row.name, {"address": address})
                return self._proceed(conn, row, "complete", address, token, "recovery_code")
            if self._factors.spend_code(conn, row, code):
                return self._proceed(conn, row, "complete", address, token, "code")
        self._attempts.failed(name, "code", address)
        raise Unauthenticated("確認コードが違うか、すでに使用されています。新しいコードを入力してください。")

    def enrolment_page(self, token: str) -> Enrolment:
        """What to show for registering the authenticator: in a forced enrolment, or later of one's own accord.

        The same key is shown again until it is confirmed. Raises Conflict when one is registered already.
        """
        with self._db.begin() as conn:
            row = self._session_row(conn, token, ("enrolment", "complete"))
            if row.totp_confirmed_at is not None:
                raise Conflict("認証アプリはすでに登録されています。登録し直すときは、管理者に解除を依頼してください。")
            return enrolment(self._factors.offered_secret(conn, row), row.name, ISSUER)

    def confirm_enrolment(self, token: str, code: str, address: str) -> tuple[LoginStep, list[str]]:
        """The first code proves that the app holds the key. Returns the session and the recovery codes, shown once."""
        with self._db.begin() as conn:
            row = self._session_row(conn, token, ("enrolment", "complete"))
            if row.totp_confirmed_at is not None or row.totp_secret is None:
                raise Conflict("認証アプリの登録画面を開き直してください。")
            codes = self._factors.confirm(conn, row, code)
            if codes is None:
                text = "確認コードが違います。端末の時刻を確かめて、表示中のコードを入力してください。"
                raise InvalidInput(text, [Problem(text, column="code")])
            self._audit.append(conn, row.name, Act.SECOND_FACTOR_SET, row.name, {})
            return self._proceed(conn, row, "complete", address, token, "enrolment"), codes

    def renew_recovery_codes(self, token: str, code: str) -> list[str]:
        """Ten new recovery codes for a person who is logged in and shows a fresh code; the old ones die."""
        with self._db.begin() as conn:
            row = self._session_row(conn, token, ("complete",))
            if not self._factors.spend_code(conn, row, code):
                raise Forbidden("確認コードが違うか、すでに使用されています。")
            self._audit.append(conn, row.name, Act.SECOND_FACTOR_SET, row.name, {"recovery_codes": "renewed"})
            return self._factors.renew_recovery_codes(conn, row.id)

    def recovery_codes_left(self, user_id: int) -> int:
        return self._factors.recovery_codes_left(user_id)

    def change_password(self, token: str, current: str, new: str, address: str) -> LoginStep:
        """A person changes their own password; other sessions end, this one is renewed."""
        row = self._waiting(token, "complete")
        self._attempts.reserve(row.name)
        if not self._passwords.verify(row.password_hash, current):
            self._attempts.failed(row.name, "password", address)
            raise Forbidden("現在のパスワードが違います。")
        hashed = self._users.checked_hash(new, row.name)
        with self._db.begin() as conn:
            self._attempts.succeeded(conn, row.name)
            self._users.store_password(conn, row.id, hashed)
            self._audit.append(conn, row.name, Act.PASSWORD_SET, row.name, {})
            renewed = self._sessions.open(conn, row.id, "complete", address)
        return LoginStep(renewed, "complete", row.name, Role(row.role))

    def _slow_down(self, name: str, address: str) -> None:
        wait = self._limiter.wait_secs(f"{name.strip().casefold()[:64]}|{address_key(address)}")
        if wait:
            raise WaitBefore("ログインの操作が続いています。少し待ってからお試しください。", int(wait) + 1)

    def _stage_of(self, row: Row[Any]) -> Stage:
        if row.totp_confirmed_at is not None:
            return "second_factor"
        return "enrolment" if row.role in self._second_factor_roles else "complete"

    def _proceed(
        self, conn: Connection, row: Row[Any], stage: Stage, address: str, replaces: str, how: str
    ) -> LoginStep:
        if stage == "complete":
            conn.execute(update(users).where(users.c.id == row.id).values(last_login_at=self._clock.now()))
            self._audit.append(conn, row.name, Act.LOGIN, row.name, {"how": how, "address": address})
        if stage == "second_factor":
            self._attempts.forgive_one(conn, row.name)
        else:
            self._attempts.succeeded(conn, row.name)
        token = self._sessions.open(conn, row.id, stage, address, replaces)
        return LoginStep(token, stage, row.name, Role(row.role))

    def _waiting(self, token: str, stage: Stage) -> Row[Any]:
        with self._db.read() as conn:
            return self._session_row(conn, token, (stage,))

    def _session_row(self, conn: Connection, token: str, stages: tuple[Stage, ...]) -> Row[Any]:
        row = self._sessions.row(conn, token)
        if row is None:
            raise Unauthenticated("ログインの有効期限が切れました。もう一度ログインしてください。")
        if row.stage not in stages:
            raise LoginIncomplete(row.stage) if row.stage != "complete" else Conflict("すでにログインしています。")
        return row
