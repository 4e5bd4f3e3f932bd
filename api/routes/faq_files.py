"""FAQ and synonyms as files: import with a look first, export."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from starlette.responses import Response

from api.doors import Doors
from api.replies import problems
from api.routes.faqs import faq_filter
from api.security.declare import requires
from api.security.permissions import PERMISSION_LABELS, Permission
from api.security.principal import Principal
from knowledge.errors import Forbidden, Problem
from knowledge.faq.csv_export import ExportEncoding
from knowledge.faq.importing import ImportPreview, ImportReport
from knowledge.faq.records import FaqFilter

_WARNINGS = 200
"""More warnings than anybody reads are counted, not sent."""
_ERRORS = problems(401, 403, 413, 422, 503)
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Importer = Annotated[Principal, requires(Permission.FAQ_IMPORT)]
Exporter = Annotated[Principal, requires(Permission.FAQ_EXPORT)]
SynonymEditor = Annotated[Principal, requires(Permission.SYNONYM_EDIT)]
Header = Literal["id", "label"]


def faq_files_router(doors: Doors) -> APIRouter:
    """Before faqs_router, whose /{faq_id} would take these paths."""
    router = APIRouter(prefix="/v1/faqs", tags=["faqs"], responses=_ERRORS)
    faqs = doors.services.faqs

    @router.post("/import", summary="CSV または Excel を取り込む")
    def import_faqs(
        by: Importer,
        file: Annotated[UploadFile, File(description="CSV（UTF-8・CP932）または .xlsx")],
        publish: Annotated[bool, Form(description="取り込んだFAQをすぐに公開する")] = False,
        preview: Annotated[bool, Form(description="確認だけして、何も登録しない")] = False,
        hold_terms: Annotated[
            bool | None,
            Form(
                description="公開できない言葉がある行を、公開せず下書きにする（省くと設定 faq.terms_on_import に従う）"
            ),
        ] = None,
    ) -> dict[str, Any]:
        if publish and not by.may(Permission.FAQ_PUBLISH):
            label = PERMISSION_LABELS[Permission.FAQ_PUBLISH]
            raise Forbidden(f"「{label}」の権限がないため、公開せずに取り込んでください。")
        data = file.file.read()
        if preview:
            return preview_shape(faqs.preview_import(data, publish, hold_terms=hold_terms))
        report = faqs.import_file(data, publish, by.who, hold_terms=hold_terms)
        if report.published:
            doors.evals.runs.after_import(by.who)
        return report_shape(report)

    @router.get("/export", summary="CSV または Excel に書き出す", response_class=Response)
    def export_faqs(
        by: Exporter,
        wanted: Annotated[FaqFilter, Depends(faq_filter)],
        encoding: ExportEncoding = "utf-8-bom",
        header: Header = "id",
    ) -> Response:
        made = faqs.export(by.who, encoding, header, wanted)
        name, media = ("faq.xlsx", _XLSX) if encoding == "xlsx" else ("faq.csv", _csv_type(encoding))
        response = _download(made.data, name, media)
        response.headers["x-replaced-characters"] = str(len(made.problems))
        return response

    return router


def synonym_files_router(doors: Doors) -> APIRouter:
    """Before synonyms_router."""
    router = APIRouter(prefix="/v1/synonyms", tags=["synonyms"], responses=_ERRORS)
    synonyms = doors.services.synonyms

    @router.post("/import", summary="類義語の CSV を取り込む")
    def import_synonyms(
        by: SynonymEditor,
        file: Annotated[UploadFile, File()],
        replace_all: Annotated[bool, Form(description="ファイルにない組を削除する")] = False,
    ) -> dict[str, int]:
        return asdict(synonyms.import_csv(file.file.read(), by.who, replace_all))

    @router.get("/export", summary="類義語を CSV に書き出す", response_class=Response)
    def export_synonyms(by: Exporter, header: Annotated[Header, Query()] = "id") -> Response:
        return _download(synonyms.export_csv(by.who, header), "synonyms.csv", _csv_type("utf-8"))

    return router


def preview_shape(preview: ImportPreview) -> dict[str, Any]:
    """What an import would do; as many problems and warnings as anybody reads."""
    names = ("encoding", "header", "first_rows", *_COUNTS)
    return {
        **{name: getattr(preview, name) for name in names},
        "published": preview.publishes,
        "problem_count": len(preview.problems),
        "problems": [asdict(one) for one in preview.problems[:_WARNINGS]],
        **_warnings(preview.warnings, preview.wording),
    }


def report_shape(report: ImportReport) -> dict[str, Any]:
    """What an import did."""
    names = ("encoding", *_COUNTS, "published")
    return {**{name: getattr(report, name) for name in names}, **_warnings(report.warnings, report.wording)}


def _warnings(warnings: Sequence[Problem], wording: Sequence[Problem]) -> dict[str, Any]:
    """`wording_rows`: all rows with words that block publication by hand; their warnings come first."""
    rows = sorted({one.row for one in wording if one.row is not None})
    shown = [asdict(one) for one in warnings[:_WARNINGS]]
    return {"warning_count": len(warnings), "warnings": shown, "wording_rows": rows}


def _csv_type(encoding: str) -> str:
    return f"text/csv; charset={'shift_jis' if encoding == 'cp932' else 'utf-8'}"


def _download(data: bytes, name: str, media_type: str) -> Response:
    return Response(data, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})


_COUNTS = ("total", "new", "changed", "unchanged", "held")
