"""稼働率 month by month, what stopped, and stops that are planned."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.days import Day, day_or_today, next_day
from api.web.staff.desk.context import DeskPages, ReportReader, TicketId
from api.web.staff.notices import see
from api.web.staff.pages import by_field
from api.web.staff.sent import Form
from desk.reports.periods import period_title, report_period
from knowledge.errors import InvalidInput, MadoguchiError

Manager = Annotated[Principal, requires(Permission.SETTINGS_EDIT)]
_PATH = "/staff/desk/availability"
_AHEAD = timedelta(days=366)


def availability_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    stops = screens.desk.stops

    @router.get("/availability")
    def availability(request: Request, who: ReportReader, day: Day = None) -> Response:
        return _page(screens, request, day)

    @router.post("/availability/stops")
    def plan(request: Request, who: Manager, form: Form) -> Response:
        try:
            begins, ends = (form.moment(name) for name in ("begins_at", "ends_at"))
            if begins is None or ends is None:
                raise InvalidInput("始まりと終わりの日時を選んでください。")
            stops.plan(begins, ends, form.text("reason"), who.who)
        except MadoguchiError as error:
            return _page(screens, request, None, error, form.all_texts())
        return see(_PATH, "stop_planned")

    @router.post("/availability/stops/{stop_id}/cancel")
    def cancel(who: Manager, stop_id: TicketId) -> Response:
        stops.cancel(stop_id, who.who)
        return see(_PATH, "stop_cancelled")

    return router


def _page(
    screens: DeskPages,
    request: Request,
    day: Day,
    error: MadoguchiError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    clock = screens.services.clock
    month, one = report_period("monthly", day_or_today(day, clock.today())), timedelta(days=1)
    tables = screens.desk.availability.tables(month)
    context: dict[str, Any] = {
        "title": period_title("monthly", month),
        "before": (month.first - one).isoformat(),
        "after": next_day(month.last, clock.today()),
        "facts": tables[0],
        "gaps": tables[1],
        "stops": screens.desk.stops.entered(month.begins_at, clock.now() + _AHEAD),
        "now": clock.now(),
        "typed": typed or {},
        "manage_permission": Permission.SETTINGS_EDIT,
        "error": error,
        "problems": by_field(error.problems) if error else {},
    }
    return screens.pages.page(request, "desk/availability.html", 200 if error is None else error.status, **context)
