"""Periods of the reports: day, week from Monday, month, fiscal year from April."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

from knowledge.errors import InvalidInput
from knowledge.faq.periods import Period, period_of

ReportKind = Literal["daily", "weekly", "monthly", "yearly"]
AnyKind = ReportKind | Literal["period"]
"""Besides the kinds of the calendar, any days from one to another."""
PERIOD_LABEL = "期間報告"
MAX_DAYS = 366
"""A whole fiscal year at most."""
KIND_LABELS: dict[ReportKind, str] = {
    "daily": "日次報告",
    "weekly": "週次報告",
    "monthly": "月次報告",
    "yearly": "年次報告",
}


def report_period(kind: ReportKind, day: date) -> Period:
    """The period of this kind that `day` lies in."""
    if kind == "yearly":
        return fiscal_year(day)
    units: dict[str, Literal["day", "week", "month"]] = {"daily": "day", "weekly": "week", "monthly": "month"}
    return period_of(day, units[kind])


def period_before(kind: ReportKind, period: Period) -> Period:
    """The one of this kind that ended the day before."""
    return report_period(kind, period.first - timedelta(days=1))


def free_period(first: date, last: date) -> Period:
    """Any days, a fiscal year at most. Raises InvalidInput."""
    if not 0 <= (last - first).days < MAX_DAYS:
        raise InvalidInput(f"期間は、始まりの日から終わりの日まで{MAX_DAYS}日（1年度）以内にしてください。")
    return Period(first, last)


def just_before(period: Period) -> Period:
    """As many days, directly before."""
    last = period.first - timedelta(days=1)
    return Period(last - (period.last - period.first), last)


def fiscal_year(day: date) -> Period:
    """April to March (年度)."""
    year = day.year if day.month >= 4 else day.year - 1
    return Period(date(year, 4, 1), date(year + 1, 3, 31))


def days_of(period: Period) -> Iterator[date]:
    for offset in range((period.last - period.first).days + 1):
        yield period.first + timedelta(days=offset)


def months_of(period: Period) -> Iterator[Period]:
    """The months of a period, cut at its ends."""
    first = period.first
    while first <= period.last:
        month = period_of(first, "month")
        yield Period(first, min(month.last, period.last))
        first = month.last + timedelta(days=1)


def period_title(kind: AnyKind, period: Period) -> str:
    """As printed on the report, in the Japanese calendar too."""
    if kind == "monthly":
        return f"{_era(period.first.year)}年{period.first.month}月分（{period.first.year}年）"
    if kind == "yearly":
        return f"{_era(period.first.year)}年度（{period.first.year}年4月〜{period.last.year}年3月）"
    if period.first == period.last:
        return _day(period.first)
    return f"{_day(period.first)}から{_day(period.last)}まで"


def _day(day: date) -> str:
    return f"{_era(day.year)}年{day.month}月{day.day}日（{'月火水木金土日'[day.weekday()]}）"


def _era(year: int) -> str:
    """Reports begin long after 2019-05, so Reiwa alone is enough; earlier years are written in the Western way."""
    if year < 2019:
        return str(year)
    return "令和元" if year == 2019 else f"令和{year - 2018}"
