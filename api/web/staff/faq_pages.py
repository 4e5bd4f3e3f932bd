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
from api.web.staff.publication_pages import checked, path_of
from api.web.staff.sent import Form, Sent
from eval.publication import PublicStep, Wish
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

    @router.post("/faqs/{faq_id}/{lang}/wordings/remove")
    def remove_wording(request: Request, who: Editor, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        staff.services.generated.remove(faq_id, form.text("wording"), who.who)
        return see(path_of((faq_id, lang)), "wording_removed")

    _add_editor_steps(staff, router)
    _add_approver_steps(staff, router)
    _add_publisher_steps(staff, router)
    return router


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
        generated=staff.services.generated.of(key[0]) if key[1] == "ja" else [],
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
        return _public_step(
            staff, request, who, form, "publish", key, "publish_later" if later else "publish",
            lambda: faqs.publish(key, form.number("revision"), who.who, reason, form.flag("minor")),
        )  # fmt: skip

    @router.post("/faqs/{faq_id}/{lang}/retire")
    def retire(request: Request, who: Publisher, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        key, reason = (faq_id, lang), _reason(staff, form)
        return _public_step(
            staff, request, who, form, "retire", key, "retire",
            lambda: faqs.retire(key, form.number("revision"), who.who, reason),
        )  # fmt: skip

    @router.post("/faqs/{faq_id}/{lang}/rollback")
    def rollback(request: Request, who: Publisher, faq_id: FaqId, lang: Lang, form: Form) -> Response:
        key, reason, number = (faq_id, lang), _reason(staff, form), form.number("number")
        return _public_step(
            staff, request, who, form, "rollback", key, "rollback",
            lambda: faqs.rollback(key, number, form.number("revision"), who.who, reason),
        )  # fmt: skip


def _public_step(
    staff: Staff,
    request: Request,
    who: Principal,
    form: Sent,
    step: PublicStep,
    key: Key,
    done: str,
    take: Callable[[], object],
) -> Response:
    """A step that citizens notice: its test questions run first, unless it cannot be taken anyway."""

    def go() -> Response:
        return _taken(staff, request, who, key, done, take)

    record = staff.services.faqs.get(*key)
    number = form.number("number") if step == "rollback" else 0
    known = {one.entry.version for one in staff.services.faqs.versions(*key)} if step == "rollback" else set()
    possible = number in known if step == "rollback" else step in steps_from(record.entry.status)
    if record.revision != form.number("revision") or not possible:
        return go()
    if step in ("publish", "rollback") and not staff.services.faqs.may_be_published(key, number):
        return go()
    kept = {name: form.text(name) for name in ("reason", "minor", "number")}
    wish = Wish(step, key, record.revision, who.who, {**kept, "reason": _reason(staff, form)}, number)
    return checked(staff, request, who, form, wish, go)


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
