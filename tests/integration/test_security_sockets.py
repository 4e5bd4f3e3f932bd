"""A WebSocket does not outlive the login it was opened with."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.types import Message, Receive, Scope, Send

from api.security.middleware import PrincipalMiddleware
from api.security.open_sockets import POLICY_VIOLATION, OpenSocketsMiddleware
from api.security.permissions import Role
from api.security.principal import ANONYMOUS, SCOPE_KEY, Principal
from api.security.protect import protect
from knowledge.settings import PublicSettings, ServerSettings
from knowledge.store.database import Database
from tests.fakes.accounts import House, open_house

End = Callable[[House, str], object]


@pytest.fixture
def house(database: Database) -> House:
    return open_house(database)


class Line:
    """The far end of a socket: what the server sends, and what it is sent."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[Message] = asyncio.Queue()
        self.heard: asyncio.Queue[Message] = asyncio.Queue()

    async def said_next(self) -> Message:
        return await asyncio.wait_for(self.said.get(), 20)

    async def say(self, text: str) -> Message:
        await self.heard.put({"type": "websocket.receive", "text": text})
        return await self.said_next()


async def _echo(_scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.accept"})
    while (message := await receive())["type"] == "websocket.receive":
        await send({"type": "websocket.send", "text": message["text"]})
    assert message["code"] == POLICY_VIOLATION
    with pytest.raises(OSError, match="cut"):
        await send({"type": "websocket.send", "text": "too late"})


async def _open(house: House, principal: Principal, token: str = "") -> tuple[Line, "asyncio.Task[None]"]:
    line = Line()
    cookie = [(b"cookie", f"madoguchi_session={token}".encode())]
    scope: Scope = {"type": "websocket", "scheme": "ws", "path": "/", "headers": cookie, SCOPE_KEY: principal}
    app = OpenSocketsMiddleware(_echo, house.accounts, every_secs=0.01)
    task = asyncio.create_task(app(scope, line.heard.get, line.said.put))
    assert (await line.said_next())["type"] == "websocket.accept"
    return line, task


def _logged_in(house: House) -> tuple[str, Principal]:
    house.user("hanako", Role.OPERATOR)
    token = house.login("hanako")
    principal = house.accounts.sessions.resolve(token)
    assert principal is not None
    return token, principal


@pytest.mark.parametrize(
    "end",
    [
        lambda house, token: house.accounts.sessions.logout(token),
        lambda house, token: house.accounts.sessions.logout_everywhere("kanri", "hanako"),
        lambda house, token: house.accounts.users.change("kanri", "hanako", active=False),
        lambda house, token: house.accounts.users.change("kanri", "hanako", role=Role.VIEWER),
        lambda house, token: house.clock.advance(timedelta(minutes=31)),
    ],
    ids=["logout", "everywhere", "disabled", "role", "timeout"],
)
async def test_the_end_of_the_login_cuts_the_socket(house: House, end: End) -> None:
    token, principal = _logged_in(house)
    line, task = await _open(house, principal, token)
    assert (await line.say("もしもし"))["text"] == "もしもし"
    while house.accounts.sessions.lives(token) and not task.done():
        await asyncio.to_thread(end, house, token)
    assert await line.said_next() == {"type": "websocket.close", "code": POLICY_VIOLATION, "reason": "login ended"}
    await asyncio.wait_for(task, 20)


async def test_a_revoked_key_cuts_the_socket(house: House) -> None:
    key, info = house.accounts.keys.create("kanri", "pbx", Role.OPERATOR)
    line, task = await _open(house, house.accounts.keys.verify(key))
    assert (await line.say("一"))["text"] == "一"
    await asyncio.to_thread(house.accounts.keys.revoke, "kanri", info.key_id)
    assert (await line.said_next())["code"] == POLICY_VIOLATION
    await asyncio.wait_for(task, 20)


async def test_speaking_keeps_the_session_alive_and_silence_does_not(house: House) -> None:
    token, principal = _logged_in(house)
    line, task = await _open(house, principal, token)
    for _ in range(4):
        house.clock.advance(timedelta(minutes=20))
        while house.accounts.sessions.list_of(principal.user_id or 0)[0].last_seen_at < house.clock.now():
            await line.say("続けます")
    house.clock.advance(timedelta(minutes=31))
    assert (await line.said_next())["code"] == POLICY_VIOLATION
    await asyncio.wait_for(task, 20)


async def test_sockets_of_the_public_pass_untouched(house: House) -> None:
    line, task = await _open(house, ANONYMOUS)
    assert (await line.say("質問"))["text"] == "質問"
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_every_app_that_is_protected_has_the_watch(house: House) -> None:
    app = Starlette()
    protect(app, house.accounts, ServerSettings(), PublicSettings())
    order: list[object] = [one.cls for one in app.user_middleware]
    assert order.index(PrincipalMiddleware) < order.index(OpenSocketsMiddleware), "the principal is resolved outside"
