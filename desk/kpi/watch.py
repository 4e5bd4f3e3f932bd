"""応答率 watch: today, the month so far, where the month will end, and which hours cost it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from desk.kpi.call import Call
from desk.kpi.figure import Figure, percent, rounded
from desk.kpi.rules import KpiRules
from desk.kpi.volumes import rate_base, rate_figures

Level = Literal["ok", "warning", "alert", "no_data"]
_HOLDS = ("answered", "abandoned", "overflowed")


@dataclass(frozen=True, slots=True)
class Slot:
    """One hour of the day over the period: what was lost in it."""

    hour: int
    offered: int
    answered: int
    lost: int
    percent: float | None


@dataclass(frozen=True, slots=True)
class Watch:
    """`needed`: 応答率 that the rest of the month must reach; above 100 the target is out of reach."""

    level: Level
    today: Figure
    month: Figure
    target: float
    forecast: float | None
    expected_rest: int
    needed: float | None
    worst: tuple[Slot, ...]


def watch(calls: Sequence[Call], day: date, open_days: Mapping[date, bool], rules: KpiRules) -> Watch:
    """`calls` of the month up to now; `open_days`: every day of the month and whether the centre is open on it.

    Forecast: the rest of the month brings calls at this month's daily pace, answered as on its last five open days.
    """
    today = _answer_rate([call for call in calls if call.day == day], rules)
    month = _answer_rate(calls, rules)
    past = [d for d in open_days if open_days[d] and d <= day]
    rest_days = sum(1 for d in open_days if open_days[d] and d > day)
    pace = Decimal(month.n) / len(past) if past else Decimal(0)
    rest = int(pace * rest_days)
    recent = _answer_rate([call for call in calls if call.day in set(sorted(past)[-5:])], rules)
    target = rules.answer_rate_target_percent
    forecast = _forecast(month, recent, rest)
    level: Level = "no_data" if month.value is None else "ok"
    if month.value is not None and _below(month, target):
        level = "alert"
    elif forecast is not None and forecast < target:
        level = "warning"
    return Watch(level, today, month, target, forecast, rest, _needed(month, rest, target), worst_slots(calls, rules))


def worst_slots(calls: Sequence[Call], rules: KpiRules, limit: int = 5) -> tuple[Slot, ...]:
    """Hours with the most calls lost, for the improvement report."""
    by_hour: dict[int, list[Call]] = {}
    for call in rate_base(calls, rules):
        if call.disposition in _HOLDS:
            by_hour.setdefault(call.hour, []).append(call)
    slots = [_slot(hour, found) for hour, found in by_hour.items()]
    return tuple(sorted((slot for slot in slots if slot.lost), key=lambda slot: (-slot.lost, slot.hour))[:limit])


def _slot(hour: int, calls: Sequence[Call]) -> Slot:
    answered = sum(1 for call in calls if call.disposition == "answered")
    return Slot(hour, len(calls), answered, len(calls) - answered, percent(answered, len(calls)))


def _answer_rate(calls: Sequence[Call], rules: KpiRules) -> Figure:
    return rate_figures(calls, rules)[0]


def _below(month: Figure, target: float) -> bool:
    """Compared unrounded: 89.96 % is not 90 %."""
    return Decimal(len(month.numerator)) * 100 < Decimal(str(target)) * month.n


def _forecast(month: Figure, recent: Figure, rest: int) -> float | None:
    if month.value is None:
        return None
    pace = recent if recent.n else month
    coming = Decimal(len(pace.numerator)) / pace.n * rest
    return rounded((len(month.numerator) + coming) * 100 / (month.n + rest))


def _needed(month: Figure, rest: int, target: float) -> float | None:
    if not rest:
        return None
    missing = Decimal(str(target)) / 100 * (month.n + rest) - len(month.numerator)
    return rounded(max(Decimal(0), missing * 100 / rest))
