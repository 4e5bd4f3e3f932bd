"""Accidents with personal data and failures: the list, one record with its timeline, the report as Word."""

from typing import Any, cast

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.permissions import Permission
from api.web.staff.desk.context import INCIDENTS, DeskPages, IncidentManager, RecordId, ReportReader
from api.web.staff.downloads import DOCX, download
from api.web.staff.notices import see
from api.web.staff.pages import by_field
from api.web.staff.sent import Form, Sent
from desk.incidents.document import affected_text, incident_docx
from desk.incidents.model import HEADINGS, KIND_LABELS, STATE_LABELS, Affected, Incident, IncidentContent, Kind
from knowledge.clock import JST
from knowledge.errors import InvalidInput, MadoguchiError, Problem
from knowledge.ports import Redactor

_SHOWN = 20
_LABELS = {"title": "件名", "found_at": "発見した日時", "ends_at": "影響の終わり", **HEADINGS}


def incident_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    _add_list(screens, router)
    _add_one(screens, router)
    _add_steps(screens, router)
    return router


def _add_list(screens: DeskPages, router: APIRouter) -> None:
    service, redactor = screens.desk.incidents, screens.services.redactor

    @router.get("/incidents")
    def incidents(request: Request, who: ReportReader) -> Response:
        context: dict[str, Any] = {"rows": service.all(), "kinds": KIND_LABELS, "states": STATE_LABELS}
        return screens.pages.page(
            request, "desk/incidents.html", **context, manage_permission=Permission.INCIDENT_MANAGE
        )

    @router.get("/incident-new")
    def new(request: Request, who: IncidentManager) -> Response:
        return _page(screens, request, None)

    @router.post("/incident-new")
    def create(request: Request, who: IncidentManager, form: Form) -> Response:
        try:
            made = service.open(_content(redactor, form), who.who)
        except MadoguchiError as error:
            return _page(screens, request, None, error, form.all_texts())
        return see(f"{INCIDENTS}/{made.incident_id}", "incident_opened")


def _add_one(screens: DeskPages, router: APIRouter) -> None:
    service, redactor = screens.desk.incidents, screens.services.redactor

    @router.get("/incidents/{incident_id}")
    def incident(request: Request, who: ReportReader, incident_id: RecordId) -> Response:
        return _page(screens, request, service.get(incident_id))

    @router.post("/incidents/{incident_id}")
    def save(request: Request, who: IncidentManager, incident_id: RecordId, form: Form) -> Response:
        try:
            service.save(incident_id, _content(redactor, form), form.number("revision"), who.who)
        except MadoguchiError as error:
            return _page(screens, request, service.get(incident_id), error, form.all_texts())
        return see(f"{INCIDENTS}/{incident_id}", "incident_saved")

    @router.get("/incidents/{incident_id}/document")
    def document(who: ReportReader, incident_id: RecordId) -> Response:
        found = service.get(incident_id)
        city = screens.services.profile.city
        data = incident_docx(
            city, found, service.notes(incident_id), [one.record_id for one in service.affected(incident_id)]
        )
        day = found.content.found_at.astimezone(JST).date()
        return download(data, f"事故・障害の報告書_{incident_id}", day, "docx", DOCX)


def _add_steps(screens: DeskPages, router: APIRouter) -> None:
    service = screens.desk.incidents

    @router.post("/incidents/{incident_id}/notes")
    def note(request: Request, who: IncidentManager, incident_id: RecordId, form: Form) -> Response:
        try:
            service.note(incident_id, form.text("note"), who.who)
        except MadoguchiError as error:
            return _page(screens, request, service.get(incident_id), error)
        return see(f"{INCIDENTS}/{incident_id}", "incident_noted")

    @router.post("/incidents/{incident_id}/report")
    def report(request: Request, who: IncidentManager, incident_id: RecordId, form: Form) -> Response:
        try:
            service.report(incident_id, form.text("to"), who.who)
        except MadoguchiError as error:
            return _page(screens, request, service.get(incident_id), error)
        return see(f"{INCIDENTS}/{incident_id}", "incident_reported")

    @router.post("/incidents/{incident_id}/close")
    def close(request: Request, who: IncidentManager, incident_id: RecordId) -> Response:
        try:
            service.close(incident_id, who.who)
        except MadoguchiError as error:
            return _page(screens, request, service.get(incident_id), error)
        return see(f"{INCIDENTS}/{incident_id}", "incident_closed")


def _content(redactor: Redactor, form: Sent) -> IncidentContent:
    kind, found_at = form.text("kind"), form.moment("found_at")
    if kind not in KIND_LABELS:
        raise InvalidInput("種類を選んでください。", [Problem("種類を選んでください。", column="kind")])
    if found_at is None:
        problem = Problem("日時を選んでください。", column="found_at")
        raise InvalidInput("発見した日時を入力してください。", [problem])
    affected = Affected(
        form.moment("begins_at"),
        form.moment("ends_at"),
        form.text("faq_id").strip()[:64],
        form.number("faq_version"),
        form.text("operator").strip()[:128],
    )
    texts = {name: redactor.redact(form.text(name)).text for name in ("title", *HEADINGS)}
    return IncidentContent(kind=cast(Kind, kind), found_at=found_at, affected=affected, **texts)


def _page(
    screens: DeskPages,
    request: Request,
    known: Incident | None,
    error: MadoguchiError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    service = screens.desk.incidents
    affected = service.affected(known.incident_id) if known else []
    context: dict[str, Any] = {
        "known": known,
        "typed": typed or (_typed(known) if known else {}),
        "notes": service.notes(known.incident_id) if known else [],
        "affected": affected[:_SHOWN],
        "affected_total": len(affected),
        "affected_text": affected_text(known.content.affected) if known else "",
        "kinds": KIND_LABELS,
        "states": STATE_LABELS,
        "headings": HEADINGS,
        "labels": _LABELS,
        "contacts": service.contacts,
        "manage_permission": Permission.INCIDENT_MANAGE,
        "error": error,
        "problems": by_field(error.problems) if error else {},
    }
    return screens.pages.page(request, "desk/incident.html", 200 if error is None else error.status, **context)


def _typed(known: Incident) -> dict[str, str]:
    """What the form shows of a record that is there."""
    content, hit = known.content, known.content.affected
    moments = {"found_at": content.found_at, "begins_at": hit.begins_at, "ends_at": hit.ends_at}
    shown = {name: at.astimezone(JST).strftime("%Y-%m-%dT%H:%M") if at else "" for name, at in moments.items()}
    texts = {name: str(getattr(content, name)) for name in ("title", *HEADINGS)}
    version = str(hit.faq_version) if hit.faq_version else ""
    return (
        {"kind": content.kind, "faq_id": hit.faq_id, "faq_version": version, "operator": hit.operator} | shown | texts
    )
