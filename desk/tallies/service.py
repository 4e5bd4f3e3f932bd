"""`Tallies`: numbers that people count by hand, put into the event log like everything else that is counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desk.events.log import EventLog
from desk.events.model import Value
from desk.kpi.tallies import Tally
from desk.reports.numbers import Numbers
from knowledge.clock import JST
from knowledge.errors import InvalidInput, Problem
from knowledge.faq.periods import Period
from knowledge.ports import Clock
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database

MOST = 1_000_000
_LONGEST_BACK = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class TallyParts:
    """`items`: what the city counts by hand, and in which unit."""

    db: Database
    clock: Clock
    log: EventLog
    numbers: Numbers
    items: Mapping[str, str]


class Tallies:
    def __init__(self, parts: TallyParts) -> None:
        self._parts = parts
        self._audit = AuditLog(parts.clock)
        self.items = parts.items

    def enter(self, day: date, numbers: Mapping[str, int], who: str) -> int:
        """What was counted on a day; a later entry replaces an earlier one, which stays in the log. How many changed.
        Raises InvalidInput."""
        self._check(day, numbers)
        known = {one.item: one.number for one in self.entered(Period(day, day))}
        changed = {item: number for item, number in numbers.items() if known.get(item) != number}
        with self._parts.db.begin() as conn:
            for item, number in changed.items():
                counted: dict[str, Value] = {
                    "item": item,
                    "unit": self.items[item],
                    "number": number,
                    "operator": who[:64],
                }
                self._parts.log.append_own(conn, "tallied", "", counted, self._at(day))
            if changed:
                self._audit.append(conn, who, "tally.save", day.isoformat(), {"items": len(changed)})
        return len(changed)

    def entered(self, period: Period) -> tuple[Tally, ...]:
        """What counts now, by day."""
        return self._parts.numbers.count(period).tallies

    def _at(self, day: date) -> datetime:
        """Noon of the day: that it is this day is all that is known."""
        return min(datetime.combine(day, time(12), JST), self._parts.clock.now())

    def _check(self, day: date, numbers: Mapping[str, int]) -> None:
        today, problems = self._parts.clock.today(), list[Problem]()
        if not today - _LONGEST_BACK <= day <= today:
            problems.append(Problem("今日までの日を選んでください（400日前まで）。", column="day"))
        if not numbers:
            problems.append(Problem("数を一つ以上入力してください。", column="day"))
        for item, number in numbers.items():
            if item not in self.items:
                raise InvalidInput(f"「{item}」は、市の設定にない項目です。")
            if not 0 <= number <= MOST:
                problems.append(Problem(f"「{item}」は0から{MOST:,}までの整数にしてください。", column="day"))
        if problems:
            raise InvalidInput("入力を確認してください。", problems)
