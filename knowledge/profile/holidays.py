"""The Japanese holiday calendar (国民の祝日, 振替休日, 国民の休日) behind the predicate that `hours` asks."""

from datetime import date

import jpholiday

from knowledge.profile.hours import IsHoliday


def japanese_holidays() -> IsHoliday:
    """A predicate over calendar days, computed offline."""

    def is_holiday(day: date) -> bool:
        return bool(jpholiday.is_holiday(day))

    return is_holiday
