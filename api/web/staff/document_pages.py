"""Documents as the source of FAQ: upload, what became of them, and what a new edition says differently."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.uploads import MOST_FILES
from api.web.staff.callers import Ingester, PlainId
from api.web.staff.context import Staff
from api.web.staff.document_jobs import DocumentJobs
from api.web.staff.notices import see
from api.web.staff.sent import Form
from ingestion import drafts, review
from ingestion.guard import DOCUMENTS, MAX_FILE_BYTES
from knowledge.errors import InvalidInput, MadoguchiError, Problem, TooMany
from knowledge.faq.diff import diff

PATH = "/staff/documents"


def document_router(staff: Staff, router: APIRouter) -> APIRouter:
    _add_upload(staff, router, DocumentJobs(staff.services))
    _add_changes(staff, router)
    return router


def _add_upload(staff: Staff, router: APIRouter, jobs: DocumentJobs) -> None:
    @router.get("/documents")
    def documents(request: Request, who: Ingester) -> Response:
        return _start(staff, request)

    @router.post("/documents")
    def upload(request: Request, who: Ingester, form: Form) -> Response:
        uploads = form.uploads("file")
        try:
            if not uploads:
                text = "取り込む資料を選んでください。"
                raise InvalidInput(text, [Problem(text, column="file")])
            job = jobs.start(who.who, uploads)
        except (InvalidInput, TooMany) as error:
            return _start(staff, request, error)
        return see(f"{PATH}/jobs/{job.job_id}")

    @router.get("/documents/jobs/{job_id}")
    def job_page(request: Request, who: Ingester, job_id: PlainId) -> Response:
        job = jobs.get(job_id, who.who)
        is_part = "hx-request" in request.headers
        if is_part and not job.running:
            return Response(status_code=204, headers={"HX-Refresh": "true"})
        return staff.pages.page(request, "document_progress.html" if is_part else "document_job.html", job=job)


def _add_changes(staff: Staff, router: APIRouter) -> None:
    services = staff.services

    @router.get("/documents/changes/{change_id}")
    def change_page(request: Request, who: Ingester, change_id: PlainId) -> Response:
        return _change(staff, request, change_id)

    @router.post("/documents/changes/{change_id}/accept")
    def accept(request: Request, who: Ingester, change_id: PlainId, form: Form) -> Response:
        try:
            saved = review.accept(services, change_id, form.number("revision"), who.who)
        except MadoguchiError as error:
            if error.status == 404:
                raise
            return _change(staff, request, change_id, error)
        return see(f"/staff/faqs/{saved.entry.faq_id}/ja", "document_accepted")

    @router.post("/documents/changes/{change_id}/leave")
    def leave(request: Request, who: Ingester, change_id: PlainId) -> Response:
        review.leave(services, change_id, who.who)
        return see(PATH, "document_left")


def _start(staff: Staff, request: Request, error: MadoguchiError | None = None) -> Response:
    changes, total = review.waiting(staff.services.db)
    return staff.pages.page(
        request,
        "documents.html",
        error.status if error else 200,
        error=error,
        changes=changes,
        total=total,
        sources=drafts.sources(staff.services.db),
        kinds=sorted(DOCUMENTS),
        most_mb=min(MAX_FILE_BYTES, staff.services.settings.server.max_body_bytes) // 2**20,
        most_files=MOST_FILES,
    )


def _change(staff: Staff, request: Request, change_id: str, error: MadoguchiError | None = None) -> Response:
    found = review.change(staff.services.db, change_id)
    record = staff.services.faqs.get(found.faq_id)
    proposed = review.proposed(found, record)
    return staff.pages.page(
        request,
        "document_change.html",
        error.status if error else 200,
        error=error,
        change=found,
        record=record,
        fields=diff(record.entry, proposed, staff.surfaces),
    )
