"""/v1/faqs: the FAQ of the city for editors and for other systems."""

from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from fastapi.exceptions import RequestValidationError
from pydantic import Field, ValidationError

from api.doors import Doors
from api.replies import problems
from api.routes.checked_steps import allowed, run_check
from api.routes.faq_shapes import (
    CheckedFaqShape,
    FaqContent,
    FaqPageShape,
    FaqShape,
    NewFaq,
    PublicStepBody,
    RollbackBody,
    StepBody,
    VersionShape,
    checked_shape,
    content_of,
    diff_shape,
    entry_of,
    record_shape,
    version_shape,
)
from api.routes.fields import Body, LangName, Revision
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from eval.publication import Wish
from knowledge.domain import FaqStatus, Visibility
from knowledge.faq.records import FaqFilter

FaqIdPath = Annotated[str, Path(min_length=1, max_length=64)]
Word = Annotated[str, Query(max_length=200)]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
WorkingOrNumber = Annotated[int, Query(ge=0, le=2**31 - 1, description="0 は作業中の内容")]
Editor = Annotated[Principal, requires(Permission.FAQ_EDIT)]
Approver = Annotated[Principal, requires(Permission.FAQ_APPROVE)]
Publisher = Annotated[Principal, requires(Permission.FAQ_PUBLISH)]
_READ = [requires(Permission.FAQ_READ)]
_ERRORS = problems(401, 403, 404, 409, 422, 503)


class FaqChange(Body):
    """What is given replaces; what is not stays. `revision`: the one that was read."""

    revision: Revision
    lang: LangName = "ja"
    changes: dict[str, Any] = Field(description="FaqContent の項目のうち変えるもの", max_length=40)


def faq_filter(
    text: Word = "",
    category: Word = "",
    subcategory: Word = "",
    status: FaqStatus | None = None,
    department: Word = "",
    tag: Word = "",
    review_due_before: date | None = None,
    lang: LangName | None = None,
    visibility: Visibility | None = None,
    stale_only: bool = False,
) -> FaqFilter:
    """Query parameters of the list and of the export."""
    return FaqFilter(
        text, category, subcategory, status, department, tag, review_due_before, lang or "", visibility, stale_only
    )


def faqs_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/v1/faqs", tags=["faqs"], responses=_ERRORS)
    _add_reading(router, doors)
    _add_writing(router, doors)
    _add_steps(router, doors)
    return router


def _add_reading(router: APIRouter, doors: Doors) -> None:
    faqs = doors.services.faqs

    @router.get("", dependencies=_READ)
    def list_faqs(
        wanted: Annotated[FaqFilter, Depends(faq_filter)],
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> FaqPageShape:
        page = faqs.list_faqs(wanted, offset, limit)
        return FaqPageShape(items=[record_shape(record) for record in page.items], total=page.total)

    @router.get("/categories", dependencies=_READ)
    def categories() -> list[dict[str, str | int]]:
        return [
            {"category": category, "subcategory": subcategory, "count": count}
            for category, subcategory, count in faqs.categories()
        ]

    @router.get("/{faq_id}", dependencies=_READ)
    def get_faq(faq_id: FaqIdPath, lang: LangName = "ja") -> FaqShape:
        return record_shape(faqs.get(faq_id, lang))

    @router.get("/{faq_id}/versions", dependencies=_READ)
    def versions(faq_id: FaqIdPath, lang: LangName = "ja") -> list[VersionShape]:
        return [version_shape(version) for version in faqs.versions(faq_id, lang)]

    @router.get("/{faq_id}/versions/{number}", dependencies=_READ)
    def version(faq_id: FaqIdPath, number: Number, lang: LangName = "ja") -> VersionShape:
        return version_shape(faqs.version(faq_id, number, lang))

    @router.get("/{faq_id}/diff", dependencies=_READ)
    def difference(
        faq_id: FaqIdPath, old: WorkingOrNumber, new: WorkingOrNumber = 0, lang: LangName = "ja"
    ) -> list[dict[str, Any]]:
        return diff_shape(faqs.diff((faq_id, lang), old, new))

    @router.get("/{faq_id}/related", dependencies=_READ)
    def related(faq_id: FaqIdPath, lang: LangName = "ja") -> list[dict[str, str | float | bool]]:
        found = faqs.related(faq_id, lang, doors.services.retriever.neighbours(faq_id))
        return [
            {"faq_id": one.faq_id, "question": one.question, "manual": one.manual, "similarity": one.similarity}
            for one in found
        ]


def _add_writing(router: APIRouter, doors: Doors) -> None:
    faqs = doors.services.faqs

    @router.post("", status_code=201)
    def create_draft(body: NewFaq, by: Editor) -> FaqShape:
        return record_shape(faqs.create_draft(entry_of(body, body.faq_id, body.lang), by.who))

    @router.patch("/{faq_id}")
    def save_draft(faq_id: FaqIdPath, body: FaqChange, by: Editor) -> FaqShape:
        present = faqs.get(faq_id, body.lang).entry
        content = _changed(content_of(present), body.changes)
        wanted = replace(entry_of(content, faq_id, body.lang), status=present.status, version=present.version)
        return record_shape(faqs.save_draft(wanted, body.revision, by.who))


def _changed(present: dict[str, Any], changes: dict[str, Any]) -> FaqContent:
    try:
        return FaqContent.model_validate({**present, **changes})
    except ValidationError as exc:
        raise RequestValidationError([{**found, "loc": ("body", *found["loc"])} for found in exc.errors()]) from exc


def _add_steps(router: APIRouter, doors: Doors) -> None:
    """One route for each step of the lifecycle, because each has its own right."""
    faqs = doors.services.faqs

    @router.post("/{faq_id}/revise")
    def revise(faq_id: FaqIdPath, body: StepBody, by: Editor) -> FaqShape:
        return record_shape(faqs.revise((faq_id, body.lang), body.revision, by.who))

    @router.post("/{faq_id}/submit")
    def submit(faq_id: FaqIdPath, body: StepBody, by: Editor) -> FaqShape:
        return record_shape(faqs.submit((faq_id, body.lang), body.revision, by.who))

    @router.post("/{faq_id}/withdraw")
    def withdraw(faq_id: FaqIdPath, body: StepBody, by: Editor) -> FaqShape:
        return record_shape(faqs.withdraw((faq_id, body.lang), body.revision, by.who))

    @router.post("/{faq_id}/discard")
    def discard(faq_id: FaqIdPath, body: StepBody, by: Editor) -> FaqShape:
        return record_shape(faqs.discard((faq_id, body.lang), body.revision, by.who))

    @router.post("/{faq_id}/approve")
    def approve(faq_id: FaqIdPath, body: StepBody, by: Approver) -> CheckedFaqShape:
        check = run_check(doors, Wish("approve", (faq_id, body.lang), body.revision, by.who))
        return checked_shape(faqs.approve((faq_id, body.lang), body.revision, by.who), check)

    @router.post("/{faq_id}/send-back")
    def send_back(faq_id: FaqIdPath, body: StepBody, by: Approver) -> FaqShape:
        return record_shape(faqs.send_back((faq_id, body.lang), body.revision, by.who))

    @router.post("/{faq_id}/publish")
    def publish(faq_id: FaqIdPath, body: PublicStepBody, by: Publisher) -> CheckedFaqShape:
        """409 when test questions break, until `confirm` (or `override_reason` where publishing is blocked) is given."""
        key = (faq_id, body.lang)
        check = allowed(doors, Wish("publish", key, body.revision, by.who), body, by)
        return checked_shape(faqs.publish(key, body.revision, by.who, body.reason, body.minor), check)

    @router.post("/{faq_id}/retire")
    def retire(faq_id: FaqIdPath, body: PublicStepBody, by: Publisher) -> CheckedFaqShape:
        """Like publish."""
        key = (faq_id, body.lang)
        check = allowed(doors, Wish("retire", key, body.revision, by.who), body, by)
        return checked_shape(faqs.retire(key, body.revision, by.who, body.reason), check)

    @router.post("/{faq_id}/rollback")
    def rollback(faq_id: FaqIdPath, body: RollbackBody, by: Publisher) -> CheckedFaqShape:
        """Like publish."""
        key = (faq_id, body.lang)
        check = allowed(doors, Wish("rollback", key, body.revision, by.who, version=body.version), body, by)
        return checked_shape(faqs.rollback(key, body.version, body.revision, by.who, body.reason), check)
