"""Where a call begins: calls that ring, a new one by hand, a sample call, records that wait to be confirmed."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.web.staff.desk.assist_context import PATH, AssistPages, AssistUser
from api.web.staff.notices import see
from api.web.staff.sent import Form
from desk.records.filters import RecordFilter
from desk.records.model import OUTCOME_LABELS, InteractionRecord
from knowledge.errors import Conflict, NotFound

_LISTED = 10


def start_router(screens: AssistPages, router: APIRouter) -> APIRouter:
    @router.get("/assist")
    def start_page(request: Request, who: AssistUser) -> Response:
        return _page(screens, request, who.who)

    @router.post("/assist")
    def start(request: Request, who: AssistUser, form: Form) -> Response:
        sample = form.text("sample")
        if sample and sample not in {one.call_id for one in screens.samples}:
            raise NotFound("この見本の通話はありません。一覧から選び直してください。")
        call_id = form.text("call_id")
        if call_id and screens.desk.records.of_call(call_id) is None:
            raise NotFound("この通話は見つかりません。一覧から選び直してください。")
        try:
            state = screens.desk.assist.start(call_id, who.who)
        except Conflict as error:
            return _page(screens, request, who.who, error)
        return see(f"{PATH}/{state.session_id}", sample=sample)

    return router


def _page(screens: AssistPages, request: Request, who: str, error: Conflict | None = None) -> Response:
    open_now = [one for one in screens.desk.assist.live() if one.operator == who]
    shown = {one.call_id for one in open_now}
    handed = screens.desk.assist.waiting()
    ringing = [one for one in _records(screens, who, "open") if one.call_id not in shown]
    return screens.pages.page(
        request,
        "desk/assist_start.html",
        error.status if error else 200,
        error=error,
        open_now=open_now,
        ringing=[one for one in ringing if one.call_id not in {call.call_id for call in handed}],
        handed=[screens.view.handed(one) for one in handed],
        waiting=[one for one in _records(screens, who, "after_call") if one.call_id not in shown],
        closed=_records(screens, who, "done"),
        samples=screens.samples,
        outcomes=OUTCOME_LABELS,
    )


def _records(screens: AssistPages, who: str, status: str) -> list[InteractionRecord]:
    today = screens.services.clock.today()
    first = None if status == "after_call" else today
    wanted = RecordFilter(statuses=(status,), operators=(who,), first=first)
    return list(screens.desk.records.search(wanted, limit=_LISTED).items)
