"""Renders templates with what every page needs: the city, the language, the words, the form token."""

from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from api.doors import Doors
from api.security.csrf import csrf_token_of
from api.web.prose import linked, phone_link, prose
from api.web.words import known_language, language_names, words
from knowledge.clock import JST

HERE = Path(__file__).parent
STATIC = HERE / "static"


def render(request: Request, name: str, context: dict[str, Any], status_code: int = 200) -> Response:
    """The template as a page in the request's language (`?lang=`), unless `context` sets another."""
    doors: Doors = request.app.state.doors
    lang = known_language(context.get("lang") or request.query_params.get("lang"))
    common = {
        "lang": lang,
        "words": words(lang),
        "languages": language_names(),
        "city": doors.services.profile,
        "csrf_token": csrf_token_of(request),
        "path": request.url.path,
        "announcement": doors.phone.emergency,
    }
    page = templates().get_template(name).render({**common, **context, "lang": lang})
    return HTMLResponse(page, status_code=status_code, headers={"content-language": lang})


@cache
def templates() -> Environment:
    """One environment; staff pages add templates to the same folder."""
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"prose": prose, "linked": linked, "tel": phone_link, "japan_minute": _japan_minute}
    environment.globals |= {"static": static_url, "link": link}
    return environment


def _japan_minute(at: datetime) -> str:
    local = at.astimezone(JST)
    return f"{local.year}年{local.month}月{local.day}日{local.hour}時{local.minute:02d}分"


@cache
def static_url(path: str) -> str:
    """Address of a static file that changes with its content, so that browsers may keep it for long."""
    mark = sha256((STATIC / path).read_bytes()).hexdigest()[:10]
    return f"/static/{path}?v={mark}"


def link(path: str, **parameters: str) -> str:
    """`path` with the parameters that are not empty; Japanese, the default, is never written out."""
    kept = {name: value for name, value in parameters.items() if value and (name, value) != ("lang", "ja")}
    return f"{path}?{urlencode(kept)}" if kept else path


class CachedStaticFiles(StaticFiles):
    """Static files under their content-marked addresses."""

    def file_response(self, full_path: Any, stat_result: Any, scope: Scope, status_code: int = 200) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        marked = b"v=" in scope.get("query_string", b"")
        response.headers["cache-control"] = "public, max-age=31536000, immutable" if marked else "no-cache"
        return response
