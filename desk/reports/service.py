"""`Reports`: daily, weekly, monthly and yearly reports and those of any days, made on demand; issued ones can be made
again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import uuid4

from sqlalchemy import insert, select

from desk.complaints.service import ComplaintService
from desk.events.log import first_day
from desk.kpi.call import SAMPLE_LINE, Call
from desk.kpi.rules import QUERY_VERSION
from desk.kpi.workforce import workloads
from desk.reports import tables
from desk.reports.alerts import alert_figures, alert_table
from desk.reports.call_quality import call_quality_figures, call_quality_table
from desk.reports.comparison import Procedures, Side, self_resolution_comparison, volume_comparison
from desk.reports.csv_file import report_csv
from desk.reports.edition import as_written_by
from desk.reports.meeting import MONTHS, Material, meeting_docx
from desk.reports.model import Report, Table
from desk.reports.numbers import Counted, Numbers
from desk.reports.periods import (
    KIND_LABELS,
    PERIOD_LABEL,
    AnyKind,
    ReportKind,
    just_before,
    months_of,
    period_before,
    period_title,
    report_period,
)
from desk.reports.reception import reception, reception_table
from desk.reports.self_resolution import self_resolution, self_resolution_table
from knowledge.errors import InvalidInput, NotFound
from knowledge.faq.gaps import Gap
from knowledge.faq.periods import Period
from knowledge.ports import Clock
from knowledge.profile import CityProfile
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_report_issues

Format = Literal["csv", "xlsx"]
_EARLIEST = date(2015, 1, 1)
_BY_DAY_UP_TO = 62
"""Longer periods are shown by month."""
_NO_PROCEDURES = Procedures()


@dataclass(frozen=True, slots=True)
class Issue:
    """A report that was handed over. `sha256` is its fingerprint: made again it must be the same."""

    issue_id: str
    kind: ReportKind
    first: date
    last: date
    last_seq: int
    query_version: str
    sha256: str
    issued_by: str
    issued_at: datetime


class Reports:
    """`faq_title` gives the question of an FAQ for the tables, `availability` the tables of 稼働率."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        profile: CityProfile,
        numbers: Numbers,
        complaints: ComplaintService,
        faq_title: Callable[[str], str] = lambda faq_id: "",
        availability: Callable[[Period], list[Table]] = lambda period: [],
    ) -> None:
        self._db = db
        self._clock = clock
        self._profile = profile
        self._numbers = numbers
        self._complaints = complaints
        self._faq_title = faq_title
        self._availability = availability
        self._audit = AuditLog(clock)

    def make(self, kind: ReportKind, day: date, upto_seq: int | None = None) -> Report:
        """The report of the period `day` lies in. Raises InvalidInput for days nobody can mean."""
        self._check(day)
        period = report_period(kind, day)
        before = period_before(kind, period)
        return self._made(kind, period, before, Procedures(), upto_seq)

    def make_between(
        self,
        period: Period,
        before: Period | None = None,
        procedures: Procedures = _NO_PROCEDURES,
        upto_seq: int | None = None,
    ) -> Report:
        """Of any days, beside `before` (else: as many days directly before). Raises InvalidInput."""
        self._check(period.last)
        self._check(period.first)
        return self._made("period", period, before or just_before(period), procedures, upto_seq)

    def _made(
        self, kind: AnyKind, period: Period, before: Period, procedures: Procedures, upto_seq: int | None
    ) -> Report:
        counted, previous = self._numbers.count(period, upto_seq), self._numbers.count(before, upto_seq)
        figures = counted.figures(self._numbers.rules)
        made = [
            tables.figures_table(figures, previous.figures(self._numbers.rules)),
            *self._volumes(kind, counted),
            *([tables.tally_table(counted.tallies)] if counted.tallies else []),
            *self._topics(counted),
        ]
        with self._db.read() as conn:
            solved = self_resolution(conn, counted.calls, period)
            solved_before = self_resolution(conn, previous.calls, before)
            alerts = alert_figures(conn, period)
            noted = reception(conn, period)
            call_quality = call_quality_table(call_quality_figures(conn, period), call_quality_figures(conn, before))
        made += [
            self_resolution_table(solved),
            volume_comparison(self._side(previous), self._side(counted), procedures),
            self_resolution_comparison(before, solved_before, period, solved),
        ]
        made += [*self._conduct(kind, counted), call_quality, alert_table(alerts)]
        made.append(reception_table(noted, counted.put_right))
        label = PERIOD_LABEL if kind == "period" else KIND_LABELS[kind]
        return Report(
            kind,
            self._profile.city,
            f"{self._profile.centre.name}　{label}　{period_title(kind, period)}{_sample_mark(counted)}",
            period.first,
            period.last,
            counted.last_seq,
            QUERY_VERSION,
            tuple(made),
        )

    def file(self, kind: ReportKind, day: date, form: Format, upto_seq: int | None = None) -> bytes:
        """The same bytes whenever it is made from the same log."""
        return report_file(self.make(kind, day, upto_seq), form)

    def meeting(self, day: date, gaps: Callable[[Period], Sequence[Gap]], quality: Sequence[str] = ()) -> bytes:
        """The draft of the monthly meeting's material (Word), from the same counted calls as the monthly report. Raises
        InvalidInput."""
        self._check(day)
        periods = [report_period("monthly", day)]
        while len(periods) < MONTHS:
            periods.insert(0, period_before("monthly", periods[0]))
        upto_seq = self._numbers.last_seq()
        months = [self._numbers.count(period, upto_seq) for period in periods]
        used = {faq_id for call in months[-1].calls for faq_id, _ in call.faqs_used}
        with self._db.read() as conn:
            before, now = (call_quality_figures(conn, period) for period in periods[-2:])
        return meeting_docx(
            Material(
                self._profile.centre.name,
                months,
                self._numbers.rules,
                gaps(periods[-1]),
                {faq_id: self._faq_title(faq_id) for faq_id in used},
                call_quality_table(now, before),
                quality,
                f"集計の版 {QUERY_VERSION}・イベント {upto_seq} まで",
                bool(_sample_mark(months[-1])),
            )
        )

    def _check(self, day: date) -> None:
        if not _EARLIEST <= day <= self._clock.today() + timedelta(days=366):
            raise InvalidInput("報告する日を確認してください。")

    def _side(self, counted: Counted) -> Side:
        opened = self._numbers.open_days(counted.period)
        return Side(counted, [day for day, is_open in opened.items() if is_open])

    def issue(self, kind: ReportKind, day: date, who: str) -> Issue:
        """Remember that this report was handed over as it is now."""
        report = self.make(kind, day)
        made = Issue(
            uuid4().hex,
            kind,
            report.first,
            report.last,
            report.last_seq,
            QUERY_VERSION,
            fingerprint(report),
            who[:128],
            self._clock.now(),
        )
        with self._db.begin() as conn:
            conn.execute(insert(desk_report_issues), {name: getattr(made, name) for name in Issue.__slots__})
            self._audit.append(conn, who, "report.issue", made.issue_id, {"kind": kind, "last_seq": made.last_seq})
        return made

    def issues(self, limit: int = 100) -> list[Issue]:
        """Newest first."""
        wanted = select(desk_report_issues).order_by(desk_report_issues.c.issued_at.desc()).limit(limit)
        with self._db.read() as conn:
            return [Issue(*row) for row in conn.execute(wanted)]

    def again(self, issue_id: str) -> tuple[Issue, Report]:
        """The issued report recomputed from the log as it stood then. Raises NotFound."""
        wanted = select(desk_report_issues).where(desk_report_issues.c.issue_id == issue_id)
        with self._db.read() as conn:
            row = conn.execute(wanted).one_or_none()
        if row is None:
            raise NotFound("この報告書は見つかりません。")
        issue = Issue(*row)
        return issue, self.make_again(issue.kind, issue.first, issue.last_seq, issue.query_version)

    def make_again(self, kind: ReportKind, day: date, last_seq: int, version: str) -> Report:
        """From the log as it stood then, written as it was then. Raises InvalidInput."""
        return as_written_by(version, self.make(kind, day, last_seq))

    def due(self, today: date) -> list[tuple[ReportKind, date]]:
        """Reports of the city's list whose period ended yesterday or earlier and that were not issued: (kind, day). None of
        a time before the first event."""
        issued = {(issue.kind, issue.first) for issue in self.issues(1_000)}
        with self._db.read() as conn:
            begun = first_day(conn)
        found: list[tuple[ReportKind, date]] = []
        for kind in self._profile.kpi.reports:
            last = period_before(kind, report_period(kind, today))
            if begun is not None and begun <= last.last and (kind, last.first) not in issued:
                found.append((kind, last.first))
        return found

    def _volumes(self, kind: AnyKind, counted: Counted) -> list[Table]:
        calls, days = counted.calls, (counted.period.last - counted.period.first).days
        if kind == "yearly" or days > _BY_DAY_UP_TO:
            months = [(m.first, _between(counted, m)) for m in months_of(counted.period)]
            return [tables.months_table(months), tables.heat_table(calls), tables.line_table(calls)]
        lines = [] if kind in ("daily", "weekly") else [tables.line_table(calls)]
        return [tables.parts_table(calls), tables.heat_table(calls), *lines]

    def _topics(self, counted: Counted) -> list[Table]:
        calls, kpi = counted.calls, self._profile.kpi
        return [
            tables.group_table(calls, self._numbers.groups, kpi.groups),
            tables.category_table(calls),
            *tables.slice_tables(calls),
            tables.booking_table(calls),
            tables.faq_table(calls, self._faq_title),
        ]

    def _conduct(self, kind: AnyKind, counted: Counted) -> list[Table]:
        period = counted.period
        complaints = self._complaints.list_all(period.begins_at, period.ends_at)
        loads = workloads(counted.statuses, period.begins_at, period.ends_at)
        made = [tables.complaint_table(complaints), tables.workload_table(counted.calls, loads)]
        if kind in ("daily", "monthly"):
            last_day = max((call.day for call in counted.calls), default=period.first)
            found = self._numbers.watch(last_day, counted.last_seq)
            made.append(tables.watch_table(found, self._profile.kpi.answer_rate_contractual))
        if kind not in ("daily", "weekly"):
            made += self._availability(period)
        return [*made, tables.improvement_table(counted.calls, self._numbers.rules)]


def report_file(report: Report, form: Format) -> bytes:
    return report_book(report) if form == "xlsx" else report_csv(report)


def report_book(report: Report) -> bytes:
    """The report in Excel."""
    from desk.reports.xlsx_file import report_xlsx  # openpyxl takes a tenth of a second, which no start waits for

    return report_xlsx(report)


def fingerprint(report: Report) -> str:
    """SHA-256 over everything in a report that follows from the event log."""
    fixed = tuple(table for table in report.tables if not table.live)
    return sha256(report_csv(replace(report, tables=fixed))).hexdigest()


def _sample_mark(counted: Counted) -> str:
    return "（見本の通話を含みます）" if any(call.line == SAMPLE_LINE for call in counted.calls) else ""


def _between(counted: Counted, period: Period) -> list[Call]:
    return [call for call in counted.calls if period.first <= call.day <= period.last]
