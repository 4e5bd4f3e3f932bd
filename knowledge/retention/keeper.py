"""`Retention`: deletes what is past its time, every kind by its own number of days, and leaves the proof in the audit log."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from sqlalchemy import Connection

from knowledge.clock import JST
from knowledge.ports import Clock
from knowledge.retention.sweep import Key
from knowledge.store.audit import AuditLog
from knowledge.store.counters import RETENTION_AT_WORK, drop_text, put_text
from knowledge.store.database import Database
from knowledge.store.engine import overwrite_what_is_deleted

BATCH = 500
"""Rows in one transaction: a call that is being written meanwhile waits for a moment only."""
_BATCHES_A_ROUND = 40
_log = logging.getLogger(__name__)


class Step(Protocol):
    """What is looked for and what is then done are two things: looking may take long and must keep nobody from writing."""

    def due(self, conn: Connection, before: datetime, limit: int) -> Sequence[Key]: ...
    def end(self, conn: Connection, before: datetime, keys: Sequence[Key]) -> int: ...


def nothing() -> None:
    """Most kinds have nothing to do afterwards."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of data. `steps` are carried out in their order, each until it finds nothing more."""

    name: str
    setting: str
    days: int
    steps: Sequence[Step]
    afterwards: Callable[[], None] = nothing
    """Called when rows were deleted and nothing is left to delete."""


def kept_since(clock: Clock, days: int) -> datetime:
    """What is older goes: midnight in Japan so many days ago, so that a day goes as a whole."""
    return datetime.combine(clock.today() - timedelta(days=days), time(), JST)


class Retention:
    """One for each process; may be asked to run as often as one likes and does its work once a day."""

    def __init__(self, db: Database, clock: Clock, kinds: Sequence[Kind]) -> None:
        self.kinds = tuple(kinds)
        self._db = db
        self._clock = clock
        self._audit = AuditLog(clock)
        self._done: dict[str, date] = {}
        self._touched: set[str] = set()

    def run(self, batches: int = _BATCHES_A_ROUND) -> int:
        """One round over the kinds that are not done today; returns the rows dealt with. What fails, because the database
        is locked or the process is killed, goes on in the next round where it stopped."""
        rows = 0
        for kind in self.kinds:
            if self._done.get(kind.name) != self._clock.today():
                rows += self._round(kind, batches)
        return rows

    def finished(self) -> bool:
        return all(self._done.get(kind.name) == self._clock.today() for kind in self.kinds)

    def _round(self, kind: Kind, batches: int) -> int:
        today, rows = self._clock.today(), 0
        try:
            for step in kind.steps:
                while (found := self._batch(kind, step)) > 0:
                    rows, batches = rows + found, batches - 1
                    self._touched.add(kind.name)
                    if batches <= 0:
                        return rows
            if kind.name in self._touched:
                kind.afterwards()
                self._touched.discard(kind.name)
            self._done[kind.name] = today
        except Exception:  # whatever breaks here, the other kinds and the rest of the house go on
            _log.exception("what is past its time (%s) could not be deleted and is tried again", kind.name)
        return rows

    def _batch(self, kind: Kind, step: Step) -> int:
        """Found without a lock; deleted and proved in one transaction, the only one in which append-only tables let go of
        rows. Returns how many were found."""
        before = kept_since(self._clock, kind.days)
        with self._db.read() as conn:
            keys = step.due(conn, before, BATCH)
        if keys:
            with self._db.begin() as conn:
                overwrite_what_is_deleted(conn)
                put_text(conn, RETENTION_AT_WORK, "1")
                rows = step.end(conn, before, keys)
                drop_text(conn, RETENTION_AT_WORK)
                if rows:
                    detail: dict[str, str | int | None] = {
                        "rows": rows,
                        "before": before.date().isoformat(),
                        "days": kind.days,
                    }
                    self._audit.append(conn, "system", f"retention.{kind.name}", kind.setting, detail)
        return len(keys)
