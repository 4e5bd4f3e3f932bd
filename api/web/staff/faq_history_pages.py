"""Published versions: the list, one version as a document, and what changed between two."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.web.staff.callers import FaqId, Lang, Reader
from api.web.staff.context import Staff

Number = Annotated[int, Query(ge=0, le=1_000_000)]


def faq_history_router(staff: Staff, router: APIRouter) -> APIRouter:
    faqs = staff.services.faqs

    @router.get("/faqs/{faq_id}/{lang}/history")
    def history(request: Request, who: Reader, faq_id: FaqId, lang: Lang) -> Response:
        record, versions = faqs.get(faq_id, lang), faqs.versions(faq_id, lang)
        return staff.pages.page(request, "faq_history.html", record=record, entry=record.entry, versions=versions)

    @router.get("/faqs/{faq_id}/{lang}/diff")
    def difference(request: Request, who: Reader, faq_id: FaqId, lang: Lang, old: Number, new: Number = 0) -> Response:
        fields = faqs.diff((faq_id, lang), old, new, staff.surfaces)
        return staff.pages.page(
            request, "faq_diff.html", fields=fields, old=old, new=new, entry=faqs.get(faq_id, lang).entry
        )

    @router.get("/faqs/{faq_id}/{lang}/versions/{number}")
    def version(
        request: Request, who: Reader, faq_id: FaqId, lang: Lang, number: Annotated[int, Path(ge=1, le=1_000_000)]
    ) -> Response:
        found = faqs.version(faq_id, number, lang)
        return staff.pages.page(request, "faq_version.html", version=found, entry=found.entry)

    return router
