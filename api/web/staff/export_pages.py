"""Export: choose a form; CP932 first shows every character it cannot hold; a document to hand in."""

from typing import Any, cast, get_args

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.offline_faq import offline_page
from api.web.staff.callers import Exporter
from api.web.staff.context import Staff
from api.web.staff.downloads import CSV, CSV_CP932, DOCX, HTML, XLSX, download
from api.web.staff.faq_list_pages import FILTERS, category_names, filter_of
from api.web.staff.pages import by_field
from api.web.staff.sent import Form
from knowledge.errors import InvalidInput, MadoguchiError
from knowledge.faq.csv_export import ExportEncoding, Header, export_records
from knowledge.faq.labels import LANG_LABELS
from knowledge.faq.lifecycle import STATUS_LABELS
from knowledge.faq.table import MAX_ROWS
from knowledge.store.audit import AuditLog
from knowledge.text.normalise import clean

ENCODINGS: dict[ExportEncoding, tuple[str, str]] = {
    "utf-8-bom": ("CSV（Excelで開く場合）", "UTF-8・BOM付き。ダブルクリックで文字化けせずに開けます。"),
    "xlsx": ("Excelブック（.xlsx）", "先頭の0や改行もそのまま保たれます。"),
    "cp932": ("CSV（シフトJIS・CP932）", "古い業務システム向けです。書けない文字は、出力の前に一覧で確認できます。"),
    "utf-8": ("CSV（プログラムで読む場合）", "UTF-8・BOMなし。"),
}


def export_router(staff: Staff, router: APIRouter) -> APIRouter:
    @router.get("/export")
    def export_page(request: Request, who: Exporter) -> Response:
        return _start(staff, request)

    @router.post("/export/document")
    def document(request: Request, who: Exporter, form: Form) -> Response:
        """To hand in: the first edition, or a revised one with the table of what has changed."""
        revised = form.text("edition") == "revised"
        try:
            since = form.day("since", "改訂版に載せる改訂の、はじめの日を入力してください。") if revised else None
        except InvalidInput as error:
            return _start(staff, request, error)
        data = staff.services.faqs.book(staff.services.profile.city, who.who, since)
        name = "FAQ集_改訂版" if revised else "FAQ集_初版"
        return download(data, name, staff.services.clock.today(), "docx", DOCX)

    @router.post("/export/offline")
    def offline(request: Request, who: Exporter, form: Form) -> Response:
        """The FAQ as one page for the hours of a failure, as it is now."""
        services = staff.services
        with services.db.begin() as conn:
            AuditLog(services.clock).append(conn, who.who, "faq.export", "faq", {"format": "offline"})
        return download(offline_page(services), "非常時用のFAQ", services.clock.today(), "html", HTML)

    @router.post("/export")
    def export(request: Request, who: Exporter, form: Form) -> Response:
        encoding, header = _encoding(form.text("encoding")), _header(form.text("header"))
        chosen = {name: clean(form.text(name))[:200] for name in FILTERS}
        wanted = filter_of(chosen)
        if encoding == "cp932" and not form.flag("accepted"):
            page = staff.services.faqs.list_faqs(wanted, 0, MAX_ROWS)
            problems = export_records(page.items, encoding, header).problems
            if problems:
                context: dict[str, Any] = {
                    "chosen": chosen,
                    "header": header,
                    "lost": problems[:500],
                    "lost_count": len(problems),
                }
                return staff.pages.page(request, "export_check.html", **context)
        exported = staff.services.faqs.export(who.who, encoding, header, wanted)
        media_type = {"xlsx": XLSX, "cp932": CSV_CP932}.get(encoding, CSV)
        ending = "xlsx" if encoding == "xlsx" else "csv"
        return download(exported.data, "FAQ一覧", staff.services.clock.today(), ending, media_type)

    return router


def _start(staff: Staff, request: Request, error: MadoguchiError | None = None) -> Response:
    categories, _ = category_names(staff)
    choices: dict[str, Any] = {"encodings": ENCODINGS, "statuses": STATUS_LABELS, "languages": LANG_LABELS}
    problems = by_field(error.problems) if error else {}
    status = error.status if error else 200
    return staff.pages.page(
        request, "export.html", status, error=error, problems=problems, categories=categories, **choices
    )


def _encoding(text: str) -> ExportEncoding:
    return cast(ExportEncoding, text) if text in get_args(ExportEncoding) else "utf-8-bom"


def _header(text: str) -> Header:
    return "id" if text == "id" else "label"
