"""Call-back tickets: whom to ring by when. The number is shown once, to those who may, with a reason; then it goes."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.security.permissions import Permission
from api.web.staff.desk import words
from api.web.staff.desk.context import CALLBACKS, DeskPages, RecordReader, RecordWriter, TicketId
from api.web.staff.notices import see
from api.web.staff.pages import by_field
from api.web.staff.sent import Form
from desk.callbacks.service import KEEP
from desk.callbacks.vault import Contact
from knowledge.errors import InvalidInput, MadoguchiError, NotFound, Problem
from knowledge.profile import directory_on

LABELS = {"name": "お名前", "phone": "電話番号", "due_at": "いつまでに"}
RecordChosen = Annotated[str, Query(max_length=32, pattern=r"^[A-Za-z0-9-]*$")]
_MAX_GONE = 50


def callback_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    _add_list(screens, router)
    _add_new(screens, router)
    _add_one(screens, router)
    return router


def _add_list(screens: DeskPages, router: APIRouter) -> None:
    callbacks = screens.desk.callbacks

    @router.get("/callbacks")
    def tickets(request: Request, who: RecordReader) -> Response:
        gone = [one for one in callbacks.tickets(None) if one.purged_at is not None]
        context: dict[str, Any] = {
            "rows": callbacks.tickets("open"),
            "gone": sorted(gone, key=lambda one: str(one.purged_at), reverse=True)[:_MAX_GONE],
            "kept": callbacks.contacts_kept(),
            "keep_days": KEEP.days,
            "now": screens.services.clock.now(),
            "w": words,
        }
        return screens.pages.page(request, "desk/callbacks.html", **context)


def _add_new(screens: DeskPages, router: APIRouter) -> None:
    @router.get("/callbacks/new")
    def new(request: Request, who: RecordWriter, record_id: RecordChosen = "") -> Response:
        return _new_page(screens, request, {"record_id": record_id})

    @router.post("/callbacks/new")
    def create(request: Request, who: RecordWriter, form: Form) -> Response:
        record_id = form.text("record_id").strip().upper()
        try:
            due_at = form.moment("due_at")
            if due_at is None:
                problem = Problem("日時を選んでください。", column="due_at")
                raise InvalidInput("いつまでに折り返すかを決めてください。", [problem])
            contact = Contact(form.text("name").strip(), form.text("phone").strip())
            made = screens.desk.callbacks.open(
                record_id, contact, form.text("content"), form.text("department"), due_at, who.who
            )
        except MadoguchiError as error:
            return _new_page(screens, request, form.all_texts(), error)
        return see(f"{CALLBACKS}/{made.ticket_id}", "callback_opened")


def _new_page(
    screens: DeskPages, request: Request, typed: dict[str, str], error: MadoguchiError | None = None
) -> Response:
    context: dict[str, Any] = {
        "typed": typed,
        "departments": [
            one.department for one in directory_on(screens.services.profile, screens.services.clock.today()).escalation
        ],
        "keep_days": KEEP.days,
        "labels": LABELS,
        "problems": by_field(error.problems) if error else {},
    }
    return screens.pages.page(request, "desk/callback_new.html", error.status if error else 200, error=error, **context)


def _add_one(screens: DeskPages, router: APIRouter) -> None:
    callbacks = screens.desk.callbacks

    @router.get("/callbacks/{ticket_id}")
    def ticket(request: Request, who: RecordReader, ticket_id: TicketId) -> Response:
        return _page(screens, request, ticket_id)

    @router.post("/callbacks/{ticket_id}/contact")
    def contact(request: Request, who: RecordReader, ticket_id: TicketId, form: Form) -> Response:
        """Shows name and number on this answer only; the audit log says who saw them and why."""
        try:
            if form.text("purpose") not in words.PURPOSES:
                raise InvalidInput(
                    "表示する理由を選んでください。", [Problem("理由を選んでください。", column="purpose")]
                )
            found = callbacks.contact(ticket_id, who.who, who.may(Permission.UNMASK), form.text("purpose"))
        except MadoguchiError as error:
            return _page(screens, request, ticket_id, error)
        return _page(screens, request, ticket_id, shown=found)

    @router.post("/callbacks/{ticket_id}/tried")
    def tried(request: Request, who: RecordWriter, ticket_id: TicketId) -> Response:
        return _taken(screens, request, ticket_id, "callback_tried", lambda: callbacks.tried(ticket_id, who.who))

    @router.post("/callbacks/{ticket_id}/close")
    def close(request: Request, who: RecordWriter, ticket_id: TicketId, form: Form) -> Response:
        cancelled = form.flag("cancelled")
        return _taken(
            screens, request, ticket_id, "callback_closed", lambda: callbacks.close(ticket_id, who.who, cancelled)
        )


def _taken(screens: DeskPages, request: Request, ticket_id: str, done: str, take: Callable[[], object]) -> Response:
    try:
        take()
    except NotFound:
        raise
    except MadoguchiError as error:
        return _page(screens, request, ticket_id, error)
    return see(f"{CALLBACKS}/{ticket_id}", done)


def _page(
    screens: DeskPages,
    request: Request,
    ticket_id: str,
    error: MadoguchiError | None = None,
    shown: Contact | None = None,
) -> Response:
    context: dict[str, Any] = {
        "ticket": screens.desk.callbacks.get(ticket_id),
        "shown": shown,
        "keep_days": KEEP.days,
        "now": screens.services.clock.now(),
        "w": words,
    }
    return screens.pages.page(request, "desk/callback.html", error.status if error else 200, error=error, **context)
