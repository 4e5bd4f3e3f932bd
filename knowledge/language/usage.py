"""The meter and the budget: what the language model was used for, what it cost, and whether that is still allowed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from threading import Lock

from sqlalchemy import func, insert, select, update

from knowledge.language.model import Usage
from knowledge.ports import Clock
from knowledge.settings import LlmSettings
from knowledge.store.database import Database
from knowledge.store.llm_tables import llm_usage

_COUNTED = ("calls", "cached", "failures", "input_tokens", "output_tokens", "cost_yen")


@dataclass(frozen=True, slots=True)
class Call:
    """What one call adds to the meter."""

    feature: str
    input_tokens: int = 0
    output_tokens: int = 0
    cached: bool = False
    failed: bool = False
    calls: int = 1
    """0: only more tokens of a call that is counted elsewhere."""


class UsageMeter:
    """Written through at every call: a restart forgets nothing. Thread-safe."""

    def __init__(self, db: Database, clock: Clock, settings: LlmSettings) -> None:
        self._db = db
        self._clock = clock
        self._settings = settings
        self._lock = Lock()
        self._totals: tuple[date, Usage, Usage] | None = None

    def add(self, call: Call) -> None:
        """Count one call on today's line of its feature."""
        day = self._clock.today()
        added = self._usage(day, call)
        where = (llm_usage.c.day == day) & (llm_usage.c.feature == call.feature)
        values = {name: getattr(added, name) for name in _COUNTED}
        with self._lock:
            with self._db.begin() as conn:
                grown = {name: llm_usage.c[name] + value for name, value in values.items()}
                if conn.execute(update(llm_usage).where(where).values(grown)).rowcount == 0:
                    conn.execute(insert(llm_usage).values(day=day, feature=call.feature, **values))
            self._totals = None

    def totals(self) -> tuple[Usage, Usage]:
        """Today and this calendar month, all features together."""
        today = self._clock.today()
        with self._lock:
            if self._totals is None or self._totals[0] != today:
                self._totals = (today, self._sum(today, today), self._sum(today.replace(day=1), today))
            return self._totals[1], self._totals[2]

    def by_day(self, first: date, last: date) -> Sequence[Usage]:
        """Lines of the meter, newest day first, then by feature."""
        wanted = select(llm_usage).where(llm_usage.c.day.between(first, last))
        with self._db.read() as conn:
            rows = conn.execute(wanted.order_by(llm_usage.c.day.desc(), llm_usage.c.feature)).all()
        return [Usage(r.day.isoformat(), r.feature, *(getattr(r, name) for name in _COUNTED)) for r in rows]

    def used_up(self) -> bool:
        """Whether a budget is reached."""
        day, month = self.totals()
        s = self._settings
        limits = (
            (day.tokens, s.tokens_per_day),
            (month.tokens, s.tokens_per_month),
            (day.cost_yen, s.yen_per_day),
            (month.cost_yen, s.yen_per_month),
        )
        return any(limit > 0 and used >= limit for used, limit in limits)

    def _usage(self, day: date, call: Call) -> Usage:
        s = self._settings
        cost = (
            call.input_tokens * s.yen_per_1000_input_tokens + call.output_tokens * s.yen_per_1000_output_tokens
        ) / 1000
        line = Usage(
            day.isoformat(), call.feature, calls=call.calls, cached=int(call.cached), failures=int(call.failed)
        )
        return replace(line, input_tokens=call.input_tokens, output_tokens=call.output_tokens, cost_yen=cost)

    def _sum(self, first: date, last: date) -> Usage:
        sums = [func.coalesce(func.sum(llm_usage.c[name]), 0) for name in _COUNTED]
        with self._db.read() as conn:
            row = conn.execute(select(*sums).where(llm_usage.c.day.between(first, last))).one()
        return Usage(first.isoformat(), "", *row)
