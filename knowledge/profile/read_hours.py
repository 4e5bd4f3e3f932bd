"""Opening hours out of a profile file: `everyday`, `weekdays` and single days, the more exact key wins."""

from typing import Literal

from knowledge.profile.hours import Hours, MonthlyRule, SpecialDays, TimeSpan, YearlyBreak
from knowledge.profile.toml_table import Table

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def read_hours(table: Table) -> Hours:
    return Hours(
        week=tuple(_day_spans(table, place, name) for place, name in enumerate(WEEKDAYS)),
        text=table.text("text"),
        holidays=table.choice("holidays", Literal["open", "closed"]),
        year_end=table.optional_table("year_end", _read_year_end),
        monthly=table.tables("monthly", _read_monthly),
        special=table.tables("special", _read_special),
        note=table.text("note", ""),
    )


def _day_spans(table: Table, place: int, name: str) -> tuple[TimeSpan, ...]:
    everyday, weekdays = table.spans("everyday"), table.spans("weekdays")
    own = table.spans(name)
    if name in table:
        return own
    return weekdays if place < 5 and "weekdays" in table else everyday


def _read_year_end(table: Table) -> YearlyBreak:
    return YearlyBreak(table.month_day("first"), table.month_day("last"), table.flag("confirmed", True))


def _read_monthly(table: Table) -> MonthlyRule:
    weekday = WEEKDAYS.index(table.choice("weekday", Weekday))
    return MonthlyRule(table.numbers("weeks", 1, 5), weekday, table.spans("spans"))


def _read_special(table: Table) -> SpecialDays:
    first = table.day("first")
    last = table.day("last", first)
    if last < first:
        raise table.wrong("last", "開始日より前の日付です。")
    return SpecialDays(first, last, table.spans("spans"), table.text("label", ""))
