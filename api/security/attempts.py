"""Counts failed logins per account, known or not, so that guessing slows down and reveals nothing."""

from hashlib import sha256

from sqlalchemy import Connection, delete, insert, select, update

from api.security.errors import LockedOut
from api.security.lockout import FORGET_AFTER, Failures, LockoutPolicy, after_failure, lock_secs, wait_secs
from api.security.trail import Act
from api.security.users import folded_name
from knowledge.ports import Clock
from knowledge.store.accounts import login_failures, users
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database


class Attempts:
    def __init__(self, db: Database, clock: Clock, audit: AuditLog, policy: LockoutPolicy) -> None:
        self._db = db
        self._clock = clock
        self._audit = audit
        self._policy = policy

    def reserve(self, name: str) -> None:
        """Count the attempt as failed BEFORE the secret is checked, so that parallel guesses cannot share one count.

        Raises LockedOut (which counts nothing) while the account is locked.
        """
        subject, now = _subject(name), self._clock.now()
        with self._db.begin() as conn:
            failures = self._read(conn, subject)
            wait = wait_secs(failures, now, self._policy)
            if wait:
                raise _locked(wait)
            state = after_failure(failures, now)
            if failures is None:
                conn.execute(insert(login_failures).values(subject=subject, failures=state.count, last_at=now))
            else:
                changed = update(login_failures).where(login_failures.c.subject == subject)
                conn.execute(changed.values(failures=state.count, last_at=now))

    def failed(self, name: str, how: str, address: str) -> None:
        """Write down the failure that `reserve` has counted, and the lock it may have caused."""
        with self._db.begin() as conn:
            target = conn.execute(select(users.c.name).where(users.c.name == folded_name(name))).scalar_one_or_none()
            shown = target or "unknown"
            self._audit.append(conn, shown, Act.LOGIN_FAILED, shown, {"how": how, "address": address})
            failures = self._read(conn, _subject(name))
            lock = lock_secs(failures.count, self._policy) if failures else 0
            if lock:
                self._audit.append(conn, shown, Act.LOCKED, shown, {"secs": str(lock), "address": address})

    def forgive_one(self, conn: Connection, name: str) -> None:
        """The attempt just reserved was right, but the login is not over: what failed before still counts."""
        conn.execute(
            update(login_failures)
            .where(login_failures.c.subject == _subject(name))
            .values(failures=login_failures.c.failures - 1)
        )

    def succeeded(self, conn: Connection, name: str) -> None:
        conn.execute(delete(login_failures).where(login_failures.c.subject == _subject(name)))

    def purge(self, conn: Connection) -> None:
        """Drop counts that no longer matter."""
        conn.execute(delete(login_failures).where(login_failures.c.last_at < self._clock.now() - FORGET_AFTER))

    def _read(self, conn: Connection, subject: str) -> Failures | None:
        row = conn.execute(select(login_failures).where(login_failures.c.subject == subject)).one_or_none()
        return None if row is None else Failures(row.failures, row.last_at)


def _subject(name: str) -> str:
    return sha256(name.strip().casefold().encode("utf-8", "replace")).hexdigest()


def _locked(wait: int) -> LockedOut:
    length = f"{wait}秒" if wait < 120 else f"約{-(-wait // 60)}分"
    return LockedOut(f"ログインの失敗が続いたため、一時的に停止しています。{length}後にもう一度お試しください。", wait)
