"""Reports that the service made by its clock: the files as they were, and whether they would be the same today."""

from typing import Any, Literal

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.web.staff.callers import PlainId
from api.web.staff.desk.context import DeskPages, ReportReader
from api.web.staff.downloads import CSV, XLSX, download
from desk.reports.periods import KIND_LABELS


def kept_report_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    kept = screens.desk.kept

    @router.get("/kept-reports/{report_id}")
    def checked(request: Request, who: ReportReader, report_id: PlainId) -> Response:
        context: dict[str, Any] = {"checked": kept.check(report_id)}
        return screens.pages.page(request, "desk/kept_report.html", **context)

    @router.get("/kept-reports/{report_id}/file")
    def file(who: ReportReader, report_id: PlainId, form: Literal["csv", "xlsx"] = "xlsx") -> Response:
        one = kept.get(report_id)
        data = kept.file(report_id, form)
        return download(data, f"{KIND_LABELS[one.kind]}_自動作成", one.first, form, XLSX if form == "xlsx" else CSV)

    return router
