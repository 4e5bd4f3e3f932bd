"""City profiles: hours, counters, directory, booking rules, announcements, KPI setup, template variables."""

from knowledge.profile.holidays import japanese_holidays
from knowledge.profile.hours import Hours, IsHoliday, TimeSpan, next_opening, open_at, spans_on
from knowledge.profile.load import load_profile, profile_names
from knowledge.profile.model import (
    CityProfile,
    Department,
    Venue,
    department_named,
    departments_for,
    directory_on,
    expired_entries,
    is_open,
)

__all__ = [
    "CityProfile",
    "Department",
    "Hours",
    "IsHoliday",
    "TimeSpan",
    "Venue",
    "department_named",
    "departments_for",
    "directory_on",
    "expired_entries",
    "is_open",
    "japanese_holidays",
    "load_profile",
    "next_opening",
    "open_at",
    "profile_names",
    "spans_on",
]
