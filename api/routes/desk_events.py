"""POST /v1/pbx/events: the feed of the telephone exchange (docs/pbx-events.md)."""

from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request
from starlette.concurrency import run_in_threadpool

from api.replies import JSON, problems
from api.security.declare import requires
from api.security.errors import BodyTooLarge
from api.security.permissions import Permission
from api.security.principal import Principal
from desk.events.log import MAX_BATCH
from desk.service import Desk
from knowledge.errors import NotReadable

MAX_BYTES = 4 * 1024 * 1024
Feeder = Annotated[Principal, requires(Permission.CALL_FEED)]
_SCHEMA: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["events"],
                    "properties": {"events": {"type": "array", "maxItems": MAX_BATCH, "items": {"type": "object"}}},
                }
            }
        },
    }
}


def desk_events_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/pbx", tags=["pbx"], responses=problems(401, 403, 413, 422, 429, 503))

    @router.post("/events", summary="電話交換機のイベントを受け取る", openapi_extra=_SCHEMA)
    async def take_events(
        request: Request, by: Feeder, source: Annotated[str, Query(max_length=32, pattern=r"^[A-Za-z0-9._-]*$")] = ""
    ) -> JSON:
        """誤ったイベントは理由を付けて返し、ほかのイベントは受け取ります。同じ event_id は二度数えません。"""
        body = await request.body()
        if len(body) > MAX_BYTES:
            raise BodyTooLarge(f"一度に送信できるのは{MAX_BYTES // 1024 // 1024}MBまでです。分けて送信してください。")
        receipt = await run_in_threadpool(desk.log.append, _events(body), source or by.who)
        return JSON(receipt)

    return router


def _events(body: bytes) -> list[object]:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise NotReadable("JSON として読み取れません。UTF-8 の JSON を送信してください。") from exc
    events = content.get("events") if isinstance(content, dict) else None
    if not isinstance(events, list):
        raise NotReadable('{"events": […]} の形で送信してください。')
    return events
