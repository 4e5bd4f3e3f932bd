"""/v1/reports: reports, the figures behind the dashboard, drill-down, the watch of 応答率, seat planning."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.replies import JSON, problems
from api.routes.between import BetweenOf
from api.routes.desk_shapes import CellOf
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from desk.kpi.call import Call
from desk.kpi.figure import Figure
from desk.reports.periods import ReportKind
from desk.reports.seats import seat_plan, seat_table
from desk.reports.service import fingerprint, report_file
from desk.service import Desk
from knowledge.errors import InvalidInput
from knowledge.faq.periods import Period

Reader = Annotated[Principal, requires(Permission.REPORT_READ)]
KpiId = Annotated[str, Path(max_length=40, pattern=r"^[a-z_]+$")]
_MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MAX_DAYS = 400


def desk_reports_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/reports", tags=["reports"], responses=problems(401, 403, 404, 422, 503))
    _add_figures(router, desk)
    _add_issues(router, desk)
    _add_kept(router, desk)
    _add_reports(router, desk)
    return router


def _add_figures(router: APIRouter, desk: Desk) -> None:
    numbers = desk.numbers

    @router.get("/figures", summary="期間の指標（計算式・n・信頼区間つき）")
    def figures(_by: Reader, first: date, last: date) -> JSON:
        period = _period(first, last)
        return JSON({"figures": [_figure(one) for one in numbers.figures(period).values()]})

    @router.get("/figures/{kpi_id}/calls", summary="指標の元になった通話")
    def drill(
        _by: Reader,
        kpi_id: KpiId,
        first: date,
        last: date,
        cell: CellOf,
        part: Literal["numerator", "denominator"] = "denominator",
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=1_000)] = 100,
    ) -> JSON:
        found = numbers.drill(_period(first, last), kpi_id, part, cell)
        return JSON({"total": len(found), "calls": [_call(*one) for one in found[offset : offset + limit]]})

    @router.get("/answer-rate", summary="応答率の監視")
    def watch(_by: Reader, day: date | None = None) -> JSON:
        found = numbers.watch(day or desk.parts.clock.today())
        return JSON(
            {
                "level": found.level,
                "target": found.target,
                "today": _figure(found.today),
                "month": _figure(found.month),
                "forecast": found.forecast,
                "needed": found.needed,
                "expected_rest": found.expected_rest,
                "worst": found.worst,
            }
        )

    @router.get("/availability", summary="システムの稼働率と停止の一覧")
    def availability(_by: Reader, first: date, last: date) -> JSON:
        period = _period(first, last)
        found = desk.availability.measure(period)
        return JSON({"percent": found.found.percent, "measured": found, "tables": desk.availability.tables(period)})

    @router.get("/seats", summary="必要な席数（アーランC式）")
    def seats(
        _by: Reader,
        first: date,
        last: date,
        target_percent: Annotated[float, Query(gt=0, lt=100)] = 80.0,
        within_secs: Annotated[float, Query(ge=0, le=600)] = 20.0,
    ) -> JSON:
        period = _period(first, last)
        open_days = sum(numbers.open_days(period).values())
        plan = seat_plan(numbers.count(period).calls, open_days, target_percent / 100, within_secs)
        return JSON(seat_table(plan, target_percent / 100, within_secs))


def _add_issues(router: APIRouter, desk: Desk) -> None:
    reports = desk.reports

    @router.get("/issues", summary="提出した報告書")
    def issues(_by: Reader) -> JSON:
        return JSON({"issues": reports.issues()})

    @router.get("/issues/{issue_id}", summary="提出した報告書を作り直して確かめる")
    def again(_by: Reader, issue_id: Annotated[str, Path(max_length=32)]) -> JSON:
        issue, report = reports.again(issue_id)
        return JSON({"issue": issue, "report": report, "same": fingerprint(report) == issue.sha256})

    @router.get("/due", summary="まだ提出していない報告書")
    def due(_by: Reader) -> JSON:
        found = reports.due(desk.parts.clock.today())
        return JSON({"due": [{"kind": kind, "day": day} for kind, day in found]})


def _add_kept(router: APIRouter, desk: Desk) -> None:
    kept = desk.kept

    @router.get("/kept", summary="期日に自動で作った報告書")
    def all_kept(_by: Reader) -> JSON:
        return JSON({"reports": kept.all()})

    @router.get("/kept/{report_id}", summary="自動で作った報告書を作り直して確かめる")
    def checked(_by: Reader, report_id: Annotated[str, Path(max_length=32)]) -> JSON:
        return JSON(kept.check(report_id))

    @router.get("/kept/{report_id}/file", summary="自動で作った報告書のファイル", response_class=Response)
    def kept_file(
        _by: Reader, report_id: Annotated[str, Path(max_length=32)], form: Literal["csv", "xlsx"] = "xlsx"
    ) -> Response:
        one = kept.get(report_id)
        headers = {
            "content-disposition": f'attachment; filename="report-{one.kind}-{one.first.isoformat()}-kept.{form}"'
        }
        return Response(kept.file(report_id, form), media_type=_MEDIA[form], headers=headers)


def _add_reports(router: APIRouter, desk: Desk) -> None:
    reports = desk.reports

    @router.get("/period", summary="任意の期間の報告書（前後の比較つき。1年度まで）")
    def between(_by: Reader, wanted: BetweenOf) -> JSON:
        return JSON(reports.make_between(wanted.period, wanted.before, wanted.procedures))

    @router.get("/period/file", summary="任意の期間の報告書のファイル", response_class=Response)
    def between_file(_by: Reader, wanted: BetweenOf, form: Literal["csv", "xlsx"] = "xlsx") -> Response:
        name = f"report-{wanted.period.first.isoformat()}-{wanted.period.last.isoformat()}.{form}"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        made = reports.make_between(wanted.period, wanted.before, wanted.procedures)
        return Response(report_file(made, form), media_type=_MEDIA[form], headers=headers)

    @router.get("/{kind}", summary="日次・週次・月次・年次の報告書")
    def report(_by: Reader, kind: ReportKind, day: date) -> JSON:
        return JSON(reports.make(kind, day))

    @router.get("/{kind}/file", summary="報告書のファイル", response_class=Response)
    def file(_by: Reader, kind: ReportKind, day: date, form: Literal["csv", "xlsx"] = "xlsx") -> Response:
        name = f"report-{kind}-{day.isoformat()}.{form}"
        headers = {"content-disposition": f'attachment; filename="{name}"'}
        return Response(reports.file(kind, day, form), media_type=_MEDIA[form], headers=headers)

    @router.post("/{kind}/issue", status_code=201, summary="報告書を提出したことを記録する")
    def issue(by: Reader, kind: ReportKind, day: date) -> JSON:
        return JSON(reports.issue(kind, day, by.who), 201)


def _period(first: date, last: date) -> Period:
    if not 0 <= (last - first).days <= _MAX_DAYS:
        raise InvalidInput(f"期間は{_MAX_DAYS}日以内にしてください。")
    return Period(first, last)


def _figure(figure: Figure) -> dict[str, Any]:
    """Without the ids of the calls: those are asked for with the drill-down."""
    return {
        "kpi_id": figure.kpi_id,
        "label": figure.label,
        "value": figure.value,
        "unit": figure.unit,
        "shown": figure.shown,
        "n": figure.n,
        "numerator": len(figure.numerator),
        "interval": figure.interval,
        "formula": figure.formula,
        "note": figure.note,
    }


def _call(call: Call, record_id: str) -> dict[str, Any]:
    return {
        "call_id": call.call_id,
        "record_id": record_id,
        "offered_at": call.offered_at,
        "disposition": call.disposition,
        "operator": call.operator,
        "category": call.category,
        "wait_secs": call.times.wait_secs,
        "talk_secs": call.times.talk_secs,
        "anomalies": call.anomalies,
    }
