"""`GET /v1/calls…`: the voicebot's calls for programs. Everything in them is masked."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query

from api.replies import JSON
from api.security.declare import requires
from api.security.permissions import Permission
from api.voice.phone import Phone
from voicebot.domain import Call, Turn
from voicebot.ports import CallFilter
from voicebot.rows import turn_fields

OutcomeName = Literal["", "open", "completed", "confirmed", "handed_over", "callback", "abandoned", "interrupted"]
ViaName = Literal["", "audiosocket", "twilio", "browser", "wav", "text"]


def calls_router(phone: Phone) -> APIRouter:
    router = APIRouter(tags=["calls"], dependencies=[requires(Permission.CALL_READ)])

    @router.get("/v1/calls", summary="自動音声の通話の一覧")
    def calls(
        outcome: OutcomeName = "",
        via: ViaName = "",
        since: date | None = None,
        until: date | None = None,
        faq_id: Annotated[str, Query(max_length=64)] = "",
        limit: Annotated[int, Query(ge=1, le=500)] = 50,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    ) -> JSON:
        """Newest first; days are days in Japan, both included."""
        first, last = since.isoformat() if since else "", until.isoformat() if until else ""
        page = phone.bot.calls(CallFilter(outcome, via, first, last, "", faq_id, limit, offset))
        return JSON({"total": page.total, "calls": [call_reply(call) for call in page.calls]})

    @router.get("/v1/calls/{call_id}", summary="通話の全文と判断の根拠")
    def call(call_id: Annotated[str, Path(max_length=64)]) -> JSON:
        detail = phone.bot.call(call_id)
        return JSON({**call_reply(detail.call), "turn_list": [turn_reply(turn) for turn in detail.turns]})

    return router


def call_reply(call: Call) -> dict[str, Any]:
    packet = call.packet
    return {
        "call_id": call.call_id,
        "via": call.via,
        "started_at": call.started_at,
        "ended_at": call.ended_at,
        "duration_secs": round(call.duration_secs, 1),
        "outcome": call.outcome,
        "reason": call.reason,
        "last_node": call.last_node,
        "lang": call.lang,
        "turns": call.turns,
        "answered": call.answered,
        "recorded": bool(call.recording),
        "muted": list(call.muted),
        "handoff": {"reason": packet.reason, "need": packet.need, "department": packet.department} if packet else None,
    }


def turn_reply(turn: Turn) -> dict[str, Any]:
    return {**turn_fields(turn), "candidates": list(turn.candidates), "stages_ms": dict(turn.stages_ms)}
