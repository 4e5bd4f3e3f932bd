"""Notices for named people at the city: they stand until somebody has seen them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, insert, select, update

from knowledge.errors import NotFound
from knowledge.ports import Clock
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_notices


@dataclass(frozen=True, slots=True)
class Notice:
    """No text of a citizen: who opens the record sees it there."""

    notice_id: str
    kind: str
    record_id: str
    recipient: str
    created_at: datetime
    seen_at: datetime | None
    seen_by: str


class Notices:
    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock

    def send(self, conn: Connection, kind: str, record_id: str, recipients: Sequence[str]) -> None:
        """Inside the caller's transaction."""
        now = self._clock.now()
        rows = [
            {
                "notice_id": uuid4().hex,
                "kind": kind,
                "record_id": record_id,
                "recipient": name[:200],
                "created_at": now,
                "seen_at": None,
                "seen_by": "",
            }
            for name in recipients
        ]
        if rows:
            conn.execute(insert(desk_notices), rows)

    def waiting(self, limit: int = 200) -> list[Notice]:
        """Unseen ones, oldest first."""
        columns = desk_notices.c
        wanted = select(desk_notices).where(columns.seen_at.is_(None)).order_by(columns.created_at, columns.notice_id)
        with self._db.read() as conn:
            return [Notice(*row) for row in conn.execute(wanted.limit(limit))]

    def seen(self, notice_id: str, who: str) -> None:
        """Raises NotFound. Seeing twice keeps the first time."""
        columns = desk_notices.c
        with self._db.begin() as conn:
            if conn.execute(select(columns.notice_id).where(columns.notice_id == notice_id)).one_or_none() is None:
                raise NotFound("この通知は見つかりません。")
            mine = (columns.notice_id == notice_id) & columns.seen_at.is_(None)
            conn.execute(update(desk_notices).where(mine).values(seen_at=self._clock.now(), seen_by=who[:128]))
