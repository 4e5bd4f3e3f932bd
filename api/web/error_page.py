"""The page a browser gets instead of problem+json."""

from starlette.requests import Request
from starlette.responses import Response

from api.security.refusal import refusal_headers
from api.web.pages import render
from knowledge.errors import MadoguchiError


def wants_page(request: Request) -> bool:
    """A browser outside the JSON interface."""
    return "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/")


def error_page(request: Request, error: MadoguchiError) -> Response:
    response = render(request, "error.html", {"error": error}, status_code=error.status)
    response.headers.update(refusal_headers(error))
    return response
