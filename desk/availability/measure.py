"""稼働率 of a period from the runs of the service, as figures and as tables of the reports."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from desk.availability.heartbeat import SILENT_AFTER, first_and_last, runs_between
from desk.availability.stops import PlannedStops
from desk.kpi.availability import FORMULA, Availability, Span, availability
from desk.reports.model import Cell, Table
from desk.reports.periods import days_of
from knowledge.clock import JST, stamp
from knowledge.faq.periods import Period
from knowledge.ports import Clock
from knowledge.profile import CityProfile, IsHoliday, spans_on
from knowledge.profile.hours import MINUTES_PER_DAY
from knowledge.store.database import Database

_RESOLUTION = (
    "サービスが1分ごとに残す記録から求めます。異常終了のときは、最後の記録から次に動き出すまでを停止とします"
    "（1分ほど長く数えます）。動いたままの、2分30秒より短い途切れは数えません。"
    "1つのデータベースを複数のサーバーで使うときは、1台でも動いていれば動いていたとし、すべてが止まっていた間だけを停止とします。"
    "回線、端末、振り分け装置の停止は含みません。"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """`since` and `until`: what of the period could be measured; None when the service never ran in it."""

    found: Availability
    since: datetime | None
    until: datetime | None


class AvailabilityMeter:
    def __init__(
        self, db: Database, clock: Clock, profile: CityProfile, is_holiday: IsHoliday, stops: PlannedStops
    ) -> None:
        self._db = db
        self._clock = clock
        self._profile = profile
        self._is_holiday = is_holiday
        self._stops = stops

    def measure(self, period: Period) -> Measured:
        """Up to now, and not before the first beat ever."""
        known = first_and_last(self._db)
        if known is None:
            return Measured(Availability(0, ()), None, None)
        now = self._clock.now()
        alive = now - known.ends_at <= SILENT_AFTER
        since, until = max(period.begins_at, known.begins_at), min(period.ends_at, known.ends_at if alive else now)
        if since >= until:
            return Measured(Availability(0, ()), None, None)
        windows = list(self._promised(period, Span(since, until)))
        ran, stops = runs_between(self._db, since, until), self._stops.standing(since, until)
        return Measured(availability(windows, ran, stops), since, until)

    def tables(self, period: Period) -> list[Table]:
        """The figures, and every gap. They show the state of the log of runs, not of the calls."""
        measured, kpi = self.measure(period), self._profile.kpi
        found, percent = measured.found, measured.found.percent
        met = None if percent is None else "達成" if percent >= kpi.availability_target_percent else "未達"
        rows: tuple[tuple[Cell, ...], ...] = (
            ("測った期間", _between(measured)),
            ("対象時間（分）", _minutes(found.promised_secs)),
            ("計画停止（分）", _minutes(found.planned_secs)),
            ("停止（分）", _minutes(found.down_secs)),
            ("稼働率（％）", None if percent is None else f"{percent:.3f}"),
            ("目標（％）", f"{kpi.availability_target_percent:g}"),
            ("判定", met),
        )
        basis = "24時間" if kpi.availability_hours == "always" else f"受付時間（{self._profile.centre.hours.text}）"
        gaps: list[tuple[Cell, ...]] = [
            (
                stamp(gap.span.begins_at),
                stamp(gap.span.ends_at),
                _minutes(gap.span.secs),
                "計画停止" if gap.planned else "停止",
                gap.reason,
            )
            for gap in found.gaps
        ]
        header = ("始まり", "終わり", "分", "区分", "理由（計画停止）")
        return [
            Table(
                "システムの稼働率", ("項目", "値"), rows, (f"対象時間は{basis}です。", FORMULA, _RESOLUTION), live=True
            ),
            Table("停止の一覧", header, tuple(gaps), live=True),
        ]

    def _promised(self, period: Period, inside: Span) -> Iterator[Span]:
        for day in days_of(period):
            midnight = datetime.combine(day, time(), JST)
            for opens, closes in self._minutes_of(day):
                window = Span(midnight + timedelta(minutes=opens), midnight + timedelta(minutes=closes))
                cut = Span(max(window.begins_at, inside.begins_at), min(window.ends_at, inside.ends_at))
                if cut.secs > 0:
                    yield cut

    def _minutes_of(self, day: date) -> list[tuple[int, int]]:
        if self._profile.kpi.availability_hours == "always":
            return [(0, MINUTES_PER_DAY)]
        opened = spans_on(self._profile.centre.hours, day, self._is_holiday)
        return [(span.opens_minute, span.closes_minute) for span in opened]


def _between(measured: Measured) -> str | None:
    if measured.since is None or measured.until is None:
        return None
    return f"{stamp(measured.since)}〜{stamp(measured.until)}"


def _minutes(secs: float) -> float:
    return round(secs / 60, 1)
