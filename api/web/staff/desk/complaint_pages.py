"""Complaints: the list with the notices for the city, and one complaint from 申出 to 結果."""

from typing import Any, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.principal import principal_of
from api.watching import watched
from api.web.staff.days import Day, days_asked
from api.web.staff.desk import words
from api.web.staff.desk.context import COMPLAINTS, DeskPages, RecordId, RecordReader, RecordWriter, TicketId
from api.web.staff.notices import see
from api.web.staff.pages import by_field
from api.web.staff.sent import Form, Sent
from desk.complaints.model import REPORT_WITHIN, TRANSITIONS, Complaint, ComplaintContent, RootCause, Severity, State
from knowledge.errors import MadoguchiError, NotFound
from knowledge.privacy.redacted import RedactedText

_TEXTS = ("statement", "intent", "background", "response", "result")
_DEFAULT_DAYS = 93
TEXT_LABELS = {
    "statement": "申出の内容",
    "intent": "意図の確認",
    "background": "経緯",
    "response": "対応",
    "result": "結果",
    "root_cause": "原因",
    "linked_faq": "誤りのあったFAQ",
}


def complaint_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    _add_list(screens, router)
    _add_one(screens, router)
    return router


def _add_list(screens: DeskPages, router: APIRouter) -> None:
    desk, clock = screens.desk, screens.services.clock

    @router.get("/complaints")
    def complaints(request: Request, who: RecordReader, first: Day = None, last: Day = None) -> Response:
        period = days_asked(first, last, clock.today(), _DEFAULT_DAYS)
        found = desk.complaints.list_all(period.begins_at, period.ends_at)
        context: dict[str, Any] = {
            "rows": list(reversed(found)),
            "period": period,
            "notices": desk.notices.waiting(),
            "now": clock.now(),
            "w": words,
        }
        return screens.pages.page(request, "desk/complaints.html", **context)

    @router.post("/notices/{notice_id}/seen")
    def seen(request: Request, who: RecordReader, notice_id: TicketId) -> Response:
        desk.notices.seen(notice_id, who.who)
        return see(COMPLAINTS, "notice_seen")


def _add_one(screens: DeskPages, router: APIRouter) -> None:
    service = screens.desk.complaints

    @router.get("/complaints/{record_id}")
    def complaint(request: Request, who: RecordReader, record_id: RecordId) -> Response:
        return _page(screens, request, record_id)

    @router.post("/complaints/{record_id}")
    def save(request: Request, who: RecordWriter, record_id: RecordId, form: Form) -> Response:
        content = _content(screens, form)
        known = find(screens, record_id)
        try:
            if known is None:
                service.receive(record_id, content, who.who)
                return see(f"{COMPLAINTS}/{record_id}", "complaint_opened")
            state = cast(State, form.text("state")) if form.text("state") in TRANSITIONS else None
            service.save(record_id, content, form.number("revision"), who.who, state)
        except NotFound:
            raise
        except MadoguchiError as error:
            return _page(screens, request, record_id, error, content)
        return see(f"{COMPLAINTS}/{record_id}", "complaint_saved")

    @router.post("/complaints/{record_id}/report")
    def report(request: Request, who: RecordWriter, record_id: RecordId, form: Form) -> Response:
        try:
            service.report(record_id, form.text("to"), who.who)
        except NotFound:
            raise
        except MadoguchiError as error:
            return _page(screens, request, record_id, error)
        return see(f"{COMPLAINTS}/{record_id}", "complaint_reported")


def find(screens: DeskPages, record_id: str) -> Complaint | None:
    """The complaint of a record, if it is one."""
    try:
        return screens.desk.complaints.get(record_id)
    except NotFound:
        return None


def _content(screens: DeskPages, form: Sent) -> ComplaintContent:
    redact = screens.services.redactor.redact
    texts: dict[str, RedactedText] = {name: redact(form.text(name).strip()[:8_000]).text for name in _TEXTS}
    affected = tuple(part.upper() for part in form.text("affected").replace("、", " ").replace(",", " ").split())
    return ComplaintContent(
        severity=cast(Severity, form.text("severity") if form.text("severity") in words.SEVERITY_LABELS else "low"),
        manual_version=form.text("manual_version")[:64],
        root_cause=cast(RootCause, form.text("root_cause") if form.text("root_cause") in words.CAUSE_LABELS else ""),
        linked_faq=redact(form.text("linked_faq").strip()[:64]).text,
        affected=tuple(redact(one[:32]).text for one in affected[:1_000]),
        **texts,
    )


def _page(
    screens: DeskPages,
    request: Request,
    record_id: str,
    error: MadoguchiError | None = None,
    typed: ComplaintContent | None = None,
) -> Response:
    known = find(screens, record_id)
    content = typed or (known.content if known else ComplaintContent("low", RedactedText("")))
    told = screens.desk.complaints.told_the_same(record_id, 50) if known and known.content.linked_faq else []
    steps = TRANSITIONS[known.state] if known else frozenset()
    context: dict[str, Any] = {
        "record": screens.desk.records.get(record_id, watched(principal_of(request))),
        "known": known,
        "content": content,
        "told": told,
        "states": {known.state: f"{words.STATE_LABELS[known.state]}のまま"} if known else {},
        "labels": TEXT_LABELS,
        "within": {words.SEVERITY_LABELS[key]: secs.total_seconds() for key, secs in REPORT_WITHIN.items()},
        "contacts": screens.desk.complaints.contacts,
        "problems": by_field(error.problems) if error else {},
        "now": screens.services.clock.now(),
        "w": words,
    }
    context["states"] |= {
        one: words.STATE_LABELS[one] for one in words.STATE_LABELS if one in steps and one != "reported"
    }
    return screens.pages.page(request, "desk/complaint.html", error.status if error else 200, error=error, **context)
