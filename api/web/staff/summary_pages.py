"""Call summaries as evidence for search: confirm the proposed links, take back what is wrong, take in closed records."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from starlette.responses import Response

from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.context import Staff
from api.web.staff.notices import see
from api.web.staff.sent import Form
from ingestion.summaries import confirmed, counts, decide, forget, proposals, take_closed_records
from knowledge.errors import InvalidInput
from knowledge.retention.keeper import kept_since

Ingester = Annotated[Principal, requires(Permission.INGEST)]
SummaryId = Annotated[str, Path(pattern=r"^[0-9a-f]{40}$")]
PATH = "/staff/summaries"
STATE_LABELS = {"confirmed": "手がかりに使用中", "proposed": "確認待ち", "unlinked": "結び付けなし"}


def summary_router(staff: Staff, router: APIRouter) -> APIRouter:
    services = staff.services

    @router.get("/summaries")
    def page(request: Request, who: Ingester) -> Response:
        return _page(staff, request)

    @router.post("/summaries/records")
    def take(request: Request, who: Ingester) -> Response:
        since = kept_since(services.clock, services.settings.retention.summaries_days)
        taken = take_closed_records(services, since)
        if taken:
            services.learning.wake()
        return see(PATH, "summaries_taken" if taken else "summaries_none")

    @router.post("/summaries/{summary_id}")
    def link(request: Request, who: Ingester, summary_id: SummaryId, form: Form) -> Response:
        """Links it to the FAQ given; an empty number takes the link back."""
        faq_id = form.text("faq_id").strip()
        if faq_id and services.retriever.entry(faq_id) is None:
            return _page(staff, request, InvalidInput("このFAQ番号は公開されていません。番号を確かめてください。"))
        decide(services, summary_id, faq_id)
        services.learning.wake()
        return see(PATH, "summary_linked" if faq_id else "summary_unlinked")

    @router.post("/summaries/{summary_id}/remove")
    def remove(request: Request, who: Ingester, summary_id: SummaryId) -> Response:
        forget(services, [summary_id])
        services.learning.wake()
        return see(PATH, "summary_removed")

    return router


def _page(staff: Staff, request: Request, error: InvalidInput | None = None) -> Response:
    db, entry = staff.services.db, staff.services.retriever.entry
    waiting, used = proposals(db), confirmed(db)
    questions = {one.faq_id: found.question for one in (*waiting, *used) if (found := entry(one.faq_id))}
    return staff.pages.page(
        request,
        "summaries.html",
        error.status if error else 200,
        error=error,
        counts=counts(db),
        labels=STATE_LABELS,
        waiting=waiting,
        used=used,
        questions=questions,
    )
