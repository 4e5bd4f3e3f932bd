"""Service hours of the centre: weekdays, holidays, the year-end closure and special days."""

from collections.abc import Callable
from datetime import date, datetime

from knowledge.clock import JST
from voicebot.domain import CityVoice, Hours


def is_open(city: CityVoice, moment: datetime, is_holiday: Callable[[date], bool]) -> bool:
    """True when people answer at `moment` (any aware time)."""
    local = moment.astimezone(JST)
    hours = hours_on(city, local.date(), is_holiday)
    return hours is not None and hours.holds(local.time().replace(tzinfo=None))


def hours_on(city: CityVoice, day: date, is_holiday: Callable[[date], bool]) -> Hours | None:
    """The hours of one day in Japan, None when closed. Special days win over every rule."""
    if day in city.special_days:
        return city.special_days[day]
    if _in_year_end(city, day) or (city.closed_on_holidays and is_holiday(day)):
        return None
    return city.weekly.get(day.weekday())


def _in_year_end(city: CityVoice, day: date) -> bool:
    if city.year_end is None:
        return False
    first, last = city.year_end
    here = (day.month, day.day)
    return first <= here or here <= last if first > last else first <= here <= last


def japanese_holiday(day: date) -> bool:
    import jpholiday

    return bool(jpholiday.is_holiday(day))
