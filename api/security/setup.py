"""One-time set-up links instead of default passwords: for the first administrator, a new colleague, a lost password."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Connection, delete, insert, select

from api.security.permissions import Role
from api.security.tokens import new_token, token_hash
from api.security.trail import Act
from api.security.users import ACTIVE, Users, checked_name
from knowledge.errors import Conflict, NotFound
from knowledge.ports import Clock
from knowledge.store.accounts import setup_links, users
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database

VALID_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class SetupOffer:
    """What a valid link is for: `name` is empty when it creates the first administrator, who chooses a name."""

    name: str
    display_name: str
    role: Role


class SetupLinks:
    def __init__(self, db: Database, clock: Clock, audit: AuditLog, users: Users) -> None:
        self._db = db
        self._clock = clock
        self._audit = audit
        self._users = users

    def for_first_start(self) -> str | None:
        """Token of a link that creates the first administrator, None once any account exists. Replaces the last one."""
        with self._db.begin() as conn:
            if not self._users.none_yet(conn):
                return None
            return self._issue(conn, "system", None, "first administrator")

    def for_user(self, by: str, name: str) -> str:
        """Token of a link with which this user sets a (new) password; the old password works until then."""
        with self._db.begin() as conn:
            row = self._users.row(conn, name)
            if row.status != ACTIVE:
                raise Conflict("停止中の利用者には発行できません。先に利用を再開してください。")
            return self._issue(conn, by, row.id, row.name)

    def offer(self, token: str) -> SetupOffer:
        """What the set-up page shows. Raises NotFound for a used, expired or invented link."""
        with self._db.read() as conn:
            return self._offer(conn, token)[0]

    def redeem(self, token: str, password: str, name: str = "", display_name: str = "") -> str:
        """Set the password (and create the first administrator as `name`); returns the name to log in with.

        The link dies with it. A refused password leaves it alive.
        """
        offer = self.offer(token)
        chosen = offer.name or checked_name(name)
        hashed = self._users.checked_hash(password, chosen)  # slow, so before the write lock is taken
        with self._db.begin() as conn:
            offer, user_id = self._offer(conn, token)
            conn.execute(delete(setup_links).where(setup_links.c.token_hash == token_hash(token)))
            if user_id is not None:
                self._users.store_password(conn, user_id, hashed)
                self._audit.append(conn, offer.name, Act.PASSWORD_SET, offer.name, {"how": "setup_link"})
            elif self._users.none_yet(conn):
                self._users.add(conn, "system", chosen, Role.ADMIN, display_name, hashed)
            else:
                raise Conflict("最初の利用者はすでに登録されています。ログインしてください。")
        return chosen

    def purge(self, conn: Connection) -> None:
        """Drop what expired."""
        conn.execute(delete(setup_links).where(setup_links.c.expires_at <= self._clock.now()))

    def _issue(self, conn: Connection, by: str, user_id: int | None, target: str) -> str:
        token, now = new_token(), self._clock.now()
        conn.execute(delete(setup_links).where(setup_links.c.user_id == user_id))
        values = {"token_hash": token_hash(token), "user_id": user_id, "created_at": now, "expires_at": now + VALID_FOR}
        conn.execute(insert(setup_links).values(**values))
        self._audit.append(conn, by, Act.SETUP_LINK, target, {})
        return token

    def _offer(self, conn: Connection, token: str) -> tuple[SetupOffer, int | None]:
        wanted = (setup_links.c.token_hash == token_hash(token), setup_links.c.expires_at > self._clock.now())
        link = conn.execute(select(setup_links.c.user_id).where(*wanted)).one_or_none()
        if link is None:
            raise _no_such_link()
        if link.user_id is None:
            return SetupOffer("", "", Role.ADMIN), None
        row = conn.execute(select(users).where(users.c.id == link.user_id, users.c.status == ACTIVE)).one_or_none()
        if row is None:
            raise _no_such_link()
        return SetupOffer(row.name, row.display_name, Role(row.role)), row.id


def _no_such_link() -> NotFound:
    return NotFound("この設定用リンクは使用済みか、有効期限（24時間）が切れています。もう一度発行してください。")
