"""One FAQ: what stands, what is being written, and the steps this person may take."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.callers import Approver, Editor, FaqId, Lang, Publisher, Reader
from api.web.staff.context import Staff
from api.web.staff.faq_preview import preview_of
from api.web.staff.notices import see
from api.web.staff.sent import Form, Sent
from knowledge.errors import MadoguchiError, Unavailable
from knowledge.faq.labels import LANG_LABELS
from knowledge.faq.lifecycle import Step, steps_from
from knowledge.faq.records import FaqRecord, Key
from knowledge.text.normalise import clean

STEP_PERMISSIONS: dict[Step, Permission] = {
    "submit": Permission.FAQ_EDIT,
    "withdraw": Permission.FAQ_EDIT,
    "revise": Permission.FAQ_EDIT,
    "discard": Permission.FAQ_EDIT,
    "approve": Permission.FAQ_APPROVE,
    "send_back": Permission.FAQ_APPROVE,
    "publish": Permission.FAQ_PUBLISH,
    "retire": Permission.FAQ_PUBLISH,
}


def faq_router(staff: Staff, router: APIRouter) -> APIRouter:
    @router.get("/faqs/{faq_id}/{lang}")
    def faq_page(request: Request, who: Reader, faq_id: FaqId, lang: Lang) -> Response:
        return show(staff, request, who, (faq_id, lang))

    _add_editor_steps(staff, router)
    _add_approver_steps(staff, router)
    _add_publisher_steps(staff, router)
    return router


def path_of(key: Key) -> str:
    return f"/staff/faqs/{key[0]}/{key[1]}"


def steps_for(staff: Staff, who: Principal, record: FaqRecord) -> list[Step]:
    """Steps of the lifecycle this person may take now."""
    own = who.who in record.drafters and not staff.services.settings.security.self_approval
    possible = (step for step in steps_from(record.entry.status) if who.may(STEP_PERMISSIONS[step]))
    return [step for step in possible if not (step == "approve" and own)]


def show(staff: Staff, request: Request, who: Principal, key: Key, error: MadoguchiError | None = None) -> Response:
    """The page of an FAQ; `error` says why the step just tried was not taken."""
    record = staff.services.faqs.get(*key)
    versions = staff.services.faqs.versions(*key)
    return staff.pages.page(
        request,
        "faq.html",
        error.status if error else 200,
        error=error,
        record=record,
        entry=record.entry,
        preview=preview_of(staff, record.entry),
        steps=steps_for(staff, who, record),
        own_draft=who.who in record.drafters and not staff.services.settings.security.self_approval,
        live=next((one for one in versions if one.entry.version == record.live_version), None),
        versions=versions,
        related=_related(staff, key),
        translations=staff.services.faqs.languages(key[0]),
        languages=LANG_LABELS,
    )


def _related(staff: Staff, key: Key) -> list[Any]:
    try:
        neighbours = staff.services.retriever.neighbours(key[0])
    except Unavailable:
        neighbours = []
    return list(staff.services.faqs.related(key[0], key[1], neighbours))


def _add_editor_steps(staff: Staff, router: APIRouter) -> None:
    faqs = staff.services.faqs

    @router.post("/faqs/{faq_id}/{lang}/submit")
    def submit(request: Request, who: Editor, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        key = (faq_id, lang)
        return _taken(staff, request, who, key, "submit", lambda: faqs.submit(key, form.number("revision"), who.who))

    @router.post("/faqs/{faq_id}/{lang}/withdraw")
    def withdraw(request: Request, who: Editor, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        key = (faq_id, lang)
        return _taken(
            staff, request, who, key, "withdraw", lambda: faqs.withdraw(key, form.number("revision"), who.who)
        )

    @router.post("/faqs/{faq_id}/{lang}/revise")
    def revise(request: Request, who: Editor, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        key = (faq_id, lang)
        return _taken(staff, request, who, key, "revise", lambda: faqs.revise(key, form.number("revision"), who.who))

    @router.post("/faqs/{faq_id}/{lang}/discard")
    def discard(request: Request, who: Editor, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        key = (faq_id, lang)
        return _taken(staff, request, who, key, "discard", lambda: faqs.discard(key, form.number("revision"), who.who))


def _add_approver_steps(staff: Staff, router: APIRouter) -> None:
    faqs = staff.services.faqs

    @router.post("/faqs/{faq_id}/{lang}/approve")
    def approve(request: Request, who: Approver, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        key = (faq_id, lang)
        return _taken(staff, request, who, key, "approve", lambda: faqs.approve(key, form.number("revision"), who.who))

    @router.post("/faqs/{faq_id}/{lang}/send_back")
    def send_back(request: Request, who: Approver, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        key = (faq_id, lang)
        return _taken(
            staff, request, who, key, "send_back", lambda: faqs.send_back(key, form.number("revision"), who.who)
        )


def _add_publisher_steps(staff: Staff, router: APIRouter) -> None:
    faqs = staff.services.faqs

    @router.post("/faqs/{faq_id}/{lang}/publish")
    def publish(request: Request, who: Publisher, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        key, reason = (faq_id, lang), _reason(staff, form)
        begins = faqs.get(*key).entry.valid_from
        later = begins is not None and begins > staff.services.clock.today()
        return _taken(
            staff, request, who, key, "publish_later" if later else "publish",
            lambda: faqs.publish(key, form.number("revision"), who.who, reason, form.flag("minor")),
        )  # fmt: skip

    @router.post("/faqs/{faq_id}/{lang}/retire")
    def retire(request: Request, who: Publisher, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        key, reason = (faq_id, lang), _reason(staff, form)
        return _taken(
            staff, request, who, key, "retire", lambda: faqs.retire(key, form.number("revision"), who.who, reason)
        )

    @router.post("/faqs/{faq_id}/{lang}/rollback")
    def rollback(request: Request, who: Publisher, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        key, reason, number = (faq_id, lang), _reason(staff, form), form.number("number")
        return _taken(
            staff, request, who, key, "rollback",
            lambda: faqs.rollback(key, number, form.number("revision"), who.who, reason),
        )  # fmt: skip


def _taken(staff: Staff, request: Request, who: Principal, key: Key, done: str, take: Callable[[], object]) -> Response:
    """Take the step and show the FAQ; a refusal is shown on the same page, with what stands now."""
    try:
        take()
    except MadoguchiError as error:
        if error.status == 404:
            raise
        return show(staff, request, who, key, error)
    return see(path_of(key), done)


def _reason(staff: Staff, form: Sent) -> str:
    """A sentence for the history, without personal data."""
    return staff.services.redactor.redact(clean(form.text("reason"))[:500]).text
