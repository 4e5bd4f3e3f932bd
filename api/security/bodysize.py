"""No request body above the limit reaches a route, whether its length is announced or not."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.security.errors import BodyTooLarge
from api.security.refusal import refuse


class BodySizeMiddleware:
    """Answers 413 by Content-Length at once, else as soon as the counted bytes exceed the limit."""

    def __init__(self, app: ASGIApp, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isascii() and announced.isdigit() and int(announced[:20]) > self._max_bytes:
            await refuse(scope, receive, send, self._error())
            return
        await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        received = 0
        started = refused = False

        async def counting_receive() -> Message:
            nonlocal received, refused
            if refused:
                return {"type": "http.disconnect"}
            message = await receive()
            received += len(message.get("body", b""))
            if received <= self._max_bytes:
                return message
            refused = True
            if not started:
                await refuse(scope, receive, send, self._error())
            return {"type": "http.disconnect"}

        async def send_unless_refused(message: Message) -> None:
            nonlocal started
            if not refused:
                started = True
                await send(message)

        try:
            await self._app(scope, counting_receive, send_unless_refused)
        except Exception:
            # The route saw a caller who hung up and may complain about it; the caller already has the 413.
            if not refused:
                raise

    def _error(self) -> BodyTooLarge:
        return BodyTooLarge(f"一度に送信できるデータは{self._max_bytes // 1024}KBまでです。分割して送信してください。")
