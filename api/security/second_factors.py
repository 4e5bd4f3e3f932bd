"""The stored half of the second factor: the authenticator's key, sealed, and its recovery codes, hashed."""

from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from api.security.sealing import Sealer, Unsealable, is_sealed
from api.security.totp import matching_step, new_recovery_codes, new_secret, recovery_hash
from knowledge.errors import Unavailable
from knowledge.ports import Clock
from knowledge.store.accounts import recovery_codes, users
from knowledge.store.database import Database


class SecondFactors:
    def __init__(self, db: Database, clock: Clock, sealer: Sealer) -> None:
        self._db = db
        self._clock = clock
        self._sealer = sealer

    def seal_old(self) -> int:
        """Seal keys that an earlier release stored in clear; returns how many."""
        with self._db.read() as conn:
            if not _in_clear(conn):
                return 0
        with self._db.begin() as conn:
            found = _in_clear(conn)
            for user_id, secret in found:
                self._store(conn, user_id, secret)
        return len(found)

    def offered_secret(self, conn: Connection, row: Row[Any]) -> str:
        """The key to enrol with; the same one until it is confirmed."""
        if row.totp_secret is not None:
            try:
                return self._sealer.unseal(row.totp_secret, row.id)
            except Unsealable:
                pass  # never confirmed, so nobody depends on it
        secret = new_secret()
        self._store(conn, row.id, secret)
        return secret

    def confirm(self, conn: Connection, row: Row[Any], code: str) -> list[str] | None:
        """Recovery codes when the code proves that the app holds the offered key, else None."""
        step = self._step(row, code, None)
        if step is None:
            return None
        values = {"totp_confirmed_at": self._clock.now(), "totp_last_step": step}
        conn.execute(update(users).where(users.c.id == row.id).values(**values))
        return self.renew_recovery_codes(conn, row.id)

    def spend_code(self, conn: Connection, row: Row[Any], code: str) -> bool:
        """Whether this is a fresh code of the registered app. Raises Unavailable when the key cannot be opened."""
        if row.totp_secret is None or row.totp_confirmed_at is None:
            return False
        step = self._step(row, code, row.totp_last_step)
        if step is None:
            return False
        conn.execute(update(users).where(users.c.id == row.id).values(totp_last_step=step))
        return True

    def spend_recovery_code(self, conn: Connection, user_id: int, code: str) -> bool:
        hashed = recovery_hash(user_id, code)
        return conn.execute(delete(recovery_codes).where(recovery_codes.c.code_hash == hashed)).rowcount == 1

    def renew_recovery_codes(self, conn: Connection, user_id: int) -> list[str]:
        conn.execute(delete(recovery_codes).where(recovery_codes.c.user_id == user_id))
        codes = new_recovery_codes()
        rows = [{"code_hash": recovery_hash(user_id, code), "user_id": user_id} for code in codes]
        conn.execute(insert(recovery_codes), rows)
        return codes

    def recovery_codes_left(self, user_id: int) -> int:
        with self._db.read() as conn:
            query = select(func.count()).where(recovery_codes.c.user_id == user_id)
            return int(conn.execute(query).scalar_one())

    def _step(self, row: Row[Any], code: str, after_step: int | None) -> int | None:
        try:
            secret = self._sealer.unseal(row.totp_secret, row.id)
        except Unsealable as exc:
            raise Unavailable(
                "認証アプリの登録を読み出せません（鍵ファイルが違います）。回復コードでログインするか、"
                "管理者に認証アプリの解除を依頼してください。"
            ) from exc
        return matching_step(secret, code, self._clock.now(), after_step)

    def _store(self, conn: Connection, user_id: int, secret: str) -> None:
        sealed = self._sealer.seal(secret, user_id)
        conn.execute(update(users).where(users.c.id == user_id).values(totp_secret=sealed))


def _in_clear(conn: Connection) -> list[tuple[int, str]]:
    stored = select(users.c.id, users.c.totp_secret).where(users.c.totp_secret.is_not(None))
    return [(row.id, row.totp_secret) for row in conn.execute(stored) if not is_sealed(row.totp_secret)]
