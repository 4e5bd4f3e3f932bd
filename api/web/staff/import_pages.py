"""Import wizard: choose a file, look at what it would do, confirm, watch it happen."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.callers import Importer, PlainId
from api.web.staff.context import Staff
from api.web.staff.notices import see
from api.web.staff.sent import Form
from knowledge.errors import Forbidden, InvalidInput, MadoguchiError, Problem, TooMany
from knowledge.faq.labels import LABELS
from knowledge.faq.table import MAX_FILE_BYTES, MAX_ROWS

PATH = "/staff/import"


def import_router(staff: Staff, router: APIRouter) -> APIRouter:
    @router.get("/import")
    def import_page(request: Request, who: Importer) -> Response:
        return _start(staff, request)

    @router.post("/import")
    def upload(request: Request, who: Importer, form: Form) -> Response:
        name, data = form.upload("file")
        publish, hold_terms = form.flag("publish"), form.flag("hold_terms")
        try:
            if not name:
                text = "取り込むファイルを選んでください。"
                raise InvalidInput(text, [Problem(text, column="file")])
            _check_publish(who, publish)
            job = staff.imports.upload(who.who, name, data, publish, hold_terms)
        except (InvalidInput, TooMany) as error:
            return _start(staff, request, error, publish, hold_terms)
        return see(f"{PATH}/{job.job_id}")

    @router.get("/import/{job_id}")
    def job_page(request: Request, who: Importer, job_id: PlainId) -> Response:
        job = staff.imports.get(job_id, who.who)
        is_part = "hx-request" in request.headers
        if is_part and not job.running:
            return Response(status_code=204, headers={"HX-Refresh": "true"})
        return staff.pages.page(request, "import_progress.html" if is_part else "import_job.html", job=job)

    @router.post("/import/{job_id}")
    def confirm(request: Request, who: Importer, job_id: PlainId) -> Response:
        job = staff.imports.get(job_id, who.who)
        _check_publish(who, job.publish)
        staff.imports.confirm(job_id, who.who)
        return see(f"{PATH}/{job_id}")

    return router


def _check_publish(who: Principal, publish: bool) -> None:
    if publish and not who.may(Permission.FAQ_PUBLISH):
        raise Forbidden("取り込んだFAQをすぐに公開する権限がありません。下書きとして取り込んでください。")


def _start(
    staff: Staff,
    request: Request,
    error: MadoguchiError | None = None,
    publish: bool = False,
    hold_terms: bool | None = None,
) -> Response:
    hold = staff.services.settings.faq.terms_on_import == "hold"
    return staff.pages.page(
        request,
        "import.html",
        error.status if error else 200,
        error=error,
        publish=publish,
        hold_terms=hold if hold_terms is None else hold_terms,
        columns=LABELS,
        most_mb=MAX_FILE_BYTES // (1024 * 1024),
        most_rows=MAX_ROWS,
    )
