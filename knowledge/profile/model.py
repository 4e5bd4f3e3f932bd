"""What differs from city to city, as data: read once from a TOML file, never changed while the service runs.

An empty phone means "not known": such phones produce no template variable, so that no text can show a blank.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Literal

from knowledge.profile.hours import Hours, IsHoliday, open_at

Booking = Literal["required", "recommended", "not_needed", "unknown"]
LineKind = Literal["navi_dial", "free_dial", "city_line", "unknown"]
Keeper = Literal["city", "prefecture", "national", "other"]


@dataclass(frozen=True, slots=True)
class BusySeason:
    """A time of the year with more calls, in the city's words; exact days go to `Hours.special`."""

    text: str
    months: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Centre:
    """The contact centre itself. `lines` is the number of seats or phone lines, None when not stated."""

    name: str
    phone: str
    hours: Hours
    line_kind: LineKind = "unknown"
    lines: int | None = None
    fax: str = ""
    busy_seasons: tuple[BusySeason, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Venue:
    """A counter where cards are applied for or handed out. `hours` is None when the city's document is silent."""

    name: str
    place: str
    hours: Hours | None = None
    booking: Booking = "unknown"
    services: tuple[str, ...] = ()
    phone: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Department:
    """Where a matter that is not ours goes. `topics` are words citizens use for it."""

    name: str
    topics: tuple[str, ...]
    phone: str
    keeper: Keeper = "city"
    note: str = ""
    valid_to: date | None = None
    """The last day on which this entry is right; None for no end."""


@dataclass(frozen=True, slots=True)
class BookingRules:
    """What can be booked by phone, until when it can be changed, and what is read back at the end."""

    matters: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    url: str = ""
    change_deadline: str = ""
    read_back: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody at the city who takes over: for a complaint, an individual case, an incident."""

    purpose: Literal["complaint", "individual_case", "incident", "opinion"]
    department: str
    phone: str = ""
    note: str = ""
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class EmergencyContact:
    """A line for danger to life or for somebody in despair; `kind` is what the policy recognised."""

    kind: Literal["emergency", "distress"]
    name: str
    phone: str
    when: str = ""


@dataclass(frozen=True, slots=True)
class ForbiddenTerm:
    """A word that citizens must not read; `blocking` stops publication, otherwise it warns.

    `allowed_in` are official names that contain the word and may be written.
    """

    term: str
    use: str
    blocking: bool = False
    allowed_in: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """One class of inquiry; `group` is the coarser class of the city's monthly table."""

    name: str
    group: str


@dataclass(frozen=True, slots=True)
class MonthlyCalls:
    """Calls of one past month ("2025-04") by group, as the city published them."""

    month: str
    calls: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class OutboundRules:
    """Calls that invite companies and care homes to a visiting application: when allowed, how many a day."""

    daily_limit: int
    start_below_percent: int
    """Only when the month's calls are expected to stay below this share of `expected_monthly_calls`."""
    note: str = ""


@dataclass(frozen=True, slots=True)
class KpiSetup:
    """Targets, classes and definitions printed on the reports."""

    answer_rate_target_percent: float
    answer_rate_contractual: bool
    service_level_secs: int
    service_level_target_percent: float
    groups: tuple[str, ...]
    categories: tuple[Category, ...]
    reports: tuple[Literal["daily", "weekly", "monthly", "yearly"], ...]
    items: tuple[str, ...]
    """KPI the city asks for, in its own words."""
    definitions: Mapping[str, str]
    expected_monthly_calls: Mapping[str, int]
    history: tuple[MonthlyCalls, ...] = ()
    monthly_report_due_day: int | None = None
    outbound: OutboundRules | None = None
    note: str = ""
    availability_hours: Literal["always", "service"] = "always"
    """Of what time 稼働率 is counted: round the clock, or the hours of the centre."""
    availability_target_percent: float = 99.9
    by_hand: Mapping[str, str] = field(default_factory=dict)
    """What people count without the telephone system, and in which unit."""


@dataclass(frozen=True, slots=True)
class CityProfile:
    """Everything about one city. `variables` fill {{name}} in FAQ answers and announcements."""

    code: str
    city: str
    short_name: str
    prefecture: str
    source: str
    centre: Centre
    venues: tuple[Venue, ...]
    departments: tuple[Department, ...]
    booking: BookingRules
    languages: tuple[str, ...]
    escalation: tuple[Contact, ...]
    announcements: Mapping[str, str]
    kpi: KpiSetup
    forbidden_terms: tuple[ForbiddenTerm, ...]
    other_cities: tuple[str, ...]
    emergency: tuple[EmergencyContact, ...]
    variables: Mapping[str, str]
    notes: tuple[str, ...] = ()
    """What has to be confirmed with the city before going live."""


def is_open(profile: CityProfile, at: datetime, is_holiday: IsHoliday) -> bool:
    """True when the contact centre answers the phone at `at` (any aware datetime)."""
    return open_at(profile.centre.hours, at, is_holiday)


def directory_on(profile: CityProfile, day: date) -> CityProfile:
    """The profile with those entries of the directory that are right on `day`."""
    if not expired_entries(profile, day):
        return profile
    return replace(
        profile,
        departments=tuple(one for one in profile.departments if not _over(one, day)),
        escalation=tuple(one for one in profile.escalation if not _over(one, day)),
    )


def expired_entries(profile: CityProfile, day: date) -> tuple[str, ...]:
    """Names of the directory's entries that are not offered any more."""
    offices = [one.name for one in profile.departments if _over(one, day)]
    return (*offices, *(one.department for one in profile.escalation if _over(one, day)))


def _over(entry: Department | Contact, day: date) -> bool:
    return entry.valid_to is not None and entry.valid_to < day


def departments_for(profile: CityProfile, text: str) -> tuple[Department, ...]:
    """Departments whose topics occur in `text`, the longest matching topic first, then in directory order."""
    found = [(_longest_topic(one, text), one) for one in profile.departments]
    return tuple(one for length, one in sorted(found, key=lambda pair: -pair[0]) if length)


def department_named(profile: CityProfile, name: str) -> Department | None:
    """The directory entry with exactly this name."""
    return next((one for one in profile.departments if one.name == name), None)


def _longest_topic(department: Department, text: str) -> int:
    return max((len(topic) for topic in department.topics if topic in text), default=0)
