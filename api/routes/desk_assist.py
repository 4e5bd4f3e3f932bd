"""/v1/assist: the operator's session while a citizen speaks, over JSON or one WebSocket."""

from collections.abc import Callable
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Path, Query, WebSocket
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect

from api.replies import JSON, encode, problems
from api.routes.desk_shapes import AssistMark, HeardBody, Pin, SessionBody, Ticks
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from desk.assist.booking import check_read_back, read_back_items
from desk.assist.checklists import choices, find_checklist
from desk.assist.model import AssistState, Heard
from desk.service import Desk
from knowledge.domain import FaqEntry
from knowledge.errors import MadoguchiError, NotFound

Operator = Annotated[Principal, requires(Permission.ASSIST_USE)]
SessionId = Annotated[str, Path(max_length=32, pattern=r"^[0-9a-f]+$")]
Entry = Callable[[str], FaqEntry | None]
"""The published FAQ with this number that an operator may see."""
MAX_MESSAGE_BYTES = 16 * 1024


def desk_assist_router(desk: Desk, entry: Entry) -> APIRouter:
    router = APIRouter(prefix="/v1/assist", tags=["assist"], responses=problems(401, 403, 404, 409, 422, 429, 503))
    _add_sessions(router, desk, entry)
    _add_socket(router, desk)
    _add_guides(router, desk, entry)
    return router


def _add_sessions(router: APIRouter, desk: Desk, entry: Entry) -> None:
    assist = desk.assist

    @router.post("/sessions", status_code=201, summary="応対支援を始める")
    def start(body: SessionBody, by: Operator) -> JSON:
        return JSON(assist.start(body.call_id, by.who), 201)

    @router.get("/sessions/{session_id}", summary="今の状態")
    def state(session_id: SessionId, by: Operator) -> JSON:
        return JSON(assist.state(session_id, by.who))

    @router.post("/sessions/{session_id}/segments", summary="発話を一つ送る")
    def hear(session_id: SessionId, body: HeardBody, by: Operator) -> JSON:
        return JSON(_brief(assist.hear(session_id, Heard(**body.model_dump()), by.who)))

    @router.post("/sessions/{session_id}/marks", summary="候補を開いた・使った・違った")
    def mark(session_id: SessionId, body: AssistMark, by: Operator) -> JSON:
        return JSON(_brief(assist.mark(session_id, body.faq_id, body.kind, by.who)))

    @router.post("/sessions/{session_id}/pins", summary="検索で見つけたFAQを候補に置く")
    def pin(session_id: SessionId, body: Pin, by: Operator) -> JSON:
        found = entry(body.faq_id)
        if found is None:
            raise NotFound("このFAQは公開されていません。")
        return JSON(_brief(assist.pin(session_id, found, by.who)))

    @router.post("/sessions/{session_id}/finish", summary="通話を終え、記録の下書きを受け取る")
    def finish(session_id: SessionId, by: Operator) -> JSON:
        return JSON(assist.finish(session_id, by.who))


def _add_socket(router: APIRouter, desk: Desk) -> None:
    @router.websocket("/sessions/{session_id}/ws")
    async def socket(websocket: WebSocket, session_id: SessionId, by: Operator) -> None:
        """One message a piece of speech, in the shape of the JSON route; each is answered with the state or a problem."""
        await websocket.accept()
        try:
            while True:
                text = await websocket.receive_text()
                await websocket.send_text((await run_in_threadpool(_heard, desk, session_id, by.who, text)).decode())
        except WebSocketDisconnect:
            return
        except KeyError:  # a binary frame
            await websocket.close(1003)


def _heard(desk: Desk, session_id: str, who: str, text: str) -> bytes:
    """Never raises for what a client can send."""
    if len(text.encode()) > MAX_MESSAGE_BYTES:
        return encode({"problem": "一度に送信できる長さを超えています。"})
    try:
        body = HeardBody.model_validate(orjson.loads(text))
        return encode(_brief(desk.assist.hear(session_id, Heard(**body.model_dump()), who)))
    except (orjson.JSONDecodeError, ValidationError):
        return encode({"problem": "形式が正しくありません。"})
    except MadoguchiError as error:
        return encode({"problem": error.message})


def _add_guides(router: APIRouter, desk: Desk, entry: Entry) -> None:
    lists = desk.checklists

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


def _brief(state: AssistState) -> dict[str, Any]:
    """Without the transcript, which the caller has sent itself."""
    return {
        "session_id": state.session_id,
        "record_id": state.record_id,
        "heard": len(state.transcript),
        "suggestions": state.suggestions,
        "advice": state.advice,
        "advice_text": state.advice_text,
        "hand_over_to": state.hand_over_to,
        "hand_over_phone": state.hand_over_phone,
        "notes": state.notes,
    }
