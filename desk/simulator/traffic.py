"""When citizens call: a month of arrivals with the volumes of a city's own document. Seeded, so repeatable."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from knowledge.clock import JST
from knowledge.profile import CityProfile, IsHoliday, spans_on

# Monday is the worst day, the hour before noon the worst hour: the shape every city describes.
_WEEKDAY = (1.35, 1.08, 1.0, 0.98, 1.02, 0.7, 0.55)
_HOUR: Mapping[int, float] = {
    8: 0.7, 9: 1.3, 10: 1.5, 11: 1.3, 12: 0.8, 13: 1.1, 14: 1.0, 15: 0.9, 16: 0.85, 17: 0.6, 18: 0.45, 19: 0.35,
}  # fmt: skip
_OUT_OF_HOURS_SHARE = 0.04
_WITHOUT_OWN_NUMBERS = 1_000


@dataclass(frozen=True, slots=True)
class Arrival:
    """One call: when (UTC), about what, inside the opening hours or not."""

    at: datetime
    category: str
    in_hours: bool


def arrivals(profile: CityProfile, year: int, month: int, is_holiday: IsHoliday, rng: random.Random) -> list[Arrival]:
    """All calls of one month by time. The number inside the opening hours is exactly the city's own."""
    days = _days(year, month)
    open_days = [day for day in days if spans_on(profile.centre.hours, day, is_holiday)]
    if not open_days:
        return []
    found: list[Arrival] = []
    for category, number in volumes(profile, month).items():
        found += [_inside(profile, open_days, category, is_holiday, rng) for _ in range(number)]
    for _ in range(round(len(found) * _OUT_OF_HOURS_SHARE)):
        found.append(_outside(profile, days, is_holiday, rng))
    return sorted(found, key=lambda arrival: (arrival.at, arrival.category))


def volumes(profile: CityProfile, month: int) -> dict[str, int]:
    """Calls by category, split inside each group: the newest record of this calendar month, else the newest of any month,
    else what the city expects."""
    kpi = profile.kpi
    same = [one for one in kpi.history if one.month.endswith(f"-{month:02d}")]
    known = (same or kpi.history)[-1:]
    groups = dict(known[0].calls) if known else dict(kpi.expected_monthly_calls)
    if not groups:
        groups = dict.fromkeys(kpi.groups, _WITHOUT_OWN_NUMBERS // max(1, len(kpi.groups)))
    split: dict[str, int] = {}
    for group, number in groups.items():
        names = [category.name for category in kpi.categories if category.group == group] or [group]
        split |= _split(names, number)
    return split


def _split(names: Sequence[str], number: int) -> dict[str, int]:
    """The first class of a group is the most frequent; the parts sum to `number`."""
    weights = [1 / (place + 1) for place in range(len(names))]
    parts = {name: int(number * weight / sum(weights)) for name, weight in zip(names, weights, strict=True)}
    parts[names[0]] += number - sum(parts.values())
    return parts


def _days(year: int, month: int) -> list[date]:
    first = date(year, month, 1)
    return [day for offset in range(31) if (day := first + timedelta(days=offset)).month == month]


def _inside(
    profile: CityProfile, days: Sequence[date], category: str, is_holiday: IsHoliday, rng: random.Random
) -> Arrival:
    day = rng.choices(days, [_WEEKDAY[day.weekday()] for day in days])[0]
    minutes = [
        minute
        for span in spans_on(profile.centre.hours, day, is_holiday)
        for minute in range(span.opens_minute, span.closes_minute)
    ]
    minute = rng.choices(minutes, [_HOUR.get(minute // 60, 0.4) for minute in minutes])[0]
    return Arrival(_instant(day, minute, rng), category, True)


def _outside(profile: CityProfile, days: Sequence[date], is_holiday: IsHoliday, rng: random.Random) -> Arrival:
    while True:
        day = rng.choice(days)
        minute = rng.randrange(7 * 60, 22 * 60)
        spans = spans_on(profile.centre.hours, day, is_holiday)
        if not any(span.opens_minute <= minute < span.closes_minute for span in spans):
            return Arrival(_instant(day, minute, rng), "", False)


def _instant(day: date, minute: int, rng: random.Random) -> datetime:
    local = datetime.combine(day, time(minute // 60, minute % 60, rng.randrange(60)), JST)
    return local.astimezone(UTC)
