"""Makes the staff pages: Jinja2 templates inside one layout, with the menu of the person who looks."""

from collections.abc import Sequence
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from api.doors import Doors
from api.security.csrf import csrf_token_of
from api.security.principal import principal_of
from api.web.pages import static_url
from api.web.staff.navigation import is_here, menu_for
from api.web.staff.notices import NOTICES, WARNINGS
from api.web.staff.show import FILTERS
from knowledge.bootstrap import Services
from knowledge.errors import MadoguchiError, Problem
from knowledge.ports import Clock


class Pages:
    """`city` is named in every header, so that staff of several cities see where they are."""

    def __init__(self, city: str, clock: Clock, oidc: bool = False) -> None:
        self._environment = Environment(
            loader=PackageLoader("api.web", "templates"),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters.update(FILTERS)
        self._environment.globals.update(city=city, oidc=oidc, is_here=is_here, static=static_url)
        self._clock = clock

    def page(self, request: Request, template: str, status: int = 200, **context: Any) -> HTMLResponse:
        """A whole page, or the part of one that htmx asked for."""
        principal = principal_of(request)
        doors: Doors = request.app.state.doors
        done = request.query_params.get("done", "") if request.method == "GET" else ""
        shared = {
            "path": request.url.path,
            "principal": principal,
            "may": principal.may,
            "menu": menu_for(principal) if principal.is_staff else [],
            "csrf_token": csrf_token_of(request),
            "notice": NOTICES.get(done, ""),
            "notice_warns": done in WARNINGS,
            "today": self._clock.today(),
            "emergency": doors.phone.emergency,
            "error": None,
        }
        text = self._environment.get_template(f"staff/{template}").render(**{**shared, **context})
        return HTMLResponse(text, status)

    def refused(self, request: Request, template: str, error: MadoguchiError, **context: Any) -> HTMLResponse:
        """The form again with what was typed, the error above it and beside its fields."""
        shown = {**context, "error": error, "problems": by_field(error.problems)}
        return self.page(request, template, error.status, **shown)


def pages_of(services: Services) -> Pages:
    """As the settings and the city's profile want them."""
    return Pages(services.profile.city, services.clock, oidc=bool(services.settings.security.oidc_issuer))


def by_field(problems: Sequence[Problem]) -> dict[str, list[str]]:
    """Messages by the field they belong to."""
    found: dict[str, list[str]] = {}
    for problem in problems:
        found.setdefault(problem.column or "", []).append(problem.message)
    return found
