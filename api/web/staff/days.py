"""Days and times that people choose: one reader for addresses and forms, whose errors say how to write them."""

from datetime import date, datetime, timedelta
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator

from knowledge.clock import JST
from knowledge.errors import InvalidInput, Problem
from knowledge.faq.dates import parse_day
from knowledge.faq.periods import Period

FIRST_YEAR, LAST_YEAR = 2000, 2200
"""Beyond them nothing was recorded, and calendars end."""
_CHECK = "日付を確認してください。"


def read_day(text: str, column: str = "") -> date | None:
    """None for an empty field. Raises InvalidInput in words for the person who wrote it."""
    if not text.strip():
        return None
    try:
        found = parse_day(text)
    except ValueError as exc:
        raise InvalidInput(_CHECK, [Problem(str(exc), column=column)]) from exc
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        message = f"日付は{FIRST_YEAR}年から{LAST_YEAR}年までで指定してください。"
        raise InvalidInput(_CHECK, [Problem(message, column=column)])
    return found


def read_moment(text: str, column: str) -> datetime | None:
    """A day and time in Japan; None for an empty field. Raises InvalidInput."""
    if not text.strip():
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=JST)
    except ValueError:
        raise InvalidInput("日時を読み取れません。", [Problem("日時を選び直してください。", column=column)]) from None


def _of_address(given: object) -> date | None:
    return read_day(given) if isinstance(given, str) else None


Day = Annotated[date | None, BeforeValidator(_of_address), Query()]
"""A day in an address; a field that was emptied is none."""


def day_or_today(day: date | None, today: date) -> date:
    return today if day is None else day


def next_day(last: date, today: date) -> date | None:
    """For the link to the period after the one that ends with `last`; None where that has not begun."""
    after = last + timedelta(days=1)
    return after if after <= today else None


def days_asked(first: date | None, last: date | None, today: date, days: int) -> Period:
    """From the one to the other; without a first day as many `days` as end with the last."""
    until = last or today
    return Period(first or until - timedelta(days=days - 1), until)


def days_between(first: date | None, last: date | None, today: date, days: int) -> Period:
    """The same, whichever of them comes first."""
    asked = days_asked(first, last, today, days)
    return Period(min(asked.first, asked.last), max(asked.first, asked.last))
