"""Every error leaves as application/problem+json, or as a plain page for a person with a browser."""

import logging
from collections.abc import Callable

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import Unexpected, http_problem
from api.security.principal import principal_of
from api.security.refusal import invalid_request, problem_response, refuse
from api.web.error_page import error_page, wants_page
from knowledge.errors import MadoguchiError

ErrorPage = Callable[[Request, MadoguchiError], Response]
_log = logging.getLogger(__name__)


def handle_problems(app: FastAPI, staff_page: ErrorPage) -> None:
    """Install the handlers and, innermost, the net under everything else. `staff_page` is what somebody logged in gets
    for an address under /staff that no route knows."""

    def answer(request: Request, error: MadoguchiError) -> Response:
        if not wants_page(request):
            return problem_response(error)
        return (staff_page if _by_staff(request) else error_page)(request, error)

    async def ours(request: Request, error: Exception) -> Response:
        assert isinstance(error, MadoguchiError)
        if error.status >= 500:
            _log.error("request failed", exc_info=error)
        return answer(request, error)

    async def invalid(request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return answer(request, invalid_request(error))

    async def framework(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        response = answer(request, http_problem(error.status_code))
        response.headers.update(error.headers or {})
        return response

    app.add_exception_handler(MadoguchiError, ours)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, framework)
    app.add_middleware(UnexpectedErrorMiddleware)


def _by_staff(request: Request) -> bool:
    path, principal = request.url.path, principal_of(request)
    return (path == "/staff" or path.startswith("/staff/")) and principal.is_staff and principal.kind == "user"


class UnexpectedErrorMiddleware:
    """What nobody foresaw becomes a 500 without details, inside the security headers; the log has the cause."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = False

        async def noting_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self._app(scope, receive, noting_send)
        except Exception:
            if started:
                raise
            _log.exception("unexpected error")
            error = Unexpected("処理中に予期しない問題が起きました。時間をおいて、もう一度お試しください。")
            await refuse(scope, receive, send, error)
