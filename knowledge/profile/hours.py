"""When a counter or a phone line is open: pure calendar arithmetic on Japanese wall-clock time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from knowledge.clock import JST

IsHoliday = Callable[[date], bool]

MINUTES_PER_DAY = 24 * 60
_SEARCH_DAYS = 400  # a year and a month: longer gaps mean the place has closed for good


@dataclass(frozen=True, slots=True, order=True)
class TimeSpan:
    """Minutes after midnight, half open: somebody who calls at `closes_minute` is too late. 24:00 is 1440."""

    opens_minute: int
    closes_minute: int

    def __str__(self) -> str:
        return f"{_clock_text(self.opens_minute)}〜{_clock_text(self.closes_minute)}"


@dataclass(frozen=True, slots=True)
class MonthlyRule:
    """Open on the n-th weekdays of a month (第2・第4土曜日); `weekday` is 0 for Monday."""

    weeks: tuple[int, ...]
    weekday: int
    spans: tuple[TimeSpan, ...]

    def applies(self, day: date) -> bool:
        return day.weekday() == self.weekday and (day.day - 1) // 7 + 1 in self.weeks


@dataclass(frozen=True, slots=True)
class YearlyBreak:
    """Closed every year from (month, day) to (month, day), both included; may run over New Year.

    `confirmed` is False where the city's own document does not give the dates.
    """

    first: tuple[int, int]
    last: tuple[int, int]
    confirmed: bool = True

    def covers(self, day: date) -> bool:
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


@dataclass(frozen=True, slots=True)
class SpecialDays:
    """Days whose hours replace everything else: extension in the busy season, opening on a holiday, closure."""

    first: date
    last: date
    spans: tuple[TimeSpan, ...]
    label: str = ""

    def covers(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Hours:
    """Opening hours. The first rule that speaks wins: special days, year-end break, holidays, monthly, weekly."""

    week: tuple[tuple[TimeSpan, ...], ...]
    text: str
    """The approved wording of these hours, as read to callers."""
    holidays: Literal["open", "closed"] = "closed"
    year_end: YearlyBreak | None = None
    monthly: tuple[MonthlyRule, ...] = ()
    special: tuple[SpecialDays, ...] = ()
    note: str = ""


def spans_on(hours: Hours, day: date, is_holiday: IsHoliday) -> tuple[TimeSpan, ...]:
    """The opening spans of one Japanese calendar day, earliest first; empty when closed all day."""
    for special in hours.special:
        if special.covers(day):
            return special.spans
    if hours.year_end is not None and hours.year_end.covers(day):
        return ()
    if hours.holidays == "closed" and is_holiday(day):
        return ()
    for rule in hours.monthly:
        if rule.applies(day):
            return rule.spans
    return hours.week[day.weekday()]


def open_at(hours: Hours, at: datetime, is_holiday: IsHoliday) -> bool:
    """True when `at` (any aware datetime) lies inside an opening span of its Japanese day."""
    local = _japanese_time(at)
    minute = local.hour * 60 + local.minute
    spans = spans_on(hours, local.date(), is_holiday)
    return any(span.opens_minute <= minute < span.closes_minute for span in spans)


def next_opening(hours: Hours, at: datetime, is_holiday: IsHoliday) -> datetime | None:
    """The first opening instant strictly after `at`, in Japanese time; None when there is none for over a year."""
    local = _japanese_time(at)
    for offset in range(_SEARCH_DAYS):
        day = local.date() + timedelta(days=offset)
        for span in spans_on(hours, day, is_holiday):
            opening = datetime.combine(day, time(0), JST) + timedelta(minutes=span.opens_minute)
            if opening > local:
                return opening
    return None


def _japanese_time(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an aware datetime is needed")
    return at.astimezone(JST)


def _clock_text(minute: int) -> str:
    return f"{minute // 60}時{minute % 60:02d}分" if minute % 60 else f"{minute // 60}時"
