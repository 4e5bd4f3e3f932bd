"""The WebSockets of the assist: the operator's screen, a recogniser that feeds a call, alerts to supervisors."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import TypeVar

import orjson
from fastapi import WebSocket
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect

from api.assist_view import AssistView
from api.replies import encode
from api.routes.desk_shapes import HeardBody
from desk.alerts.service import Alerts
from desk.assist.model import AssistState, Heard
from desk.assist.service import AssistDesk
from knowledge.errors import MadoguchiError, NotFound

T = TypeVar("T")
MAX_MESSAGE_BYTES = 16 * 1024
GONE = 4404
"""Closing code: the session is over. The screen need not try again."""


async def follow_session(websocket: WebSocket, assist: AssistDesk, view: AssistView, session_id: str, who: str) -> None:
    """Takes pieces of speech and sends every newer state with what was said since; many changes at once are one message.
    `?from=N` skips what the screen shows already."""
    await websocket.accept()
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    first = _from(websocket)
    try:
        stop_watching = assist.watch(session_id, who, lambda: _wake(loop, changed))
        state = assist.state(session_id, who)
    except NotFound:
        await websocket.close(GONE)
        return
    if len(state.transcript) > first or (not first and state.revision):  # a call taken over, a page opened again
        changed.set()
    screen = _Screen(websocket, view, first)
    async with _pushing(_push(screen, assist, session_id, who, changed), stop_watching):
        try:
            while True:
                text = await websocket.receive_text()
                async with screen.lock:
                    answer = await run_in_threadpool(_taken, text, lambda piece: assist.hear(session_id, piece, who))
                    await screen.send(answer)
        except (WebSocketDisconnect, RuntimeError):  # gone, or closed by the other task
            return
        except KeyError:  # a binary frame
            await websocket.close(1003)


@asynccontextmanager
async def _pushing(push: Coroutine[None, None, None], stop_watching: Callable[[], None]) -> AsyncIterator[None]:
    """`push` runs for the time of a block; nothing is watched after it."""
    pushing = asyncio.create_task(push)
    try:
        yield
    finally:
        stop_watching()
        pushing.cancel()
        with suppress(asyncio.CancelledError):
            await pushing


def _wake(loop: asyncio.AbstractEventLoop, changed: asyncio.Event) -> None:
    with suppress(RuntimeError):  # the server is stopping
        loop.call_soon_threadsafe(changed.set)


async def take_feed(websocket: WebSocket, assist: AssistDesk, call_id: str) -> None:
    await websocket.accept()
    try:
        while True:
            text = await websocket.receive_text()
            answer = await run_in_threadpool(_taken, text, lambda piece: assist.hear_call(call_id, piece))
            await websocket.send_text(encode({"watched": answer} if isinstance(answer, bool) else answer).decode())
    except WebSocketDisconnect:
        return
    except KeyError:
        await websocket.close(1003)


async def follow_alerts(websocket: WebSocket, alerts: Alerts) -> None:
    """Says how many alerts are open, at once and after every change; many changes at once are one message."""
    await websocket.accept()
    loop, changed = asyncio.get_running_loop(), asyncio.Event()
    stop_watching = alerts.watch(lambda: _wake(loop, changed))
    changed.set()
    async with _pushing(_push_alerts(websocket, alerts, changed), stop_watching):
        with suppress(WebSocketDisconnect, RuntimeError):  # gone; `receive` after that is an error
            while True:
                await websocket.receive()


async def _push_alerts(websocket: WebSocket, alerts: Alerts, changed: asyncio.Event) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await changed.wait()
            changed.clear()
            found = await run_in_threadpool(alerts.open_now)
            await websocket.send_text(encode({"open": len(found)}).decode())


class _Screen:
    """What one screen has been sent."""

    def __init__(self, websocket: WebSocket, view: AssistView, first: int) -> None:
        self._websocket = websocket
        self._view = view
        self._first = first
        self._revision = -1
        self.lock = asyncio.Lock()

    async def send(self, answer: AssistState | dict[str, str]) -> None:
        if isinstance(answer, AssistState):
            first = min(self._first, len(answer.transcript))
            self._first, self._revision = len(answer.transcript), answer.revision
            await self._websocket.send_text(encode(self._view.brief(answer, first)).decode())
        else:
            await self._websocket.send_text(encode(answer).decode())

    async def send_newer(self, state: AssistState) -> None:
        if state.revision > self._revision:
            await self.send(state)

    async def close(self) -> None:
        await self._websocket.close(GONE)


async def _push(screen: _Screen, assist: AssistDesk, session_id: str, who: str, changed: asyncio.Event) -> None:
    with suppress(WebSocketDisconnect, RuntimeError):
        while True:
            await changed.wait()
            changed.clear()
            async with screen.lock:
                try:
                    await screen.send_newer(assist.state(session_id, who))
                except NotFound:
                    await screen.close()
                    return


def _taken(text: str, take: Callable[[Heard], T]) -> T | dict[str, str]:
    """Never raises for what a client can send."""
    if len(text.encode()) > MAX_MESSAGE_BYTES:
        return {"problem": "一度に送信できる長さを超えています。"}
    try:
        return take(Heard(**HeardBody.model_validate(orjson.loads(text)).model_dump()))
    except (orjson.JSONDecodeError, ValidationError):
        return {"problem": "形式が正しくありません。"}
    except MadoguchiError as error:
        return {"problem": error.message}


def _from(websocket: WebSocket) -> int:
    given = websocket.query_params.get("from", "0")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 0
