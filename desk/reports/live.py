"""`LiveBoard`: the centre now, for a screen that asks every second or two."""

from datetime import datetime, timedelta
from threading import Lock

from desk.events.log import read_events
from desk.events.model import Event
from desk.kpi.live import Moment, moment
from desk.kpi.watch import Watch
from desk.reports.numbers import Numbers
from knowledge.faq.periods import Period
from knowledge.ports import Clock
from knowledge.store.database import Database

_WATCH_FOR = timedelta(minutes=1)
"""The forecast of the month moves slowly and reads a whole month: one look a minute is enough."""


class LiveBoard:
    """Events are read again only when the log has grown, however many screens look on."""

    def __init__(self, db: Database, clock: Clock, numbers: Numbers) -> None:
        self._db = db
        self._clock = clock
        self._numbers = numbers
        self._lock = Lock()
        self._events: tuple[Period, int, list[Event]] | None = None
        self._watch: tuple[datetime, Watch] | None = None

    def now(self) -> Moment:
        """Who does what, who waits."""
        today = self._clock.today()
        return moment(self._today(Period(today, today)), self._clock.now())

    def watch(self) -> Watch:
        """応答率 of the month with its forecast, at most a minute old."""
        now = self._clock.now()
        with self._lock:
            if self._watch is None or not timedelta(0) <= now - self._watch[0] < _WATCH_FOR:
                self._watch = (now, self._numbers.watch(self._clock.today()))
            return self._watch[1]

    def _today(self, period: Period) -> list[Event]:
        last_seq = self._numbers.last_seq()
        with self._lock:
            if self._events is None or self._events[:2] != (period, last_seq):
                with self._db.read() as conn:
                    self._events = (period, last_seq, list(read_events(conn, period, last_seq)))
            return self._events[2]
