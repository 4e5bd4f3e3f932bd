"""`Accounts`: everything about who may come in, built once from the database, the clock and the settings."""

from argon2 import PasswordHasher

from api.security.apikeys import ApiKeys
from api.security.attempts import Attempts
from api.security.lockout import LockoutPolicy
from api.security.logins import Logins
from api.security.passwords import Passwords
from api.security.permissions import ROLE_PERMISSIONS
from api.security.sealing import Sealer, sealer_for
from api.security.second_factors import SecondFactors
from api.security.sessions import Sessions
from api.security.setup import SetupLinks
from api.security.users import Users
from knowledge.bootstrap import Services, Store
from knowledge.errors import ConfigurationError
from knowledge.ports import Clock
from knowledge.settings import SecuritySettings
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database


class Accounts:
    """`users`, `logins`, `sessions`, `setup` and `keys` hold the operations; this class composes them."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        settings: SecuritySettings,
        sealer: Sealer,
        hasher: PasswordHasher | None = None,
    ) -> None:
        """`sealer` keeps the authenticators' keys; `hasher`: cheaper argon2 parameters for tests. Raises ConfigurationError for an unknown role."""
        _check_roles(settings)
        passwords = Passwords(hasher)
        audit = AuditLog(clock)
        attempts = Attempts(db, clock, audit, LockoutPolicy(settings.lockout_after, settings.lockout_base_secs))
        self._db = db
        self._attempts = attempts
        self.settings = settings
        self.users = Users(db, clock, passwords, audit, settings.min_password_length)
        self.sessions = Sessions(db, clock, audit, settings.idle_timeout_secs, settings.absolute_timeout_secs)
        self.setup = SetupLinks(db, clock, audit, self.users)
        self.keys = ApiKeys(db, clock, audit)
        factors = SecondFactors(db, clock, sealer)
        factors.seal_old()
        self.logins = Logins(
            db, clock, audit, self.users, self.sessions, attempts, passwords, factors, settings.second_factor_roles
        )

    def housekeeping(self) -> None:
        """Drop dead sessions, links and counts, write the keys' last use. Call hourly and at shutdown."""
        self.keys.flush_last_used()
        with self._db.begin() as conn:
            self.sessions.purge(conn)
            self.setup.purge(conn)
            self._attempts.purge(conn)


def open_accounts(store: Store | Services, hasher: PasswordHasher | None = None) -> Accounts:
    """The accounts of an open data folder, with its key."""
    security = store.settings.security
    return Accounts(store.db, store.clock, security, sealer_for(security, store.folder), hasher)


def _check_roles(settings: SecuritySettings) -> None:
    for role in (*settings.second_factor_roles, settings.oidc_default_role):
        if role not in set(ROLE_PERMISSIONS):
            raise ConfigurationError(
                f"設定 security に知らない役割「{role}」があります。役割の一覧を確認してください。"
            )
