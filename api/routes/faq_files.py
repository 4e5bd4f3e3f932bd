"""FAQ and synonyms as files: import with a look first, export."""

from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, File, Form, Query, UploadFile
from starlette.responses import Response

from api.doors import Doors
from api.import_replies import preview_shape, report_shape
from api.replies import problems
from api.routes.faqs import faq_filter
from api.security.declare import requires
from api.security.permissions import PERMISSION_LABELS, Permission
from api.security.principal import Principal
from knowledge.errors import Forbidden
from knowledge.faq.csv_export import ExportEncoding
from knowledge.faq.records import FaqFilter

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


def _csv_type(encoding: str) -> str:
    return f"text/csv; charset={'shift_jis' if encoding == 'cp932' else 'utf-8'}"


def _download(data: bytes, name: str, media_type: str) -> Response:
    return Response(data, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'})
