"""One bot call turn by turn with its evidence; marks; the recording; the number to ring back."""

from pathlib import Path as FilePath
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, Response

from api.voice.review.verdicts import VERDICT_LABELS, verdict_of
from api.web.staff.callers import PlainId
from api.web.staff.calls import words
from api.web.staff.calls.context import CallDesk, CallListener, CallReader, CallReviewer
from api.web.staff.notices import see
from api.web.staff.sent import Form, Sent
from desk.callbacks.service import Ticket
from knowledge.errors import Conflict, InvalidInput, MadoguchiError, NotFound, Problem
from knowledge.store.audit import AuditLog
from knowledge.text.normalise import clean
from voicebot.ports import CallDetail


def call_router(desk: CallDesk, router: APIRouter) -> APIRouter:
    _add_call(desk, router)
    _add_sound(desk, router)
    _add_callback(desk, router)
    return router


def _add_call(desk: CallDesk, router: APIRouter) -> None:
    @router.get("/calls/{call_id}")
    def call_page(request: Request, who: CallReader, call_id: PlainId) -> Response:
        return _page(desk, request, desk.phone.bot.call(call_id))

    @router.post("/calls/{call_id}/marks")
    def mark(request: Request, who: CallReviewer, call_id: PlainId, form: Form) -> Response:
        detail = desk.phone.bot.call(call_id)
        index = form.number("turn")
        try:
            made = desk.marks.put(detail, index, verdict_of(form.text("verdict")), form.text("comment"), who.who)
        except InvalidInput as error:
            return _page(desk, request, detail, error, index)
        done = "call_marked_request" if made.request_id else "call_marked"
        response = see(f"/staff/calls/{call_id}", done)
        response.headers["location"] += f"#turn-{index}"
        return response


def _add_sound(desk: CallDesk, router: APIRouter) -> None:
    @router.get("/calls/{call_id}/recording")
    def recording(request: Request, who: CallListener, call_id: PlainId) -> Response:
        """The caller on the left, the bot on the right. Whoever listens is written down."""
        name = FilePath(desk.phone.bot.call(call_id).call.recording).name
        path = desk.phone.bot.recordings_dir / name
        if not name or not path.is_file():
            raise NotFound("録音はありません。録音していないか、保存期間を過ぎて削除されています。")
        with desk.services.db.begin() as conn:
            AuditLog(desk.services.clock).append(conn, who.who, "call.listen", call_id)
        return FileResponse(path, media_type="audio/wav", content_disposition_type="inline")


def _add_callback(desk: CallDesk, router: APIRouter) -> None:
    @router.post("/calls/{call_id}/number")
    def number(request: Request, who: CallListener, call_id: PlainId, form: Form) -> Response:
        """Shows the number once, on this page only; the audit log says who saw it and why."""
        detail = desk.phone.bot.call(call_id)
        ticket = _ticket(desk, call_id)
        if ticket is None:
            raise NotFound("この通話に、折り返しの受付はありません。")
        try:
            reason = _reason(desk, form)
            contact = desk.phone.desk.callbacks.contact(ticket.ticket_id, who.who, True, reason)
        except (NotFound, InvalidInput) as error:
            return _page(desk, request, detail, error)
        return _page(desk, request, detail, number=contact.phone)

    @router.post("/calls/{call_id}/called-back")
    def called_back(request: Request, who: CallListener, call_id: PlainId) -> Response:
        ticket = _ticket(desk, call_id)
        if ticket is None:
            raise NotFound("この通話に、折り返しの受付はありません。")
        try:
            desk.phone.desk.callbacks.close(ticket.ticket_id, who.who)
        except Conflict as error:
            return _page(desk, request, desk.phone.bot.call(call_id), error)
        return see(f"/staff/calls/{call_id}", "called_back")


def _reason(desk: CallDesk, form: Sent) -> str:
    """Why somebody needs to see clear data. Raises InvalidInput."""
    reason = desk.services.redactor.redact(clean(form.text("reason"))[:200]).text.strip()
    if not reason:
        text = "電話番号を表示する理由を入力してください。"
        raise InvalidInput(text, [Problem(text, column="reason")])
    return reason


def _page(
    desk: CallDesk,
    request: Request,
    detail: CallDetail,
    error: MadoguchiError | None = None,
    index: int = -1,
    number: str = "",
) -> Response:
    call_id = detail.call.call_id
    marks: dict[int, list[Any]] = {}
    for mark in desk.marks.of_call(call_id):
        marks.setdefault(mark.index, []).append(mark)
    context: dict[str, Any] = {
        **evidence(desk, detail),
        "marks": marks,
        "wrong_turn": index,
        "ticket": _ticket(desk, call_id),
        "number": number,
        "recorded": _is_recorded(desk, detail),
    }
    return desk.pages.page(request, "calls/call.html", error.status if error else 200, error=error, **context)


def evidence(desk: CallDesk, detail: CallDetail) -> dict[str, Any]:
    """What every view of a call shows, without anybody's opinion of it."""
    return {"call": detail.call, "turns": detail.turns, "verdicts": VERDICT_LABELS, "words": words}


def _is_recorded(desk: CallDesk, detail: CallDetail) -> bool:
    name = FilePath(detail.call.recording).name
    return bool(name) and (desk.phone.bot.recordings_dir / name).is_file()


def _ticket(desk: CallDesk, call_id: str) -> Ticket | None:
    record = desk.phone.desk.records.of_call(call_id)
    found = desk.phone.desk.callbacks.of_record(record.record_id) if record else []
    return found[-1] if found else None
