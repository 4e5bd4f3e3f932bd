"""Synonyms: the list, one group with its effect before saving, CSV out and in."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.callers import PlainId, Reader, SynonymEditor
from api.web.staff.context import Staff
from api.web.staff.downloads import download
from api.web.staff.notices import see
from api.web.staff.sent import Form, Sent
from api.web.staff.synonym_impact import Impact, preview_change
from knowledge.domain import SynonymGroup
from knowledge.errors import Conflict, InvalidInput, MadoguchiError, NotFound, Problem, Unavailable
from knowledge.faq.content import split_items
from knowledge.faq.synonyms import SynonymRecord
from knowledge.text.normalise import clean, normalise

PATH = "/staff/synonyms"


def synonym_router(staff: Staff, router: APIRouter) -> APIRouter:
    _add_list(staff, router)
    _add_group(staff, router)
    _add_impact(staff, router)
    return router


def _add_list(staff: Staff, router: APIRouter) -> None:
    @router.get("/synonyms")
    def synonyms(request: Request, who: Reader, text: Annotated[str, Query(max_length=200)] = "") -> Response:
        return _list(staff, request, clean(text))

    @router.post("/synonyms/export")
    def export(request: Request, who: SynonymEditor) -> Response:
        data = staff.services.synonyms.export_csv(who.who, "label")
        return download(data, "類義語", staff.services.clock.today(), "csv")

    @router.post("/synonyms/import")
    def import_file(request: Request, who: SynonymEditor, form: Form) -> Response:
        name, data = form.upload("file")
        try:
            if not name:
                text = "取り込むCSVファイルを選んでください。"
                raise InvalidInput(text, [Problem(text, column="file")])
            report = staff.services.synonyms.import_csv(data, who.who, form.flag("replace_all"))
        except (InvalidInput, Conflict) as error:
            return _list(staff, request, "", error=error)
        return _list(staff, request, "", report=report)


def _add_group(staff: Staff, router: APIRouter) -> None:
    service = staff.services.synonyms

    @router.get("/synonyms/new")
    def new_group(request: Request, who: SynonymEditor) -> Response:
        return _form(staff, request, SynonymGroup("", ()), "", 0)

    @router.post("/synonyms/new")
    def add(request: Request, who: SynonymEditor, form: Form) -> Response:
        group = _group(form)
        try:
            service.add(group, who.who)
        except (InvalidInput, Conflict) as error:
            return _form(staff, request, group, form.text("terms"), 0, error=error)
        return see(PATH, "synonym_saved")

    @router.get("/synonyms/{group_id}")
    def group_page(request: Request, who: SynonymEditor, group_id: PlainId) -> Response:
        record = find(staff, group_id)
        others = [term for term in record.group.terms if term != record.group.preferred]
        return _form(staff, request, record.group, "\n".join(others), record.revision)

    @router.post("/synonyms/{group_id}")
    def change(request: Request, who: SynonymEditor, group_id: PlainId, form: Form) -> Response:
        find(staff, group_id)
        group = _group(form, group_id)
        try:
            service.change(group, form.number("revision"), who.who)
        except (InvalidInput, Conflict) as error:
            latest = find(staff, group_id)
            stale = latest.revision != form.number("revision")
            return _form(
                staff,
                request,
                group,
                form.text("terms"),
                latest.revision,
                error=error,
                latest=latest if stale else None,
            )
        return see(PATH, "synonym_saved")

    @router.post("/synonyms/{group_id}/remove")
    def remove(request: Request, who: SynonymEditor, group_id: PlainId) -> Response:
        service.remove(group_id, who.who)
        return see(PATH, "synonym_removed")


def _add_impact(staff: Staff, router: APIRouter) -> None:
    @router.post("/synonyms/{group_id}/impact")
    def impact(request: Request, who: SynonymEditor, group_id: PlainId, form: Form) -> Response:
        """`group_id` "new" for a group that is not stored yet."""
        is_new = group_id == "new"
        record = None if is_new else find(staff, group_id)
        group = _group(form, "" if is_new else group_id)
        found: Impact | None = None
        error: MadoguchiError | None = None
        try:
            found = preview_change(staff, group, record.group.terms if record else ())
        except (InvalidInput, Unavailable) as exc:
            error = exc
        if "hx-request" in request.headers:
            return staff.pages.page(request, "synonym_impact.html", impact=found, error=error)
        revision = form.number("revision")
        return _form(staff, request, group, form.text("terms"), revision, error=error, impact=found)


def find(staff: Staff, group_id: str) -> SynonymRecord:
    """Raises NotFound."""
    for record in staff.services.synonyms.groups():
        if record.group.group_id == group_id:
            return record
    raise NotFound("この類義語の組はありません。すでに削除された可能性があります。")


def _group(form: Sent, group_id: str = "") -> SynonymGroup:
    terms = split_items(form.text("terms").replace("\r\n", "\n"), short=True)
    return SynonymGroup(form.text("preferred").strip(), terms, group_id)


def _form(
    staff: Staff,
    request: Request,
    group: SynonymGroup,
    terms: str,
    revision: int,
    error: MadoguchiError | None = None,
    impact: Impact | None = None,
    latest: SynonymRecord | None = None,
) -> Response:
    by_field: dict[str, list[str]] = {}
    for problem in error.problems if error else ():
        by_field.setdefault(problem.column or "", []).append(problem.message)
    context: dict[str, Any] = {"group": group, "terms": terms, "revision": revision, "impact": impact, "latest": latest}
    status = error.status if error else 200
    return staff.pages.page(request, "synonym.html", status, error=error, problems=by_field, **context)


def _list(
    staff: Staff, request: Request, text: str, error: MadoguchiError | None = None, report: object = None
) -> Response:
    groups = staff.services.synonyms.groups()
    wanted = normalise(text)
    shown = [one for one in groups if not wanted or any(wanted in normalise(term) for term in one.group.terms)]
    context: dict[str, Any] = {"groups": shown, "total": len(groups), "text": text, "report": report}
    return staff.pages.page(request, "synonyms.html", error.status if error else 200, error=error, **context)
