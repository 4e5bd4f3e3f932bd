"""One interaction record: everything known of it, and the steps a person may take."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.principal import principal_of
from api.watching import watched
from api.web.staff.desk import words
from api.web.staff.desk.context import RECORDS, DeskPages, RecordDeleter, RecordId, RecordReader, RecordWriter
from api.web.staff.notices import see
from api.web.staff.pages import by_field
from api.web.staff.sent import Form, Sent
from desk.complaints.model import Complaint
from desk.kpi.build import build_call
from desk.records.lifecycle import CLOSED
from desk.records.model import RecordContent
from knowledge.errors import InvalidInput, MadoguchiError, NotFound, Problem
from knowledge.privacy.redacted import RedactedText
from knowledge.retention.keeper import kept_since


def record_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    _add_new(screens, router)

    @router.get("/records/{record_id}")
    def record(request: Request, who: RecordReader, record_id: RecordId) -> Response:
        return _page(screens, request, record_id)

    _add_steps(screens, router)
    return router


def _add_new(screens: DeskPages, router: APIRouter) -> None:
    @router.get("/record-new")
    def new(request: Request, who: RecordWriter) -> Response:
        return _new_page(screens, request, {})

    @router.post("/record-new")
    def create(request: Request, who: RecordWriter, form: Form) -> Response:
        redact = screens.services.redactor.redact
        content = RecordContent(
            caller=form.text("caller"),
            category=form.text("category"),
            inquiry=redact(form.text("inquiry")).text,
            answer=redact(form.text("answer")).text,
        )
        channel = form.text("channel") if form.text("channel") in words.CHANNEL_NAMES else "counter"
        try:
            if not content.inquiry.strip():
                raise InvalidInput("用件を入力してください。", [Problem("用件を入力してください。", column="inquiry")])
            made = screens.desk.records.create(content, who.who, channel)
        except InvalidInput as error:
            return _new_page(screens, request, form.all_texts(), error)
        return see(f"{RECORDS}/{made.record_id}", "record_created")


def _new_page(
    screens: DeskPages, request: Request, typed: dict[str, str], error: MadoguchiError | None = None
) -> Response:
    context: dict[str, Any] = {
        "typed": typed,
        "categories": screens.categories(),
        "problems": by_field(error.problems) if error else {},
        "w": words,
    }
    return screens.pages.page(request, "desk/record_new.html", error.status if error else 200, error=error, **context)


def _add_steps(screens: DeskPages, router: APIRouter) -> None:
    records, redact = screens.desk.records, screens.services.redactor.redact

    @router.post("/records/{record_id}/tags")
    def tag(request: Request, who: RecordWriter, record_id: RecordId, form: Form) -> Response:
        name, present = redact(form.text("tag")).text, not form.flag("remove")
        return _taken(
            screens, request, record_id, "tag_changed", lambda: records.tag(record_id, name, present, who.who)
        )

    @router.post("/records/{record_id}/reclassify")
    def reclassify(request: Request, who: RecordWriter, record_id: RecordId, form: Form) -> Response:
        return _taken(
            screens, request, record_id, "reclassified",
            lambda: records.reclassify(record_id, form.text("category"), form.number("revision"), who.who, _reason(screens, form)),
        )  # fmt: skip

    @router.post("/records/{record_id}/reopen")
    def reopen(request: Request, who: RecordWriter, record_id: RecordId, form: Form) -> Response:
        return _taken(
            screens, request, record_id, "record_reopened",
            lambda: records.reopen(record_id, form.number("revision"), who.who, _reason(screens, form)),
        )  # fmt: skip

    @router.post("/records/{record_id}/assign")
    def assign(request: Request, who: RecordWriter, record_id: RecordId, form: Form) -> Response:
        def take() -> None:
            due_at = form.moment("due_at")
            owner = redact(form.text("owner").strip()[:128]).text
            records.assign(record_id, owner, due_at, form.number("revision"), who.who)

        return _taken(screens, request, record_id, "record_assigned", take)

    @router.post("/records/{record_id}/delete")
    def delete(request: Request, who: RecordDeleter, record_id: RecordId, form: Form) -> Response:
        try:
            records.delete(record_id, form.number("revision"), who.who, _reason(screens, form))
        except NotFound:
            raise
        except MadoguchiError as error:
            return _page(screens, request, record_id, error)
        return see(RECORDS, "record_deleted")


def _reason(screens: DeskPages, form: Sent) -> RedactedText:
    return screens.services.redactor.redact(form.text("reason")[:500]).text


def _taken(screens: DeskPages, request: Request, record_id: str, done: str, take: Callable[[], object]) -> Response:
    """Take a step; a refusal shows the record as it is now with the reason."""
    try:
        take()
    except NotFound:
        raise
    except MadoguchiError as error:
        return _page(screens, request, record_id, error)
    return see(f"{RECORDS}/{record_id}", done)


def _page(screens: DeskPages, request: Request, record_id: str, error: MadoguchiError | None = None) -> Response:
    desk = screens.desk
    record = desk.records.get(record_id, watched(principal_of(request)))
    events = desk.records.call_events(record_id)
    context: dict[str, Any] = {
        "record": record,
        "call": build_call(record.call_id, events) if events else None,
        "history": desk.records.history(record_id),
        "references": desk.records.faq_references(record_id),
        "transcript": desk.assist.transcript(record.call_id),
        "complaint": _complaint(screens, record_id),
        "tickets": desk.callbacks.of_record(record_id),
        "closed": record.status in CLOSED,
        "categories": screens.categories(),
        "faq_title": desk.parts.faq_title,
        "now": screens.services.clock.now(),
        "ended": not record.content.inquiry and record.received_at < _kept_since(screens),
        "w": words,
    }
    return screens.pages.page(request, "desk/record.html", error.status if error else 200, error=error, **context)


def _kept_since(screens: DeskPages) -> datetime:
    """The words of older records are deleted."""
    return kept_since(screens.services.clock, screens.services.settings.retention.records_days)


def _complaint(screens: DeskPages, record_id: str) -> Complaint | None:
    try:
        return screens.desk.complaints.get(record_id)
    except NotFound:
        return None
