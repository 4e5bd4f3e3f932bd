"""Reports on a page: tables and charts, files, what was handed over, the improvement report, and the calls behind figures."""

from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.routes.desk_shapes import CellOf
from api.security.permissions import Permission
from api.web.staff.callers import PlainId
from api.web.staff.days import Day, day_or_today, next_day
from api.web.staff.desk import words
from api.web.staff.desk.chart import heat_level, volume_chart
from api.web.staff.desk.context import REPORTS, DeskPages, ReportReader
from api.web.staff.downloads import CSV, XLSX, download
from api.web.staff.notices import see
from api.web.staff.paging import PAGE_SIZE, PageNumber, Paging, offset_of
from api.web.staff.sent import Form
from desk.kpi.narrow import Narrow
from desk.kpi.watch import worst_slots
from desk.reports.drilling import target_of
from desk.reports.model import Report, Table
from desk.reports.periods import KIND_LABELS, PERIOD_LABEL, ReportKind, period_before, period_title, report_period
from desk.reports.seats import seat_plan, seat_table
from desk.reports.service import fingerprint
from desk.reports.tables import CHANNEL_NAMES
from knowledge.errors import InvalidInput
from knowledge.faq.labels import LANG_LABELS
from knowledge.faq.periods import Period

KpiId = Annotated[str, Path(max_length=40, pattern=r"^[a-z_]+$")]
_MAX_DAYS = 400
_WEEKDAYS = "月火水木金土日"


def report_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    _add_index(screens, router)
    _add_report(screens, router)
    _add_improvement(screens, router)
    _add_figure(screens, router)
    return router


def _add_index(screens: DeskPages, router: APIRouter) -> None:
    reports, clock = screens.desk.reports, screens.services.clock

    @router.get("/reports")
    def index(request: Request, who: ReportReader) -> Response:
        context: dict[str, Any] = {
            "kinds": KIND_LABELS,
            "due": [
                (kind, day, period_title(kind, report_period(kind, day))) for kind, day in reports.due(clock.today())
            ],
            "issues": [(one, period_title(one.kind, Period(one.first, one.last))) for one in reports.issues()],
            "kept_kinds": "・".join(KIND_LABELS[kind] for kind in screens.services.profile.kpi.reports),
            "due_day": screens.services.profile.kpi.monthly_report_due_day,
            "last_month": period_before("monthly", report_period("monthly", clock.today())),
            "kept": [(one, period_title(one.kind, Period(one.first, one.last))) for one in screens.desk.kept.all()],
        }
        return screens.pages.page(request, "desk/reports.html", **context)

    @router.get("/report-issues/{issue_id}")
    def issued(request: Request, who: ReportReader, issue_id: PlainId) -> Response:
        issue, report = reports.again(issue_id)
        same = fingerprint(report) == issue.sha256
        context: dict[str, Any] = {"issue": issue, "report": report, "same": same}
        return screens.pages.page(request, "desk/report_issue.html", **context)


def _add_report(screens: DeskPages, router: APIRouter) -> None:
    reports, clock = screens.desk.reports, screens.services.clock

    @router.get("/reports/{kind}")
    def report(request: Request, who: ReportReader, kind: ReportKind, day: Day = None) -> Response:
        made = reports.make(kind, day_or_today(day, clock.today()))
        return screens.pages.page(request, "desk/report.html", **report_context(screens, made))

    @router.get("/reports/{kind}/file")
    def file(who: ReportReader, kind: ReportKind, day: Day = None, form: Literal["csv", "xlsx"] = "xlsx") -> Response:
        wanted = report_period(kind, day_or_today(day, clock.today())).first
        data = reports.file(kind, wanted, form)
        return download(data, KIND_LABELS[kind], wanted, form, XLSX if form == "xlsx" else CSV)

    @router.post("/reports/{kind}/issue")
    def issue(request: Request, who: ReportReader, kind: ReportKind, form: Form) -> Response:
        made = reports.issue(kind, form.day("day", "報告する日を確認してください。"), who.who)
        return see(f"/staff/desk/report-issues/{made.issue_id}", "report_issued")


def report_context(screens: DeskPages, report: Report) -> dict[str, Any]:
    period = Period(report.first, report.last)
    volumes = next(table for table in report.tables if table.drill_by in ("day", "month"))
    one = timedelta(days=1)
    return {
        "report": report,
        "kinds": KIND_LABELS,
        "label": PERIOD_LABEL if report.kind == "period" else KIND_LABELS[report.kind],
        "title": period_title(report.kind, period),
        "before": (report.first - one).isoformat(),
        "after": next_day(report.last, screens.services.clock.today()),
        "chart": volume_chart(volumes, screens.desk.numbers.rules.answer_rate_target_percent),
        "volumes": volumes,
        "target": screens.desk.numbers.rules.answer_rate_target_percent,
        "heat": heat_level,
        "links": {table.title: [_link(table, key, period) for key in table.drill] for table in report.tables},
        "cell_link": lambda table, row, column: _heat_link(table, row, column, period),
        "seats": _seats(screens, period),
        "export_permission": Permission.INTERACTION_EXPORT,
    }


def _link(table: Table, key: str, period: Period) -> str:
    """Where the calls behind a row are shown."""
    target = target_of(table, key)
    if target is not None:
        return _figure_link(target[0], period, target[1])
    match table.drill_by:
        case "day":
            return f"{REPORTS}/daily?day={key}"
        case "month":
            return f"{REPORTS}/monthly?day={key}"
        case _:
            return f"/staff/desk/complaints/{key}"


def _figure_link(kpi_id: str, period: Period, cell: Narrow) -> str:
    query = {"first": period.first.isoformat(), "last": period.last.isoformat(), **_query(cell)}
    return f"/staff/desk/figures/{kpi_id}?{urlencode(query)}"


def _query(cell: Narrow) -> dict[str, str]:
    return {name: str(value) for name, value in asdict(cell).items() if value not in (None, "")}


def _heat_link(table: Table, row: int, column: int, period: Period) -> str:
    """A cell of hour × weekday."""
    hour = int(str(table.rows[row][0]).removesuffix("時台"))
    return _figure_link("inbound", period, Narrow(hour=hour, weekday=column - 1))


def _seats(screens: DeskPages, period: Period) -> Table | None:
    """Seats for the period's own calls; None while there is nothing to learn from."""
    numbers, kpi = screens.desk.numbers, screens.services.profile.kpi
    target = min(99.0, kpi.service_level_target_percent) / 100
    try:
        plan = seat_plan(
            numbers.count(period).calls, sum(numbers.open_days(period).values()), target, kpi.service_level_secs
        )
    except InvalidInput:
        return None
    return seat_table(plan, target, kpi.service_level_secs)


def _add_improvement(screens: DeskPages, router: APIRouter) -> None:
    numbers, clock = screens.desk.numbers, screens.services.clock

    @router.get("/improvement")
    def improvement(request: Request, who: ReportReader, day: Day = None) -> Response:
        """改善報告書 (RPT-10): the facts filled in, the measures left to people."""
        month = report_period("monthly", day_or_today(day, clock.today()))
        last = min(month.last, clock.today())
        watched = numbers.watch(max(last, month.first))
        context: dict[str, Any] = {
            "month": month,
            "last": max(last, month.first),
            "title": period_title("monthly", month),
            "watch": watched,
            "slots": worst_slots(numbers.count(month).calls, numbers.rules, 5),
            "seats": _seats(screens, month),
            "centre": screens.services.profile.centre.name,
            "contractual": screens.services.profile.kpi.answer_rate_contractual,
        }
        return screens.pages.page(request, "desk/improvement.html", **context)


def _add_figure(screens: DeskPages, router: APIRouter) -> None:
    @router.get("/figures/{kpi_id}")
    def figure(
        request: Request,
        who: ReportReader,
        kpi_id: KpiId,
        first: date,
        last: date,
        cell: CellOf,
        part: Literal["numerator", "denominator", "rest"] = "denominator",
        page: PageNumber = 1,
    ) -> Response:
        """The calls behind one figure, each with a way to its record."""
        if not 0 <= (last - first).days <= _MAX_DAYS:
            raise InvalidInput(f"期間は{_MAX_DAYS}日以内にしてください。")
        period = Period(first, last)
        shown = screens.desk.numbers.figure(period, kpi_id)
        wanted = screens.desk.numbers.drill(period, kpi_id, part, cell)
        start = offset_of(page)
        query = {"first": first.isoformat(), "last": last.isoformat(), **_query(cell)}
        path = f"/staff/desk/figures/{kpi_id}"
        context: dict[str, Any] = {
            "figure": shown,
            "period": period,
            "part": part,
            "rows": wanted[start : start + PAGE_SIZE],
            "paging": Paging(page, len(wanted), path, {**query, "part": part}),
            "tabs": {
                one: Paging(1, 0, path, {**query, "part": one}).link(1) for one in ("denominator", "numerator", "rest")
            },
            "narrowed": _narrowed(cell),
            "w": words,
        }
        return screens.pages.page(request, "desk/figure.html", **context)


def _narrowed(cell: Narrow) -> str:
    """The cell of a table in words."""
    weekday = f"{_WEEKDAYS[cell.weekday]}曜日" if cell.weekday is not None else ""
    hour = f"{cell.hour}時台" if cell.hour is not None else ""
    lang = LANG_LABELS.get(cell.lang, cell.lang)
    channel = CHANNEL_NAMES.get(cell.channel, cell.channel)
    return "・".join(
        part for part in (weekday, hour, cell.group, cell.category, channel, lang, cell.operator, cell.faq) if part
    )
