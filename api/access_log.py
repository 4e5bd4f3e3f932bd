"""Outermost middleware: counts every request, names it, and writes one line about it without any text of the caller."""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

import orjson
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.metrics import Metrics

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_SILENT = ("/healthz", "/readyz", "/metrics", "/static")
Write = Callable[[bytes], object]


def to_stderr(line: bytes) -> None:
    sys.stderr.buffer.write(line)


class AccessLogMiddleware:
    """The route's template is written and never the path, which a caller chooses. Everything in a line is ours, so it
    need not pass the redactor, which would cost more than the rest of the request."""

    def __init__(self, app: ASGIApp, metrics: Metrics, write: Write | None) -> None:
        self._app = app
        self._metrics = metrics
        self._write = write

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status, request_id = time.perf_counter(), 500, uuid4().hex

        async def noting_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        finally:
            self._note(scope, status, time.perf_counter() - started, request_id)

    def _note(self, scope: Scope, status: int, secs: float, request_id: str) -> None:
        method = scope["method"] if scope["method"] in _METHODS else "OTHER"
        route = getattr(scope.get("route"), "path", "")
        self._metrics.request(method, route, status, secs)
        if self._write is None or scope["path"].startswith(_SILENT):
            return
        line = {
            "timestamp": datetime.now(UTC).isoformat(),
            "level": "info",
            "event": "request",
            "request_id": request_id,
            "method": method,
            "route": route,
            "status": status,
            "took_ms": round(secs * 1e3, 2),
        }
        self._write(orjson.dumps(line) + b"\n")
