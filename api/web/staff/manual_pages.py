"""The centre's manuals: search and list, one manual with its versions and what changed, writing and withdrawing."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.callers import ManualEditor, ManualReader, PlainId
from api.web.staff.context import Staff
from api.web.staff.notices import see
from api.web.staff.sent import Form, Sent
from ingestion.guard import DOCUMENTS
from ingestion.manual_file import manual_text
from knowledge.errors import MadoguchiError, NotFound
from knowledge.faq.diff import text_diff
from knowledge.manuals.model import AUDIENCES, KINDS, Audience, Kind, Manual, ManualContent, ManualVersion
from knowledge.manuals.passages import passages_of
from knowledge.text.normalise import clean

PATH = "/staff/manuals"
Number = Annotated[int, Query(ge=1, le=1_000_000)]
Asked = Annotated[str, Query(max_length=400)]
_MAX_QUERY_CHARS = 200
_LABELS = {"title": "題名", "valid_from": "使い始める日", "body": "本文", "file": "ファイル", "reason": "変えた理由"}


def manual_router(staff: Staff, router: APIRouter) -> APIRouter:
    _add_list(staff, router)
    _add_writing(staff, router)
    _add_one(staff, router)
    _add_steps(staff, router)
    return router


def _audiences(who: Principal) -> tuple[Audience, ...]:
    """Those who may see reports run the centre or watch over it: they read what is not for everybody too."""
    return tuple(AUDIENCES) if who.may(Permission.REPORT_READ) else ("everyone",)


def _add_list(staff: Staff, router: APIRouter) -> None:
    services = staff.services

    @router.get("/manuals")
    def manuals(request: Request, who: ManualReader, q: Asked = "") -> Response:
        text = clean(q)[:_MAX_QUERY_CHARS]
        mine = [one for one in services.manuals.all() if one.shown.content.audience in _audiences(who)]
        today, edits = services.clock.today(), who.may(Permission.MANUAL_EDIT)
        context: dict[str, Any] = {
            "query": text,
            "found": services.manual_search.find(services.redactor.redact(text).text, _audiences(who)),
            "rows": [one for one in mine if one.in_force(today) or (edits and one.withdrawn is None)],
            "gone": [one for one in mine if one.withdrawn is not None] if edits else [],
            "kinds": KINDS,
            "audiences": AUDIENCES,
        }
        is_part = "hx-request" in request.headers
        return staff.pages.page(request, "manual_found.html" if is_part else "manuals.html", **context)


def _add_writing(staff: Staff, router: APIRouter) -> None:
    service = staff.services.manuals

    @router.get("/manuals/new")
    def new(request: Request, who: ManualEditor) -> Response:
        return _form(staff, request, None)

    @router.post("/manuals/new")
    def create(request: Request, who: ManualEditor, form: Form) -> Response:
        try:
            made = service.add(_content(staff, form), form.text("reason"), who.who)
        except MadoguchiError as error:
            return _form(staff, request, None, error, form)
        return see(f"{PATH}/{made.manual_id}", "manual_saved")

    @router.get("/manuals/{manual_id}/edit")
    def edit(request: Request, who: ManualEditor, manual_id: PlainId) -> Response:
        return _form(staff, request, _readable(staff, who, manual_id))

    @router.post("/manuals/{manual_id}/edit")
    def save(request: Request, who: ManualEditor, manual_id: PlainId, form: Form) -> Response:
        known = _readable(staff, who, manual_id)
        try:
            content = _content(staff, form)
            service.revise(manual_id, content, form.text("reason"), form.number("base"), who.who)
        except MadoguchiError as error:
            return _form(staff, request, known, error, form)
        return see(f"{PATH}/{manual_id}", "manual_saved")


def _add_one(staff: Staff, router: APIRouter) -> None:
    @router.get("/manuals/{manual_id}")
    def manual(request: Request, who: ManualReader, manual_id: PlainId) -> Response:
        known = _readable(staff, who, manual_id)
        return _show(staff, request, known, known.shown)

    @router.get("/manuals/{manual_id}/versions/{number}")
    def version(
        request: Request, who: ManualReader, manual_id: PlainId, number: Annotated[int, Path(ge=1, le=1_000_000)]
    ) -> Response:
        known = _readable(staff, who, manual_id)
        return _show(staff, request, known, _version(staff, who, manual_id, number))

    @router.get("/manuals/{manual_id}/diff")
    def difference(request: Request, who: ManualReader, manual_id: PlainId, old: Number, new: Number) -> Response:
        known = _readable(staff, who, manual_id)
        before, after = (_version(staff, who, manual_id, number) for number in (old, new))
        fields = [
            (label, text_diff(was, now, staff.surfaces))
            for label, was, now in zip(_FIELDS, _texts(before), _texts(after), strict=True)
            if was != now
        ]
        return staff.pages.page(request, "manual_diff.html", known=known, fields=fields, old=before, new=after)


def _add_steps(staff: Staff, router: APIRouter) -> None:
    service = staff.services.manuals

    @router.post("/manuals/{manual_id}/withdraw")
    def withdraw(request: Request, who: ManualEditor, manual_id: PlainId, form: Form) -> Response:
        known = _readable(staff, who, manual_id)
        try:
            service.withdraw(manual_id, form.text("why"), who.who)
        except MadoguchiError as error:
            return _show(staff, request, known, known.shown, error)
        return see(f"{PATH}/{manual_id}", "manual_withdrawn")

    @router.post("/manuals/{manual_id}/restore")
    def restore(request: Request, who: ManualEditor, manual_id: PlainId) -> Response:
        known = _readable(staff, who, manual_id)
        try:
            service.restore(manual_id, who.who)
        except MadoguchiError as error:
            return _show(staff, request, known, known.shown, error)
        return see(f"{PATH}/{manual_id}", "manual_restored")


_FIELDS = ("題名", "種類", "対象", "使い始める日", "本文")


def _texts(version: ManualVersion) -> tuple[str, ...]:
    one = version.content
    return one.title, KINDS[one.kind], AUDIENCES[one.audience], one.valid_from.isoformat(), one.body


def _readable(staff: Staff, who: Principal, manual_id: str) -> Manual:
    """Raises NotFound, also for what is not for this person: not even its title is told."""
    known = staff.services.manuals.get(manual_id)
    if known.shown.content.audience not in _audiences(who):
        raise NotFound("このマニュアルは見つかりません。")
    if not (known.in_force(staff.services.clock.today()) or who.may(Permission.REPORT_READ)):
        raise NotFound("このマニュアルは、いまは使われていません。")
    return known


def _version(staff: Staff, who: Principal, manual_id: str, number: int) -> ManualVersion:
    """Raises NotFound, also for one that was meant for others than the manual is now."""
    found = staff.services.manuals.version(manual_id, number)
    if found.content.audience not in _audiences(who):
        raise NotFound("この版はありません。")
    return found


def _show(
    staff: Staff, request: Request, known: Manual, shown: ManualVersion, error: MadoguchiError | None = None
) -> Response:
    context: dict[str, Any] = {
        "known": known,
        "shown": shown,
        "passages": passages_of(shown.content.body),
        "versions": staff.services.manuals.versions(known.manual_id),
        "kinds": KINDS,
        "audiences": AUDIENCES,
    }
    return staff.pages.page(request, "manual.html", error.status if error else 200, error=error, **context)


def _form(
    staff: Staff, request: Request, known: Manual | None, error: MadoguchiError | None = None, sent: Sent | None = None
) -> Response:
    typed = sent.all_texts() if sent else _typed(staff, known)
    context: dict[str, Any] = {
        "known": known,
        "typed": typed,
        "kinds": KINDS,
        "audiences": AUDIENCES,
        "files": sorted(DOCUMENTS),
        "labels": _LABELS,
        "base": known.last_number if known else 0,
    }
    if error is not None:
        return staff.pages.refused(request, "manual_edit.html", error, **context)
    return staff.pages.page(request, "manual_edit.html", problems={}, **context)


def _typed(staff: Staff, known: Manual | None) -> dict[str, str]:
    """What the form starts from: the newest version, be it in force or still to come."""
    today = staff.services.clock.today().isoformat()
    if known is None:
        return {"valid_from": today}
    content = staff.services.manuals.version(known.manual_id, known.last_number).content
    texts = {name: str(getattr(content, name)) for name in ("title", "kind", "audience", "body")}
    return {**texts, "valid_from": today}


def _content(staff: Staff, form: Sent) -> ManualContent:
    """A file takes the place of what is in the text field. Raises InvalidInput, NotReadable."""
    name, data = form.upload("file")
    body = manual_text(name, data) if name else form.text("body")
    kind, audience = form.text("kind"), form.text("audience")
    redact = staff.services.redactor.redact
    return ManualContent(
        redact(clean(form.text("title"))).text,
        cast(Kind, kind) if kind in KINDS else "other",
        cast(Audience, audience) if audience in AUDIENCES else "managers",
        form.day("valid_from", "使い始める日を入力してください。"),
        redact(body.replace("\r\n", "\n")).text,
    )
