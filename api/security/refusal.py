"""How the security layer says no before a route runs: RFC 9457 problem+json, or a plain page for a browser."""

from collections.abc import Sequence
from html import escape

from fastapi.exceptions import RequestValidationError
from starlette.datastructures import Headers
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from api.security.errors import LoginIncomplete, WaitBefore
from knowledge.errors import InvalidInput, MadoguchiError, Problem, Unauthenticated

_PAGE = (
    '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title></head>'
    "<body><main><h1>{title}</h1><p>{message}</p></main></body></html>"
)


def refusal_headers(error: MadoguchiError) -> dict[str, str]:
    """Retry-After and WWW-Authenticate where the error calls for them."""
    if isinstance(error, WaitBefore):
        return {"retry-after": str(error.retry_after_secs)}
    if isinstance(error, Unauthenticated):
        return {"www-authenticate": "Bearer"}
    return {}


def problem_response(error: MadoguchiError) -> Response:
    """The error as application/problem+json; `stage` tells a login form which step comes next."""
    body: dict[str, object] = {"title": error.title, "status": error.status, "detail": error.message}
    if error.problems:
        body["problems"] = [
            {"message": problem.message, "row": problem.row, "column": problem.column} for problem in error.problems
        ]
    if isinstance(error, LoginIncomplete):
        body["stage"] = error.stage
    return JSONResponse(
        body, status_code=error.status, media_type="application/problem+json", headers=refusal_headers(error)
    )


def invalid_request(error: RequestValidationError) -> InvalidInput:
    """FastAPI's complaint as ours. What was sent is not repeated: it may be a password, or not even valid Unicode."""
    places = [_place(found["loc"]) for found in error.errors()]
    problems = [Problem("値がないか、形式が正しくありません。", column=place) for place in dict.fromkeys(places)]
    return InvalidInput("送信された項目に、値がないか形式が正しくないものがあります。", problems)


def _place(location: Sequence[int | str]) -> str:
    # An unknown key is the caller's own text.
    path = ".".join(str(part) for part in location[1:]) or "body"
    return path.encode("utf-8", "replace").decode()[:100]


def _page_response(error: MadoguchiError) -> Response:
    page = _PAGE.format(title=escape(error.title), message=escape(error.message))
    return HTMLResponse(page, status_code=error.status, headers=refusal_headers(error))


async def refuse(scope: Scope, receive: Receive, send: Send, error: MadoguchiError) -> None:
    """Answer the request with the error; a WebSocket handshake is closed with 1008 (policy violation)."""
    if scope["type"] == "websocket":
        await receive()  # the handshake; closing before it was read is a protocol error
        await send({"type": "websocket.close", "code": 1008, "reason": error.title})
        return
    accepts_html = "text/html" in Headers(scope=scope).get("accept", "")
    wants_page = accepts_html and not scope["path"].startswith("/v1/")
    response = _page_response(error) if wants_page else problem_response(error)
    await response(scope, receive, send)
