"""`KeptReports`: the reports of the city's list, made by the clock of the service when their period is over, and kept.

A report that exists is never made again, and one that downtime prevented is made as soon as the service is back.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import uuid4

from sqlalchemy import func, insert, select

from desk.events.log import first_day
from desk.reports.csv_file import report_csv
from desk.reports.edition import as_written_by
from desk.reports.model import Report
from desk.reports.periods import ReportKind, period_before, report_period
from desk.reports.service import Format, Reports, fingerprint, report_book
from knowledge.clock import JST
from knowledge.errors import NotFound
from knowledge.faq.periods import Period
from knowledge.ports import Clock
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_kept_reports

READY_AT = time(6)
"""On the morning after the last day: calls over midnight have ended, and the monthly report lies there on the first of
the next month, long before any city wants it."""
_WHO = "system"
_COLUMNS = desk_kept_reports.c
_SHOWN = (
    _COLUMNS.report_id,
    _COLUMNS.kind,
    _COLUMNS.first,
    _COLUMNS.last,
    _COLUMNS.last_seq,
    _COLUMNS.query_version,
    _COLUMNS.sha256,
    _COLUMNS.made_at,
)


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept report without its files."""

    report_id: str
    kind: ReportKind
    first: date
    last: date
    last_seq: int
    query_version: str
    sha256: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Checked:
    """`same`: made again from the log as it stood it has the same fingerprint. `changed`: what came into the log
    afterwards would give a different report today."""

    kept: Kept
    title: str
    same: bool
    changed: bool


class KeptReports:
    """`kinds`: what the city wants to be given."""

    def __init__(self, db: Database, clock: Clock, reports: Reports, kinds: tuple[ReportKind, ...]) -> None:
        self._db = db
        self._clock = clock
        self._reports = reports
        self._kinds = kinds
        self._audit = AuditLog(clock)

    def make_due(self, limit: int = 1) -> int:
        """Make up to `limit` of the reports that are due; how many were made. Asking again makes nothing twice."""
        due = self.due()[:limit]
        for kind, period in due:
            self._keep(self._reports.make(kind, period.first), kind)
        return len(due)

    def due(self) -> list[tuple[ReportKind, Period]]:
        """Ended periods without a kept report: from the newest kept one on, or the newest ended one with any event."""
        now = self._clock.now().astimezone(JST)
        ended = now.date() - timedelta(days=1 if now.time() >= READY_AT else 2)
        return [(kind, period) for kind in self._kinds for period in self._missing(kind, ended)]

    def _missing(self, kind: ReportKind, ended: date) -> list[Period]:
        with self._db.read() as conn:
            newest = conn.execute(select(func.max(_COLUMNS.last)).where(_COLUMNS.kind == kind)).scalar_one()
            begun = first_day(conn)
        tomorrow = ended + timedelta(days=1)
        period = period_before(kind, report_period(kind, tomorrow))
        if newest is None:
            return [period] if begun is not None and begun <= period.last else []
        found: list[Period] = []
        while period.first > newest:
            found.append(period)
            period = period_before(kind, period)
        return found[::-1]

    def _keep(self, report: Report, kind: ReportKind) -> None:
        report_id = uuid4().hex
        values = {
            "report_id": report_id,
            "kind": kind,
            "first": report.first,
            "last": report.last,
            "last_seq": report.last_seq,
            "query_version": report.query_version,
            "sha256": fingerprint(report),
            "made_at": self._clock.now(),
            "csv": report_csv(report),
            "xlsx": report_book(report),
        }
        there = select(_COLUMNS.report_id).where(_COLUMNS.kind == kind, _COLUMNS.first == report.first)
        with self._db.begin() as conn:
            if conn.execute(there).one_or_none() is None:
                conn.execute(insert(desk_kept_reports).values(values))
                detail: dict[str, str | int | None] = {
                    "kind": kind,
                    "first": report.first.isoformat(),
                    "last_seq": report.last_seq,
                }
                self._audit.append(conn, _WHO, "report.keep", report_id, detail)

    def all(self, limit: int = 60) -> list[Kept]:
        """Newest first."""
        wanted = select(*_SHOWN).order_by(_COLUMNS.made_at.desc(), _COLUMNS.last.desc(), _COLUMNS.kind).limit(limit)
        with self._db.read() as conn:
            return [Kept(*row) for row in conn.execute(wanted)]

    def get(self, report_id: str) -> Kept:
        """Raises NotFound."""
        with self._db.read() as conn:
            row = conn.execute(select(*_SHOWN).where(_COLUMNS.report_id == report_id)).one_or_none()
        if row is None:
            raise NotFound("この報告書は見つかりません。")
        return Kept(*row)

    def file(self, report_id: str, form: Format) -> bytes:
        """The file as it was made. Raises NotFound."""
        column = _COLUMNS.xlsx if form == "xlsx" else _COLUMNS.csv
        with self._db.read() as conn:
            data = conn.execute(select(column).where(_COLUMNS.report_id == report_id)).scalar_one_or_none()
        if data is None:
            raise NotFound("この報告書は見つかりません。")
        return bytes(data)

    def check(self, report_id: str) -> Checked:
        """Made again twice: from the log as it stood then, and from the whole log. Raises NotFound."""
        kept = self.get(report_id)
        then = self._reports.make_again(kept.kind, kept.first, kept.last_seq, kept.query_version)
        # The last number of the log is printed on the report: what counts is whether the tables differ.
        now = as_written_by(kept.query_version, self._reports.make(kept.kind, kept.first))
        changed = [one for one in now.tables if not one.live] != [one for one in then.tables if not one.live]
        return Checked(kept, then.title, fingerprint(then) == kept.sha256, changed)
