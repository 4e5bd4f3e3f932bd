"""A WebSocket ends with the login or key it was opened with: logout, a stopped account, a changed role or a revoked key
cut it within a second, as they refuse the next request."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.security.accounts import Accounts
from api.security.cookies import session_token
from api.security.principal import Principal, principal_of

CHECK_EVERY_SECS = 1.0
POLICY_VIOLATION = 1008
Check = Callable[[bool], bool]
"""Whether the credential still holds; the argument says that the socket was used since the last check."""


class OpenSocketsMiddleware:
    """Runs after PrincipalMiddleware. Sockets of the public are left alone: they hold no credential."""

    def __init__(self, app: ASGIApp, accounts: Accounts, every_secs: float = CHECK_EVERY_SECS) -> None:
        self._app = app
        self._accounts = accounts
        self._every_secs = every_secs

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or not principal_of(connection := HTTPConnection(scope)).is_staff:
            await self._app(scope, receive, send)
            return
        check = _check_of(self._accounts, principal_of(connection), session_token(connection))
        socket = _Socket(receive, send)
        watch = asyncio.create_task(socket.watch(check, self._every_secs))
        try:
            await self._app(scope, socket.receive, socket.send)
        finally:
            watch.cancel()
            with suppress(asyncio.CancelledError):
                await watch


def _check_of(accounts: Accounts, principal: Principal, token: str) -> Check:
    """Speaking through the socket is work: it keeps a session from timing out as a click would."""
    if principal.kind == "key":
        return lambda used: accounts.keys.lives(principal.key_id)
    return lambda used: accounts.sessions.resolve(token) is not None if used else accounts.sessions.lives(token)


class _Socket:
    """Both ends of one socket, until it is cut: then the application sees a far end that has gone."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._cut = asyncio.Event()
        self._used = False
        self._closed = False

    async def watch(self, check: Check, every_secs: float) -> None:
        while True:
            await asyncio.sleep(every_secs)
            used, self._used = self._used, False
            if not await run_in_threadpool(check, used):
                break
        self._cut.set()
        if not self._closed:
            self._closed = True
            with suppress(OSError, RuntimeError):  # the far end was faster
                await self._send({"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "login ended"})

    async def receive(self) -> Message:
        message = asyncio.ensure_future(self._receive())
        cut = asyncio.ensure_future(self._cut.wait())
        try:
            await asyncio.wait((message, cut), return_when=asyncio.FIRST_COMPLETED)
            if self._cut.is_set():
                return {"type": "websocket.disconnect", "code": POLICY_VIOLATION}
            self._used = True
            return message.result()
        finally:
            for task in (message, cut):
                task.cancel()

    async def send(self, message: Message) -> None:
        if self._closed and self._cut.is_set():
            raise OSError("the socket was cut")
        self._closed = self._closed or message["type"] == "websocket.close"
        await self._send(message)
