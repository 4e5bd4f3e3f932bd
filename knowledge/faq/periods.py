"""Days, weeks (from Monday) and months as reports count them."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from knowledge.clock import JST

Unit = Literal["day", "week", "month"]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `first` to `last`, both included, in Japan."""

    first: date
    last: date

    @property
    def begins_at(self) -> datetime:
        return _midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the period."""
        return _midnight(self.last + timedelta(days=1))


def period_of(day: date, unit: Unit) -> Period:
    """The day, week or month that `day` lies in."""
    if unit == "day":
        return Period(day, day)
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(monday, monday + timedelta(days=6))
    return Period(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), JST).astimezone(UTC)
