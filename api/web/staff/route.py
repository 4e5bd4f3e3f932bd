"""How a staff page says no: to the login page, to the next step of a login, or a page that says what to do."""

from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from api.security.errors import LoginIncomplete
from api.security.principal import principal_of
from api.security.refusal import refusal_headers
from api.web.staff.pages import Pages
from knowledge.errors import Forbidden, MadoguchiError, NotFound, Unauthenticated
from knowledge.ports import Clock
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database

Handler = Callable[[Request], Coroutine[Any, Any, Response]]
STEP_PAGES = {"second_factor": "/login/code", "enrolment": "/login/enrolment"}


def staff_router(pages: Pages, db: Database, clock: Clock) -> Callable[[str], APIRouter]:
    """A maker of routers whose errors are pages for people. Programs that ask for JSON get problem+json as elsewhere."""
    audit = AuditLog(clock)

    class StaffRoute(APIRoute):
        def get_route_handler(self) -> Handler:
            inner = super().get_route_handler()

            async def handle(request: Request) -> Response:
                try:
                    return await inner(request)
                except RequestValidationError as exc:
                    if not _is_browser(request):
                        raise
                    error = NotFound("ページのアドレスか条件が正しくありません。メニューから選び直してください。")
                    error.__cause__ = exc
                    return _refusal(pages, request, error)
                except MadoguchiError as error:
                    if isinstance(error, Forbidden) and principal_of(request).is_staff:
                        await run_in_threadpool(_record_denial, db, audit, request, self.path)
                    if not _is_browser(request):
                        raise
                    return _refusal(pages, request, error)

            return handle

    def make(prefix: str) -> APIRouter:
        return APIRouter(prefix=prefix, route_class=StaffRoute, include_in_schema=False)

    return make


def error_page_in(pages: Pages) -> Callable[[Request, MadoguchiError], Response]:
    """The same page for errors that no staff route raised, such as an address that does not exist."""
    return lambda request, error: _refusal(pages, request, error)


def local_path(wanted: str) -> str:
    """Where to go after the login: a path of ours, or the start page."""
    plain = wanted.startswith("/staff") and wanted.isascii() and wanted.isprintable() and "\\" not in wanted
    return wanted if plain else "/staff"


def _is_browser(request: Request) -> bool:
    return "text/html" in request.headers.get("accept", "") or "hx-request" in request.headers


def _refusal(pages: Pages, request: Request, error: MadoguchiError) -> Response:
    where = _login_page(request, error)
    if where and "hx-request" in request.headers:
        return Response(status_code=204, headers={"HX-Redirect": where})
    if where and request.method == "GET":
        return RedirectResponse(where, status_code=303)
    response = pages.page(request, "error.html", error.status, error=error, login=where)
    response.headers.update(refusal_headers(error))
    return response


def _login_page(request: Request, error: MadoguchiError) -> str:
    """The page that has to come first, empty when logging in would not help."""
    if isinstance(error, LoginIncomplete):
        return STEP_PAGES.get(error.stage, "/login")
    if not isinstance(error, Unauthenticated):
        return ""
    if request.method != "GET" or request.url.path == "/staff":
        return "/login"
    query = f"?{request.url.query}" if request.url.query else ""
    return f"/login?{urlencode({'next': request.url.path + query})}"


def _record_denial(db: Database, audit: AuditLog, request: Request, path: str) -> None:
    with db.begin() as conn:
        audit.append(conn, principal_of(request).who, "access.denied", f"{request.method} {path}"[:255])
