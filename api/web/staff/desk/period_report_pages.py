"""A report of any days, beside any others: for a survey that comes in, for before and after a change."""

from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.routes.between import Between, ComparedOf, OtherDay, between
from api.web.staff.desk.context import DeskPages, ReportReader
from api.web.staff.desk.report_pages import report_context
from api.web.staff.downloads import CSV, XLSX, download
from desk.reports.periods import PERIOD_LABEL
from desk.reports.service import report_file


def period_report_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    reports = screens.desk.reports

    def asked(other: ComparedOf, first: OtherDay = None, last: OtherDay = None) -> Between:
        """Without days: this month so far."""
        today = screens.services.clock.today()
        return between(first or today.replace(day=1), last or today, other)

    Asked = Annotated[Between, Depends(asked)]

    @router.get("/period-report")
    def report(request: Request, who: ReportReader, wanted: Asked) -> Response:
        made = reports.make_between(wanted.period, wanted.before, wanted.procedures)
        context = report_context(screens, made) | {"wanted": wanted, "query": urlencode(wanted.query())}
        return screens.pages.page(request, "desk/report.html", **context)

    @router.get("/period-report/file")
    def file(who: ReportReader, wanted: Asked, form: Literal["csv", "xlsx"] = "xlsx") -> Response:
        data = report_file(reports.make_between(wanted.period, wanted.before, wanted.procedures), form)
        name = f"{PERIOD_LABEL}_{wanted.period.first.isoformat()}から"
        return download(data, name, wanted.period.last, form, XLSX if form == "xlsx" else CSV)

    return router
