"""/v1/assist: the operator's session while a citizen speaks, over JSON or one WebSocket; a recogniser's feed by call."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, WebSocket

from api.assist_view import AssistView, Entry
from api.replies import JSON, problems
from api.routes.assist_socket import follow_alerts, follow_session, take_feed
from api.routes.desk_shapes import (
    AlertStepBody,
    AssistMark,
    HandBody,
    HeardBody,
    Pin,
    SessionBody,
    Ticks,
    TranscriptBody,
    TransferBody,
    WhisperBody,
)
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from desk.assist.checklists import choices, find_checklist
from desk.assist.model import Heard
from desk.assist.packet import packet
from desk.records.booking import check_read_back, read_back_items
from desk.service import Desk
from knowledge.errors import NotFound

Operator = Annotated[Principal, requires(Permission.ASSIST_USE)]
Feeder = Annotated[Principal, requires(Permission.CALL_FEED)]
Supervisor = Annotated[Principal, requires(Permission.QUALITY_REVIEW)]
SessionId = Annotated[str, Path(max_length=32, pattern=r"^[0-9a-f]+$")]
CallId = Annotated[str, Path(max_length=64, pattern=r"^[A-Za-z0-9._:@-]+$")]


def desk_assist_router(desk: Desk, entry: Entry) -> APIRouter:
    router = APIRouter(prefix="/v1/assist", tags=["assist"], responses=problems(401, 403, 404, 409, 422, 429, 503))
    view = AssistView(desk.parts.profile, entry, desk.parts.clock.today)
    _add_sessions(router, desk, view)
    _add_steps(router, desk, entry, view)
    _add_feed(router, desk)
    _add_supervision(router, desk, view)
    _add_alerts(router, desk)
    _add_guides(router, desk, entry, view)
    return router


def _add_sessions(router: APIRouter, desk: Desk, view: AssistView) -> None:
    assist = desk.assist

    @router.post("/sessions", status_code=201, summary="応対支援を始める")
    def start(body: SessionBody, by: Operator) -> JSON:
        return JSON(assist.start(body.call_id, by.who), 201)

    @router.get("/handed", summary="自動音声から引き継いだ、まだだれも受けていない通話")
    def handed(_by: Operator) -> JSON:
        return JSON({"calls": [view.handed(one) for one in assist.waiting()]})

    @router.get("/sessions/{session_id}", summary="今の状態")
    def state(session_id: SessionId, by: Operator) -> JSON:
        return JSON(assist.state(session_id, by.who))

    @router.post("/sessions/{session_id}/segments", summary="発話を一つ送る")
    def hear(session_id: SessionId, body: HeardBody, by: Operator) -> JSON:
        return JSON(view.brief(assist.hear(session_id, Heard(**body.model_dump()), by.who)))

    @router.post("/sessions/{session_id}/transcript", summary="通話の文字起こしをまとめて送る")
    def hear_all(session_id: SessionId, body: TranscriptBody, by: Operator) -> JSON:
        pieces = [Heard(**one.model_dump()) for one in body.segments if one.final]
        return JSON(view.brief(assist.hear_all(session_id, pieces, by.who)))

    @router.post("/sessions/{session_id}/finish", summary="通話を終え、記録の下書きを受け取る")
    def finish(session_id: SessionId, by: Operator) -> JSON:
        return JSON(assist.finish(session_id, by.who))

    @router.websocket("/sessions/{session_id}/ws")
    async def socket(websocket: WebSocket, session_id: SessionId, by: Operator) -> None:
        """One message a piece of speech, in the shape of the JSON route; each is answered with the state or a problem.
        Changes made elsewhere arrive too."""
        await follow_session(websocket, desk.assist, view, session_id, by.who)


def _add_steps(router: APIRouter, desk: Desk, entry: Entry, view: AssistView) -> None:
    assist = desk.assist

    @router.post("/sessions/{session_id}/marks", summary="候補を開いた・使った・違った")
    def mark(session_id: SessionId, body: AssistMark, by: Operator) -> JSON:
        return JSON(view.brief(assist.mark(session_id, body.faq_id, body.kind, by.who)))

    @router.post("/sessions/{session_id}/pins", summary="検索で見つけたFAQを候補に置く")
    def pin(session_id: SessionId, body: Pin, by: Operator) -> JSON:
        found = entry(body.faq_id)
        if found is None:
            raise NotFound("このFAQは公開されていません。")
        return JSON(view.brief(assist.pin(session_id, found, by.who)))

    @router.get("/sessions/{session_id}/packet", summary="取次ぎのときに伝える要約")
    def handed(session_id: SessionId, by: Operator) -> JSON:
        return JSON({"packet": packet(assist.state(session_id, by.who), desk.parts.clock.now())})

    @router.post("/sessions/{session_id}/transfers", summary="取次ぎの結果を記録する")
    def transfer(session_id: SessionId, body: TransferBody, by: Operator) -> JSON:
        return JSON(view.brief(assist.transferred(session_id, body.target, body.to, body.result, by.who)))

    @router.post("/sessions/{session_id}/hand", summary="手を挙げて責任者を呼ぶ、または下ろす")
    def hand(session_id: SessionId, body: HandBody, by: Operator) -> JSON:
        return JSON(view.brief(assist.raise_hand(session_id, body.up, by.who)))


def _add_feed(router: APIRouter, desk: Desk) -> None:
    """For a recogniser: it knows the exchange's number of the call, not the operator's session."""

    @router.post("/calls/{call_id}/segments", summary="音声認識から発話を一つ送る")
    def feed(call_id: CallId, body: HeardBody, _by: Feeder) -> JSON:
        return JSON({"watched": desk.assist.hear_call(call_id, Heard(**body.model_dump()))})

    @router.websocket("/calls/{call_id}/ws")
    async def socket(websocket: WebSocket, call_id: CallId, _by: Feeder) -> None:
        """The same over one connection; each piece is answered with whether somebody looks on, or a problem."""
        await take_feed(websocket, desk.assist, call_id)


def _add_supervision(router: APIRouter, desk: Desk, view: AssistView) -> None:
    @router.get("/live", summary="応対中の一覧（手を挙げている人が先）")
    def live(_by: Supervisor) -> JSON:
        states = desk.assist.live()
        return JSON({"sessions": [view.brief(one, 0) | {"operator": one.operator} for one in states]})

    @router.post("/live/{session_id}/whispers", summary="応対中の人へメモを送る")
    def whisper(session_id: SessionId, body: WhisperBody, by: Supervisor) -> JSON:
        return JSON({"memos": desk.assist.whisper(session_id, body.text, by.who).memos})


def _add_alerts(router: APIRouter, desk: Desk) -> None:
    """責任者への知らせ"""

    @router.get("/alerts", summary="まだ結果のない、責任者への知らせ")
    def alerts(_by: Supervisor) -> JSON:
        return JSON({"alerts": desk.alerts.open_now()})

    @router.post("/alerts/{alert_id}/steps", summary="知らせを確認した・あとで見る・正しい・誤り・対応済み")
    def step(alert_id: SessionId, body: AlertStepBody, by: Supervisor) -> JSON:
        return JSON(desk.alerts.step(alert_id, body.step, by.who, body.note))

    @router.websocket("/alerts/ws")
    async def socket(websocket: WebSocket, _by: Supervisor) -> None:
        """A message {"open": n} at the start and after every change. What the alerts are is asked for."""
        await follow_alerts(websocket, desk.alerts)


def _add_guides(router: APIRouter, desk: Desk, entry: Entry, view: AssistView) -> None:
    lists = desk.guides.checklists

    @router.get("/checklists", summary="持ち物の案内（選べる項目、またはその一覧）")
    def checklist(
        _by: Operator,
        who: Annotated[str, Query(max_length=100)] = "",
        procedure: Annotated[str, Query(max_length=100)] = "",
        counter: Annotated[str, Query(max_length=100)] = "",
    ) -> JSON:
        shown = [one for one in lists if entry(one.faq_id) is not None]
        if not (who and procedure and counter):
            return JSON({"choices": choices(shown, who, procedure)})
        found = find_checklist(shown, who, procedure, counter)
        source = entry(found.faq_id)
        version = source.version if source else 0
        return JSON({"checklist": found, "faq_id": found.faq_id, "version": version})

    @router.get("/booking/read-back", summary="予約が決まったあとに伝える項目")
    def items(_by: Operator) -> JSON:
        return JSON({"items": read_back_items(desk.parts.profile)})

    @router.post("/booking/read-back", summary="すべて伝えたことを確かめる")
    def confirm(body: Ticks, _by: Operator) -> JSON:
        check_read_back(read_back_items(desk.parts.profile), set(body.ticked))
        return JSON({"complete": True})

    @router.get("/venues", summary="交付場所と受付時間、予約の要否")
    def venues(_by: Operator) -> JSON:
        return JSON({"venues": view.venues()})

    @router.get("/directory", summary="案内先を用件や課の名前で探す")
    def directory(_by: Operator, text: Annotated[str, Query(max_length=100)] = "") -> JSON:
        return JSON({"targets": view.directory(text.strip()) if text.strip() else view.targets()})
