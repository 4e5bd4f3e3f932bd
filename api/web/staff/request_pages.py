"""Update requests of departments: the queue, a new request, moving one on, lead times."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.callers import Editor, PlainId, Requester
from api.web.staff.context import Staff
from api.web.staff.days import read_day
from api.web.staff.notices import see
from api.web.staff.pages import by_field
from api.web.staff.sent import Form, Sent
from knowledge.errors import InvalidInput, MadoguchiError, Problem
from knowledge.faq.periods import period_of
from knowledge.faq.requests import REQUEST_LABELS, RequestStatus
from knowledge.text.normalise import clean

PATH = "/staff/requests"
_WAITING: tuple[RequestStatus, ...] = ("open", "in_progress")


def request_router(staff: Staff, router: APIRouter) -> APIRouter:
    faqs = staff.services.faqs

    @router.get("/requests")
    def queue(request: Request, who: Requester, closed: bool = False) -> Response:
        return _queue(staff, request, closed)

    @router.get("/requests/new")
    def new_request(request: Request, who: Requester, faq_id: Annotated[str, Query(max_length=64)] = "") -> Response:
        return _form(staff, request, {"faq_id": clean(faq_id), "department": "", "text": "", "due_on": ""})

    @router.post("/requests/new")
    def add(request: Request, who: Requester, form: Form) -> Response:
        values = {name: form.text(name).replace("\r\n", "\n") for name in ("department", "text", "faq_id", "due_on")}
        redaction = staff.services.redactor.redact(clean(values["text"]))
        try:
            due_on = read_day(values["due_on"], "due_on")
            faq_id = _known_faq(staff, values["faq_id"])
            faqs.add_request(clean(values["department"]), redaction.text, who.who, faq_id, due_on)
        except InvalidInput as error:
            return _form(staff, request, values, error)
        return see(PATH, "request_masked" if redaction.kinds else "request_added")

    @router.post("/requests/{request_id}")
    def move(request: Request, who: Editor, request_id: PlainId, form: Form) -> Response:
        try:
            note = staff.services.redactor.redact(clean(form.text("note"))[:2_000]).text
            faqs.move_request(request_id, _status(form), who.who, note)
        except MadoguchiError as error:
            if error.status == 404:
                raise
            return _queue(staff, request, False, error)
        return see(PATH, "request_moved")

    return router


def _queue(staff: Staff, request: Request, closed: bool, error: MadoguchiError | None = None) -> Response:
    faqs, now = staff.services.faqs, staff.services.clock.now()
    month = period_of(staff.services.clock.today(), "month")
    statuses: tuple[RequestStatus, ...] = ("done", "declined") if closed else _WAITING
    return staff.pages.page(
        request,
        "requests.html",
        error.status if error else 200,
        error=error,
        requests=faqs.list_requests(statuses),
        closed=closed,
        labels=REQUEST_LABELS,
        this_month=faqs.lead_times(month.begins_at, month.ends_at),
        always=faqs.lead_times(datetime(2000, 1, 1, tzinfo=UTC), month.ends_at),
        age=lambda one: (now - one.requested_at).total_seconds(),
    )


def _form(staff: Staff, request: Request, values: dict[str, str], error: InvalidInput | None = None) -> Response:
    context: dict[str, Any] = {
        "values": values,
        "departments": sorted({one.name for one in staff.services.profile.departments}),
        "problems": by_field(error.problems) if error else {},
    }
    return staff.pages.page(request, "request_new.html", error.status if error else 200, error=error, **context)


def _known_faq(staff: Staff, faq_id: str) -> str:
    wanted = clean(faq_id).strip()
    if wanted and not staff.services.faqs.languages(wanted):
        text = f"FAQ番号「{wanted[:64]}」のFAQはありません。番号を確認するか、空欄にしてください。"
        raise InvalidInput(text, [Problem(text, column="faq_id")])
    return wanted


def _status(form: Sent) -> RequestStatus:
    status = form.text("status")
    if status not in REQUEST_LABELS:
        raise InvalidInput("依頼の状態を選んでください。")
    return status
