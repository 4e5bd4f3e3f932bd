"""`Reports`: daily, weekly, monthly and yearly reports, made on demand for any day; issued ones can be made again."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Literal
from uuid import uuid4

from sqlalchemy import insert, select

from desk.complaints.service import ComplaintService
from desk.kpi.call import SAMPLE_LINE, Call
from desk.kpi.rules import QUERY_VERSION
from desk.kpi.workforce import workloads
from desk.reports import tables
from desk.reports.csv_file import report_csv
from desk.reports.model import Report, Table
from desk.reports.numbers import Counted, Numbers
from desk.reports.periods import KIND_LABELS, ReportKind, months_of, period_title, report_period
from desk.reports.self_resolution import self_resolution_table
from desk.reports.xlsx_file import report_xlsx
from knowledge.errors import InvalidInput, NotFound
from knowledge.faq.periods import Period
from knowledge.ports import Clock
from knowledge.profile import CityProfile
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_report_issues

Format = Literal["csv", "xlsx"]
_EARLIEST = date(2015, 1, 1)


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
    """`faq_title` gives the question of an FAQ for the tables."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        profile: CityProfile,
        numbers: Numbers,
        complaints: ComplaintService,
        faq_title: Callable[[str], str] = lambda faq_id: "",
    ) -> None:
        self._db = db
        self._clock = clock
        self._profile = profile
        self._numbers = numbers
        self._complaints = complaints
        self._faq_title = faq_title
        self._audit = AuditLog(clock)

    def make(self, kind: ReportKind, day: date, upto_seq: int | None = None) -> Report:
        """The report of the period `day` lies in. Raises InvalidInput for days nobody can mean."""
        if not _EARLIEST <= day <= self._clock.today() + timedelta(days=366):
            raise InvalidInput("報告する日を確認してください。")
        period = report_period(kind, day)
        counted = self._numbers.count(period, upto_seq)
        before = report_period(kind, period.first - timedelta(days=1))
        previous = self._numbers.count(before, upto_seq).figures(self._numbers.rules)
        figures = counted.figures(self._numbers.rules)
        made = [tables.figures_table(figures, previous), *self._volumes(kind, counted), *self._topics(counted)]
        with self._db.read() as conn:
            made.append(self_resolution_table(conn, list(counted.calls), period))
        made += self._conduct(kind, counted)
        return Report(
            kind,
            self._profile.city,
            f"{self._profile.centre.name}　{KIND_LABELS[kind]}　{period_title(kind, period)}{_sample_mark(counted)}",
            period.first,
            period.last,
            counted.last_seq,
            QUERY_VERSION,
            tuple(made),
        )

    def file(self, kind: ReportKind, day: date, form: Format, upto_seq: int | None = None) -> bytes:
        """The same bytes whenever it is made from the same log."""
        report = self.make(kind, day, upto_seq)
        return report_xlsx(report) if form == "xlsx" else report_csv(report)

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
        return issue, self.make(issue.kind, issue.first, issue.last_seq)

    def due(self, today: date) -> list[tuple[ReportKind, date]]:
        """Reports of the city's list whose period ended yesterday or earlier and that were not issued: (kind, day)."""
        issued = {(issue.kind, issue.first) for issue in self.issues(1_000)}
        found: list[tuple[ReportKind, date]] = []
        for kind in self._profile.kpi.reports:
            last = report_period(kind, report_period(kind, today).first - timedelta(days=1))
            if (kind, last.first) not in issued:
                found.append((kind, last.first))
        return found

    def _volumes(self, kind: ReportKind, counted: Counted) -> list[Table]:
        calls = counted.calls
        if kind == "yearly":
            months = [(m.first, _between(counted, m)) for m in months_of(counted.period)]
            return [tables.months_table(months), tables.heat_table(calls)]
        return [tables.parts_table(calls), tables.heat_table(calls)]

    def _topics(self, counted: Counted) -> list[Table]:
        calls, kpi = counted.calls, self._profile.kpi
        return [
            tables.group_table(calls, self._numbers.groups, kpi.groups),
            tables.category_table(calls),
            *tables.slice_tables(calls),
            tables.booking_table(calls),
            tables.faq_table(calls, self._faq_title),
        ]

    def _conduct(self, kind: ReportKind, counted: Counted) -> list[Table]:
        period = counted.period
        complaints = self._complaints.list_all(period.begins_at, period.ends_at)
        loads = workloads(counted.statuses, period.begins_at, period.ends_at)
        made = [tables.complaint_table(complaints), tables.workload_table(counted.calls, loads)]
        if kind in ("daily", "monthly"):
            last_day = max((call.day for call in counted.calls), default=period.first)
            found = self._numbers.watch(last_day, counted.last_seq)
            made.append(tables.watch_table(found, self._profile.kpi.answer_rate_contractual))
        return [*made, tables.improvement_table(counted.calls, self._numbers.rules)]


def fingerprint(report: Report) -> str:
    """SHA-256 over everything in a report that follows from the event log."""
    fixed = tuple(table for table in report.tables if not table.live)
    return sha256(report_csv(replace(report, tables=fixed))).hexdigest()


def _sample_mark(counted: Counted) -> str:
    return "（見本の通話を含みます）" if any(call.line == SAMPLE_LINE for call in counted.calls) else ""


def _between(counted: Counted, period: Period) -> list[Call]:
    return [call for call in counted.calls if period.first <= call.day <= period.last]
