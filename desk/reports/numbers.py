"""`Numbers`: the one query layer. Dashboard, reports and drill-down all read their figures here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from threading import Lock
from types import MappingProxyType

from sqlalchemy import func, select

from desk.events.log import read_events
from desk.events.model import Event
from desk.kpi.build import build_calls
from desk.kpi.call import Call
from desk.kpi.figure import Figure
from desk.kpi.figures import all_figures
from desk.kpi.narrow import Narrow
from desk.kpi.rules import KpiRules
from desk.kpi.tallies import Tally, tallies_of
from desk.kpi.watch import Watch, watch
from desk.reports.periods import days_of
from knowledge.errors import NotFound
from knowledge.faq.periods import Period, period_of
from knowledge.profile import CityProfile, IsHoliday, spans_on
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_events, desk_records

_KEPT = 8


@dataclass(frozen=True, slots=True)
class Counted:
    """The calls of a period as the log stood at `last_seq`, and the status intervals that touch it."""

    period: Period
    last_seq: int
    calls: tuple[Call, ...]
    statuses: tuple[Event, ...]
    tallies: tuple[Tally, ...] = ()

    def figures(self, rules: KpiRules) -> Mapping[str, Figure]:
        return MappingProxyType({figure.kpi_id: figure for figure in all_figures(self.calls, rules)})

    @property
    def put_right(self) -> int:
        """Calls whose events are out of order or incomplete; they are counted all the same."""
        return sum(1 for call in self.calls if call.anomalies)

    def on(self, day: date) -> tuple[Call, ...]:
        return tuple(call for call in self.calls if call.day == day)


class Numbers:
    def __init__(self, db: Database, profile: CityProfile, is_holiday: IsHoliday) -> None:
        self._db = db
        self._profile = profile
        self._is_holiday = is_holiday
        self._lock = Lock()
        self._kept: dict[tuple[Period, int], Counted] = {}
        kpi = profile.kpi
        self.rules = KpiRules(
            service_level_secs=kpi.service_level_secs, answer_rate_target_percent=kpi.answer_rate_target_percent
        )
        self.groups: Mapping[str, str] = {category.name: category.group for category in kpi.categories}

    def count(self, period: Period, upto_seq: int | None = None) -> Counted:
        """Every call that began in the period, once. The same `upto_seq` gives the same calls for ever."""
        newest = self.last_seq()
        with self._db.read() as conn:
            last_seq = min(upto_seq, newest) if upto_seq is not None else newest
            found = self._kept.get((period, last_seq))
            if found is not None:
                return found
            events = list(read_events(conn, period, last_seq))
        calls = tuple(call for call in build_calls(events) if period.first <= call.day <= period.last)
        statuses = tuple(event for event in events if event.type == "status_interval")
        return self._keep(Counted(period, last_seq, calls, statuses, tallies_of(events)))

    def last_seq(self) -> int:
        """Where the log ends now."""
        with self._db.read() as conn:
            newest: int | None = conn.execute(select(func.max(desk_events.c.seq))).scalar_one()
        return newest or 0

    def figures(self, period: Period) -> Mapping[str, Figure]:
        return self.count(period).figures(self.rules)

    def figure(self, period: Period, kpi_id: str) -> Figure:
        """One figure. Raises NotFound."""
        found = self.figures(period).get(kpi_id)
        if found is None:
            raise NotFound("この指標は見つかりません。")
        return found

    def drill(
        self, period: Period, kpi_id: str, part: str = "denominator", narrow: Narrow | None = None
    ) -> list[tuple[Call, str]]:
        """The calls behind a figure with their record ids, newest first; `part` "rest" is what the denominator has more than the
        numerator, `narrow` a cell of a table. Raises NotFound for an unknown figure."""
        counted = self.count(period)
        figure = self.figure(period, kpi_id)
        wanted = set(figure.numerator if part == "numerator" else figure.denominator)
        if part == "rest":
            wanted -= set(figure.numerator)
        cell = narrow or Narrow()
        calls = [call for call in reversed(counted.calls) if call.call_id in wanted and cell.holds(call, self.groups)]
        records = self._record_ids([call.call_id for call in calls])
        return [(call, records.get(call.call_id, "")) for call in calls]

    def watch(self, day: date, upto_seq: int | None = None) -> Watch:
        """応答率 of the month that `day` lies in, up to that day."""
        month = period_of(day, "month")
        calls = self.count(Period(month.first, day), upto_seq).calls
        return watch(calls, day, self.open_days(month), self.rules)

    def open_days(self, period: Period) -> dict[date, bool]:
        hours = self._profile.centre.hours
        return {day: bool(spans_on(hours, day, self._is_holiday)) for day in days_of(period)}

    def _record_ids(self, call_ids: Sequence[str]) -> dict[str, str]:
        found: dict[str, str] = {}
        columns = desk_records.c
        with self._db.read() as conn:
            for start in range(0, len(call_ids), 500):
                chunk = call_ids[start : start + 500]
                rows = conn.execute(select(columns.call_id, columns.record_id).where(columns.call_id.in_(chunk)))
                found |= {row.call_id: row.record_id for row in rows}
        return found

    def _keep(self, counted: Counted) -> Counted:
        with self._lock:
            self._kept[(counted.period, counted.last_seq)] = counted
            while len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]
        return counted
