"""Outermost middleware: `scope["client"]` and `scope["scheme"]` become what the caller's side really is."""

from collections.abc import Sequence

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.security.networks import Network, client_address, within

_SECURE_TWIN = {"http": "https", "ws": "wss"}


def address_of(connection: HTTPConnection) -> str:
    """The caller's address, empty when there is none (a Unix socket)."""
    return connection.client.host if connection.client is not None else ""


class ClientAddressMiddleware:
    """Believes X-Forwarded-For and X-Forwarded-Proto only when the peer is a trusted proxy."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self._app = app
        self._trusted = tuple(trusted)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        peer = scope.get("client")
        if self._trusted and peer is not None and within(peer[0], self._trusted):
            headers = Headers(scope=scope)
            forwarded_for = ",".join(headers.getlist("x-forwarded-for"))
            scope["client"] = (client_address(peer[0], forwarded_for, self._trusted), peer[1])
            if headers.get("x-forwarded-proto", "").lower() == "https":
                scope["scheme"] = _SECURE_TWIN.get(scope["scheme"], scope["scheme"])
        await self._app(scope, receive, send)
