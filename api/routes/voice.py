"""Doors of the voicebot: the browser page, Twilio-compatible streams, and what the telephone exchange asks."""

from typing import Annotated

from fastapi import APIRouter, Form, Path, Query, WebSocket
from starlette.responses import PlainTextResponse

from api.security.csrf import is_same_origin
from api.security.declare import public, requires
from api.security.permissions import Permission
from api.voice.phone import Phone
from api.voice.sockets import ends_of, hang_up
from api.web.words import known_language
from knowledge.errors import InvalidInput, Problem, Unavailable
from voicebot.calls import new_id
from voicebot.transports.browser import BrowserWire

POLICY_VIOLATION, TRY_LATER = 1008, 1013
_CROWD = 4
"""Times the calls with sound: more open sockets than this are an attack, not a crowd."""


def voice_router(phone: Phone) -> APIRouter:
    router = APIRouter(tags=["voice"])
    _add_browser(router, phone)
    _add_twilio(router, phone)
    _add_exchange(router, phone)
    return router


def _add_browser(router: APIRouter, phone: Phone) -> None:
    @router.websocket("/v1/voice/browser", dependencies=[requires(Permission.ANSWER_USE)])
    async def browser(socket: WebSocket, lang: Annotated[str, Query(max_length=8)] = "") -> None:
        """One call of the page /voice."""
        if not phone.settings.enabled or is_same_origin(socket.headers, socket.scope["scheme"]) is False:
            await hang_up(socket, POLICY_VIOLATION)
            return
        if phone.bot.status().active_calls >= phone.settings.max_calls * _CROWD:
            await hang_up(socket, TRY_LATER)
            return
        await socket.accept()
        bot, call_id = await phone.ready(), new_id()
        send, receive = ends_of(socket)
        phone.centre.on_screen(call_id, True)
        try:
            await bot.run_wire(BrowserWire(receive, send), call_id, "browser", known_language(lang))
        finally:
            phone.centre.on_screen(call_id, False)
            await hang_up(socket)


def _add_twilio(router: APIRouter, phone: Phone) -> None:
    @router.websocket("/v1/voice/twilio", dependencies=[public()])
    async def twilio(socket: WebSocket) -> None:
        """One media stream. Who may call is decided by the provider's signature, not by our keys."""
        url = str(socket.url)
        signature = socket.headers.get("x-twilio-signature", "")
        if not (phone.settings.enabled and phone.settings.twilio.enabled) or not phone.bot.twilio_allowed(
            url, {}, signature
        ):
            await hang_up(socket, POLICY_VIOLATION)
            return
        await socket.accept()
        bot = await phone.ready()
        try:
            await bot.twilio_call(*ends_of(socket))
        finally:
            await hang_up(socket)


def _add_exchange(router: APIRouter, phone: Phone) -> None:
    exchange = [requires(Permission.INTERACTION_WRITE)]

    @router.post("/v1/voice/announce", dependencies=exchange, summary="着信の予告（PBX から）")
    def announce(call_id: Annotated[str, Form(max_length=64)]) -> PlainTextResponse:
        """The exchange names a call before it connects by AudioSocket."""
        if not phone.settings.enabled:
            raise Unavailable("音声応答は、設定で止めてあります。")
        try:
            return PlainTextResponse(phone.bot.announce(call_id))
        except ValueError as exc:
            text = "通話の番号は、UUID の形で送ってください。"
            raise InvalidInput(text, [Problem(text, column="call_id")]) from exc

    @router.get("/v1/voice/next/{call_id}", dependencies=exchange, summary="自動音声のあとの行き先（PBX から）")
    def next_step(call_id: Annotated[str, Path(max_length=64)]) -> PlainTextResponse:
        """`queue` (a person) or `hangup`."""
        return PlainTextResponse(phone.bot.next_step(call_id))
