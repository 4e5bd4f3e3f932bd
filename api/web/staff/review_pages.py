"""Work lists of editors and approvers: waiting for review, due for review, translations that fell behind."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.web.staff.callers import Reader
from api.web.staff.context import Staff
from api.web.staff.paging import PAGE_SIZE, PageNumber, Paging, offset_of
from knowledge.faq.labels import LANG_LABELS
from knowledge.faq.records import FaqFilter


def review_router(staff: Staff, router: APIRouter) -> APIRouter:
    faqs = staff.services.faqs

    @router.get("/reviews")
    def reviews(request: Request, who: Reader) -> Response:
        waiting = faqs.list_faqs(FaqFilter(status="in_review"), limit=200)
        approved = faqs.list_faqs(FaqFilter(status="approved"), limit=200)
        own_allowed = staff.services.settings.security.self_approval
        return staff.pages.page(request, "reviews.html", waiting=waiting, approved=approved, own_allowed=own_allowed)

    @router.get("/review-due")
    def review_due(request: Request, who: Reader, page: PageNumber = 1) -> Response:
        found = faqs.review_due(offset=offset_of(page), limit=PAGE_SIZE)
        paging = Paging(page, found.total, "/staff/review-due", {})
        return staff.pages.page(request, "review_due.html", records=found.items, paging=paging)

    @router.get("/translations")
    def translations(request: Request, who: Reader, page: PageNumber = 1) -> Response:
        found = faqs.list_faqs(FaqFilter(stale_only=True), offset_of(page), PAGE_SIZE)
        counts = {lang: faqs.list_faqs(FaqFilter(lang=lang, status="published"), limit=1).total for lang in LANG_LABELS}
        paging = Paging(page, found.total, "/staff/translations", {})
        return staff.pages.page(request, "translations.html", records=found.items, paging=paging, counts=counts)

    return router
