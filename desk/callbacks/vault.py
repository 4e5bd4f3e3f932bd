"""Names and numbers for ringing back: the only personal data the desk holds, in a file of its own that forgets.

Not in the database, so that no backup, export, search or report can carry them. Deleted content is overwritten.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from knowledge.errors import Unavailable

CONTACTS_FILE = "callbacks.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS contact (
    ticket_id TEXT PRIMARY KEY, name TEXT NOT NULL, phone TEXT NOT NULL, expires_at TEXT NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True, slots=True)
class Contact:
    """In clear: never log it, never put it into a record."""

    name: str
    phone: str

    def __repr__(self) -> str:
        return "Contact(＊＊＊)"


class ContactVault:
    """One SQLite file, readable by its owner only. Each call opens and closes it; it holds a handful of rows."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def put(self, ticket_id: str, contact: Contact, expires_at: datetime) -> None:
        row = (ticket_id, contact.name, contact.phone, _text(expires_at))
        with self._opened() as db:
            db.execute("INSERT OR REPLACE INTO contact VALUES (?, ?, ?, ?)", row)

    def get(self, ticket_id: str) -> Contact | None:
        with self._opened() as db:
            row = db.execute("SELECT name, phone FROM contact WHERE ticket_id = ?", (ticket_id,)).fetchone()
        return Contact(*row) if row else None

    def remove(self, ticket_id: str) -> bool:
        """True when there was something to forget."""
        with self._opened() as db:
            return db.execute("DELETE FROM contact WHERE ticket_id = ?", (ticket_id,)).rowcount > 0

    def expired(self, now: datetime) -> list[str]:
        """Tickets whose contact must go."""
        with self._opened() as db:
            rows = db.execute("SELECT ticket_id FROM contact WHERE expires_at <= ? ORDER BY ticket_id", (_text(now),))
            return [row[0] for row in rows]

    def tickets(self) -> list[str]:
        with self._opened() as db:
            return [row[0] for row in db.execute("SELECT ticket_id FROM contact ORDER BY ticket_id")]

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(self._file, os.O_CREAT | os.O_RDWR, 0o600))
            with closing(sqlite3.connect(self._file, timeout=10)) as db, db:
                db.execute("PRAGMA secure_delete = ON")
                db.execute("PRAGMA synchronous = FULL")
                db.execute(_SCHEMA)
                yield db
        except (sqlite3.Error, OSError) as exc:
            raise Unavailable("折り返し先の保管場所を使えません。管理者に連絡してください。") from exc


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
