"""`Heartbeat`: the service writes down that it runs. One row a run, moved on once a minute: a process that is killed
writes nothing more, and the gap until the next run is downtime."""

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import insert, select, update

from desk.kpi.availability import Span
from knowledge.ports import Clock
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_service_runs

EVERY = timedelta(minutes=1)
SILENT_AFTER = timedelta(seconds=150)
"""A run that was not heard for so long did not run: two beats and a half."""
_COLUMNS = desk_service_runs.c


class Heartbeat:
    """One for each process; `beat` may be called as often as one likes. Several servers on one database leave rows that
    overlap: the service ran while any of them did."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._clock = clock
        self._run_id = ""
        self._last_at: datetime | None = None

    def beat(self) -> None:
        """The service runs and is ready."""
        now = self._clock.now()
        if self._last_at is None or now - self._last_at > SILENT_AFTER:
            self._begin(now)
        elif now - self._last_at >= EVERY:
            self._move(now)

    def end(self) -> None:
        """A clean end: the run lasted until now."""
        now = self._clock.now()
        if self._last_at is not None and timedelta(0) < now - self._last_at <= SILENT_AFTER:
            self._move(now)
        self._last_at = None

    def _begin(self, now: datetime) -> None:
        self._run_id = uuid4().hex
        with self._db.begin() as conn:
            conn.execute(insert(desk_service_runs).values(run_id=self._run_id, began_at=now, last_at=now))
        self._last_at = now

    def _move(self, now: datetime) -> None:
        with self._db.begin() as conn:
            conn.execute(update(desk_service_runs).where(_COLUMNS.run_id == self._run_id).values(last_at=now))
        self._last_at = now


def runs_between(db: Database, begins_at: datetime, ends_at: datetime) -> list[Span]:
    """Every run that touches the time, oldest first."""
    wanted = select(_COLUMNS.began_at, _COLUMNS.last_at).where(
        _COLUMNS.last_at > begins_at, _COLUMNS.began_at < ends_at
    )
    with db.read() as conn:
        return [Span(*row) for row in conn.execute(wanted.order_by(_COLUMNS.began_at))]


def first_and_last(db: Database) -> Span | None:
    """From the first beat ever to the newest; None before any."""
    with db.read() as conn:
        first = conn.execute(select(_COLUMNS.began_at).order_by(_COLUMNS.began_at).limit(1)).scalar_one_or_none()
        last = conn.execute(select(_COLUMNS.last_at).order_by(_COLUMNS.last_at.desc()).limit(1)).scalar_one_or_none()
    return Span(first, last) if first is not None and last is not None else None
