"""The record after the call: prefilled, confirmed by the operator; call-back and complaint are opened from here."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.days import read_moment
from api.web.staff.desk.assist_context import PATH, AssistPages, AssistUser, RecordId
from api.web.staff.desk.assist_live_pages import BOOKING_LABELS, RESULT_LABELS
from api.web.staff.desk.words import FIELD_LABELS
from api.web.staff.notices import see
from api.web.staff.pages import by_field
from api.web.staff.sent import Form, Sent
from desk.assist.model import Prefill
from desk.callbacks.vault import Contact
from desk.complaints.model import SEVERITY_LABELS, ComplaintContent, Severity
from desk.records.booking import read_back_items
from desk.records.lifecycle import CLOSED
from desk.records.model import CALLERS, OUTCOME_LABELS, STATUS_LABELS, RecordContent, Status
from desk.records.service import Step
from knowledge.clock import JST
from knowledge.errors import InvalidInput, MadoguchiError, Problem
from knowledge.privacy.redacted import RedactedText

_TEXTS = ("inquiry", "answer", "action", "remaining", "transfer_to")
_CHOICES = ("caller", "category", "transfer_result", "outcome", "booking")
_STEPS: dict[str, Status] = {"done": "done", "waiting_city": "waiting_city", "callback": "callback"}
LABELS = {
    **FIELD_LABELS,
    "callback_name": "お名前",
    "callback_phone": "電話番号",
    "callback_due": "いつまでに",
    "statement": "申出の内容",
}
Told = Annotated[str, Query(max_length=200)]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form shows: the draft, or what was just typed."""

    content: RecordContent
    revision: int
    told: frozenset[str] = frozenset()
    due_at: str = ""
    typed: dict[str, str] | None = None


def record_router(screens: AssistPages, router: APIRouter) -> APIRouter:
    _add_record(screens, router)
    _add_cases(screens, router)
    return router


def _add_record(screens: AssistPages, router: APIRouter) -> None:
    desk = screens.desk

    @router.get("/assist/records/{record_id}")
    def record_page(request: Request, who: AssistUser, record_id: RecordId, told: Told = "") -> Response:
        found = desk.assist.drafted(record_id)
        return _page(screens, request, record_id, _shown(found, frozenset(told.split())))

    @router.post("/assist/records/{record_id}")
    def save(request: Request, who: AssistUser, record_id: RecordId, form: Form) -> Response:
        sent = _sent(screens, form)
        step = _STEPS.get(form.text("step"))
        try:
            going = Step(step, "", read_moment(sent.due_at, "due_at"), sent.told) if step else None
            desk.records.save(record_id, sent.content, sent.revision, who.who, going)
        except MadoguchiError as error:
            if error.status == 404:
                raise
            return _page(screens, request, record_id, sent, error)
        if step == "done":
            return see(PATH, "record_done")
        return see(
            f"{PATH}/records/{record_id}",
            f"record_{step}" if step else "record_saved",
            told=" ".join(sorted(sent.told)),
        )


def _add_cases(screens: AssistPages, router: APIRouter) -> None:
    desk, redact = screens.desk, screens.services.redactor.redact

    @router.post("/assist/records/{record_id}/callback")
    def callback(request: Request, who: AssistUser, record_id: RecordId, form: Form) -> Response:
        def take() -> None:
            due_at = form.moment("callback_due")
            if due_at is None:
                raise InvalidInput(
                    "いつまでに折り返すかを決めてください。", [Problem("日時を選んでください。", column="callback_due")]
                )
            contact = Contact(form.text("callback_name").strip(), form.text("callback_phone").strip())
            content = form.text("callback_content")
            desk.callbacks.open(record_id, contact, content, form.text("callback_department"), due_at, who.who)

        return _case(screens, request, record_id, form, take, "callback_opened")

    @router.post("/assist/records/{record_id}/complaint")
    def complaint(request: Request, who: AssistUser, record_id: RecordId, form: Form) -> Response:
        def take() -> None:
            severity: Severity = next((one for one in SEVERITY_LABELS if one == form.text("severity")), "low")
            statement = redact(form.text("statement")[:4_000]).text
            desk.complaints.receive(record_id, ComplaintContent(severity, statement), who.who)

        return _case(screens, request, record_id, form, take, "complaint_opened")


def _case(
    screens: AssistPages, request: Request, record_id: str, form: Sent, take: Callable[[], None], done: str
) -> Response:
    """Take it; a refusal shows the page with what was typed."""
    try:
        take()
    except MadoguchiError as error:
        if error.status == 404:
            raise
        renamed = [Problem(one.message, one.row, _FIELDS.get(one.column or "", one.column)) for one in error.problems]
        shown = _shown(screens.desk.assist.drafted(record_id))
        typed = {name: value for name, value in form.all_texts().items() if name != "csrf_token"}
        again = Shown(shown.content, shown.revision, typed=typed)
        return _page(screens, request, record_id, again, type(error)(error.message, renamed))
    return see(f"{PATH}/records/{record_id}", done)


_FIELDS = {"name": "callback_name", "phone": "callback_phone", "due_at": "callback_due"}


def _page(
    screens: AssistPages, request: Request, record_id: str, shown: Shown, error: MadoguchiError | None = None
) -> Response:
    desk = screens.desk
    record = desk.records.get(record_id)
    context: dict[str, Any] = {
        "record": record,
        "shown": shown,
        "values": asdict(shown.content),
        "typed": shown.typed or {},
        "closed": record.status in CLOSED,
        "state": STATUS_LABELS[record.status],
        "transcript": desk.assist.transcript(record.call_id),
        "used": desk.assist.used_in(record.call_id),
        "tickets": desk.callbacks.of_record(record_id),
        "read_back": read_back_items(screens.services.profile),
        "callers": {one: one or "選んでください" for one in CALLERS},
        "categories": {"": "選んでください", **screens.categories()},
        "outcomes": {**OUTCOME_LABELS, "": "選んでください"},
        "results": {"": "転送なし", **RESULT_LABELS},
        "bookings": BOOKING_LABELS,
        "severities": SEVERITY_LABELS,
        "departments": [one["name"] for one in screens.view.targets()],
        "labels": LABELS,
        "problems": by_field(error.problems) if error else {},
        "ai": screens.services.language.wanted("summary") and record.status not in CLOSED,
        "soon": _local(screens.services.clock.now() + timedelta(days=1)),
    }
    status = error.status if error else 200
    return screens.pages.page(request, "desk/assist_record.html", status, error=error, **context)


def _shown(found: Prefill, told: frozenset[str] = frozenset()) -> Shown:
    return Shown(found.content, found.revision, told)


def _sent(screens: AssistPages, form: Sent) -> Shown:
    redact = screens.services.redactor.redact
    texts: dict[str, RedactedText] = {name: redact(form.text(name).strip()).text for name in _TEXTS}
    choices = {name: form.text(name) for name in _CHOICES}
    flags = {name: form.flag(name) for name in ("answered_in_center", "completed")}
    content = RecordContent(**choices, **texts, **flags)  # type: ignore[arg-type]  # one dictionary of three kinds
    return Shown(content, form.number("revision"), frozenset(form.texts("told")), form.text("due_at"))


def _local(at: datetime) -> str:
    return at.astimezone(JST).replace(hour=17, minute=0).strftime("%Y-%m-%dT%H:%M")
