"""Time as the service sees it: UTC instants, Japanese days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")


def stamp(at: datetime | None) -> str:
    """2026-11-21 09:05:30 in Japan, as files and records give a moment; empty for none."""
    return at.astimezone(JST).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def minute_stamp(at: datetime | None) -> str:
    """2026-11-21 09:05, where seconds tell nothing."""
    return stamp(at)[:-3]


def day_text(day: date) -> str:
    """2026年8月1日, as people read a day."""
    return f"{day.year}年{day.month}月{day.day}日"


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return self.now().astimezone(JST).date()


@dataclass
class FixedClock:
    """A clock that stands still until it is moved; for tests, evals and simulations."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def today(self) -> date:
        return self.at.astimezone(JST).date()

    def advance(self, step: timedelta) -> None:
        self.at += step
