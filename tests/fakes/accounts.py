"""Accounts on a test's database, with a clock that stands still and a password hash that costs nothing."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pyotp
from argon2 import PasswordHasher

from api.security.accounts import Accounts
from api.security.permissions import Role
from api.security.sealing import KEY_BYTES, Sealer
from knowledge.clock import FixedClock
from knowledge.settings import SecuritySettings
from knowledge.store import audit
from knowledge.store.database import Database

PASSWORD = "kaki-tsukue-fune"
ADDRESS = "192.0.2.10"
SEALER = Sealer(bytes(KEY_BYTES))
START = datetime(2026, 4, 1, 0, 0, 10, tzinfo=UTC)


@dataclass(frozen=True)
class House:
    accounts: Accounts
    clock: FixedClock
    db: Database

    def user(self, name: str, role: Role) -> None:
        self.accounts.users.create("system", name, role, password=PASSWORD)

    def login(self, name: str) -> str:
        """Session token of a complete login, enrolling a second factor where the role demands one."""
        step = self.accounts.logins.with_password(name, PASSWORD, ADDRESS)
        if step.stage == "complete":
            return step.token
        if step.stage == "second_factor":
            raise AssertionError(f"{name} is enrolled already: keep the token of the first login")
        secret = self.accounts.logins.enrolment_page(step.token).secret
        return self.accounts.logins.confirm_enrolment(step.token, self.code(secret), ADDRESS)[0].token

    def code(self, secret: str) -> str:
        return pyotp.TOTP(secret).at(self.clock.at)

    def audited(self, action: str = "") -> list[tuple[str, str, str]]:
        """(who, action, target) of the log, newest first."""
        with self.db.read() as conn:
            return [(row.who, row.action, row.target) for row in audit.search(conn, audit.AuditQuery(action=action))]


def open_house(db: Database, **settings: object) -> House:
    clock = FixedClock(START)
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    accounts = Accounts(db, clock, SecuritySettings.model_validate(settings), SEALER, hasher=cheap)
    return House(accounts, clock, db)
