"""Records as files: a period or a search, the hand-over of open cases. Contacts only with the right and a reason."""

from datetime import date
from typing import Any, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.permissions import Permission
from api.web.staff.desk import words
from api.web.staff.desk.context import DeskPages, RecordExporter
from api.web.staff.desk.record_query import RecordQuery, query_of
from api.web.staff.downloads import CSV, CSV_CP932, download
from api.web.staff.sent import Form
from desk.records.export import Encoding, columns
from desk.records.exporting import ExportOrder
from desk.records.filters import RecordFilter
from knowledge.errors import InvalidInput, MadoguchiError
from knowledge.faq.periods import Period

_ENCODINGS = {
    "utf-8-bom": "UTF-8（Excelでそのまま開けます）",
    "cp932": "Shift_JIS（古いソフト向け）",
    "utf-8": "UTF-8（BOMなし）",
}
_MAX_DAYS = 400


def file_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    desk, clock = screens.desk, screens.services.clock

    @router.get("/files")
    def files(request: Request, who: RecordExporter) -> Response:
        return _page(screens, request, query_of(request.query_params.multi_items()))

    @router.post("/files")
    def make(request: Request, who: RecordExporter, form: Form) -> Response:
        asked = query_of(form.pairs())
        encoding = cast(Encoding, form.text("encoding") if form.text("encoding") in _ENCODINGS else "utf-8-bom")
        try:
            order = ExportOrder(
                _period(asked),
                asked.filter() if form.text("rows") == "found" else None,
                form.flag("unmask"),
                form.text("purpose"),
                encoding,
                form.flag("ids"),
            )
            made = desk.exports.export(order, who.who, who.may(Permission.UNMASK))
        except MadoguchiError as error:
            return _page(screens, request, asked, error)
        return download(made.data, "応対記録", clock.today(), "csv", CSV_CP932 if encoding == "cp932" else CSV)

    @router.post("/files/handover")
    def handover(request: Request, who: RecordExporter) -> Response:
        return download(desk.exports.handover(who.who).data, "未完了案件の引継ぎ", clock.today(), "csv")

    return router


def _period(asked: RecordQuery) -> Period:
    first, last = asked.wanted.first, asked.wanted.last
    if first is None or last is None or not 0 <= (last - first).days <= _MAX_DAYS:
        raise InvalidInput(f"受付日の期間を{_MAX_DAYS}日以内で指定してください。")
    return Period(first, last)


def _page(screens: DeskPages, request: Request, asked: RecordQuery, error: MadoguchiError | None = None) -> Response:
    today: date = screens.services.clock.today()
    has_conditions = asked.filter() != RecordFilter(first=asked.wanted.first, last=asked.wanted.last)
    context: dict[str, Any] = {
        "asked": asked,
        "first": asked.wanted.first or today.replace(day=1),
        "last": asked.wanted.last or today,
        "conditions": [(name, value) for name, value in asked.pairs() if name not in ("first", "last")],
        "has_conditions": has_conditions,
        "encodings": _ENCODINGS,
        "columns": columns(),
        "w": words,
    }
    return screens.pages.page(request, "desk/files.html", error.status if error else 200, error=error, **context)
