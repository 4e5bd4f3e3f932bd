"""Security headers on every response: a strict CSP (nothing inline), HSTS under TLS, no caching of staff pages."""

import re
from functools import lru_cache

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HOST = re.compile(r"[A-Za-z0-9.\-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:]{2,39}\](:\d{1,5})?")

_FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "microphone=(self), camera=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
_HSTS = "max-age=31536000; includeSubDomains"


@lru_cache(maxsize=64)
def content_security_policy(host: str, secure: bool) -> str:
    """The policy for a page served under `host`.

    The socket origin is spelled out because not every browser in use takes 'self' to cover ws: and wss:.
    """
    socket = f" {'wss' if secure else 'ws'}://{host}" if _HOST.fullmatch(host) else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'{socket}; media-src 'self' blob:; worker-src 'self'; manifest-src 'self'; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"
    )


class SecurityHeadersMiddleware:
    """Adds what the response does not set itself. Static files keep their caching; all else is never stored."""

    def __init__(self, app: ASGIApp, cacheable_prefixes: tuple[str, ...] = ("/static/",)) -> None:
        self._app = app
        self._cacheable = cacheable_prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        secure = scope["scheme"] == "https"
        host = Headers(scope=scope).get("host", "")
        cacheable = scope["path"].startswith(self._cacheable)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", ()))
                given = {name.lower() for name, _ in headers}
                ours = _headers(host, secure, cacheable)
                message["headers"] = [*headers, *(header for header in ours if header[0] not in given)]
            await send(message)

        await self._app(scope, receive, send_with_headers)


@lru_cache(maxsize=128)
def _headers(host: str, secure: bool, cacheable: bool) -> tuple[tuple[bytes, bytes], ...]:
    """As they are sent."""
    ours = {**_FIXED, "content-security-policy": content_security_policy(host, secure)}
    if secure:
        ours["strict-transport-security"] = _HSTS
    if not cacheable:
        ours["cache-control"] = "no-store"
    return tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in ours.items())
