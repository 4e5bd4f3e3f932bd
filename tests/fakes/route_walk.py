"""Walks every route of an app as every role: what the permission table refuses, the running app must refuse.

Used on the whole product by one test; a new route without a declaration makes it fail.
"""

import re
from collections.abc import Mapping

import httpx
from fastapi import FastAPI
from starlette.types import Message

from api.security.accounts import Accounts
from api.security.declare import RoutePermission, route_permissions
from api.security.permissions import Role, permissions_of
from api.security.principal import ANONYMOUS, Principal

_PARAMETER = re.compile(r"\{[^}]+\}")
_CLOSED = (401, 403)


async def walk_routes(app: FastAPI, accounts: Accounts) -> list[str]:
    """Every defect found, as text: undeclared routes, and routes open to a role that the table keeps out.

    Only refusals are tried for real (a permitted request would run the route); that a permitted role gets in is
    what the routes' own tests show. Callers are API keys, one for each role, and a caller without credentials.
    """
    routes = route_permissions(app)
    defects = [f"{route.method} {route.path}: no declaration" for route in routes if route.declaration is None]
    callers = _callers(accounts)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://testserver") as client:
        for route in routes:
            for name, (principal, headers) in callers.items():
                if route.declaration is None or route.declaration.allows(principal):
                    continue
                status = await _status(app, client, route, headers)
                if status not in _CLOSED:
                    defects.append(f"{route.method} {route.path}: open to {name} ({status})")
    return defects


def _callers(accounts: Accounts) -> dict[str, tuple[Principal, Mapping[str, str]]]:
    callers: dict[str, tuple[Principal, Mapping[str, str]]] = {"anonymous": (ANONYMOUS, {})}
    for role in Role:
        key, _ = accounts.keys.create("system", f"walk-{role}", role)
        principal = Principal("key", role, role, permissions_of(role))
        callers[role] = (principal, {"authorization": f"Bearer {key}"})
    return callers


async def _status(app: FastAPI, client: httpx.AsyncClient, route: RoutePermission, headers: Mapping[str, str]) -> int:
    path = _PARAMETER.sub("1", route.path)
    if route.method != "WEBSOCKET":
        return (await client.request(route.method, path, headers=dict(headers))).status_code
    return await handshake_status(app, path, headers)


async def handshake_status(app: FastAPI, path: str, headers: Mapping[str, str]) -> int:
    """403 when a WebSocket handshake is refused, 101 when it is accepted."""
    sent: list[Message] = []
    incoming = iter([{"type": "websocket.connect"}])

    async def receive() -> Message:
        return next(incoming, {"type": "websocket.disconnect", "code": 1000})

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "scheme": "ws",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"testserver"), *((k.lower().encode(), v.encode()) for k, v in headers.items())],
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 80),
        "subprotocols": [],
        "state": {},
    }
    await app(scope, receive, send)
    return 101 if any(message["type"] == "websocket.accept" for message in sent) else 403
