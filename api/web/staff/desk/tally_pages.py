"""Numbers counted by hand: a day's entries, and what the month has so far."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.days import Day, day_or_today, next_day
from api.web.staff.desk.context import DeskPages, ReportReader
from api.web.staff.notices import see
from api.web.staff.pages import by_field
from api.web.staff.sent import Form, Sent
from desk.reports.periods import period_title, report_period
from desk.reports.tables import tally_table
from knowledge.errors import InvalidInput, MadoguchiError, Problem
from knowledge.text.normalise import normalise

Counter = Annotated[Principal, requires(Permission.TALLY_WRITE)]
_PATH = "/staff/desk/tallies"


def tally_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    tallies = screens.desk.tallies

    @router.get("/tallies")
    def page(request: Request, who: ReportReader, day: Day = None) -> Response:
        return _page(screens, request, day_or_today(day, screens.services.clock.today()))

    @router.post("/tallies")
    def enter(request: Request, who: Counter, form: Form) -> Response:
        try:
            day = form.day("day", "日を選んでください。")
            tallies.enter(day, _numbers(form, list(tallies.items)), who.who)
        except MadoguchiError as error:
            return _page(screens, request, screens.services.clock.today(), error, form.all_texts())
        return see(_PATH, "tally_saved", day=day.isoformat())

    return router


def _numbers(form: Sent, items: list[str]) -> dict[str, int]:
    """Fields left empty are not entered: no number is not zero."""
    found: dict[str, int] = {}
    for place, item in enumerate(items):
        text = normalise(form.text(f"item-{place}")).replace(",", "").strip()
        if not text:
            continue
        if not (text.isascii() and text.isdigit() and len(text) < 8):
            message = f"「{item}」には整数を入力してください。"
            raise InvalidInput(message, [Problem(message, column=f"item-{place}")])
        found[item] = int(text)
    return found


def _page(
    screens: DeskPages,
    request: Request,
    day: date,
    error: MadoguchiError | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    tallies = screens.desk.tallies
    month = report_period("monthly", day)
    entered = tallies.entered(month)
    on_day = {one.item: str(one.number) for one in entered if one.day == day}
    shown = {f"item-{place}": on_day.get(item, "") for place, item in enumerate(tallies.items)}
    context: dict[str, Any] = {
        "title": period_title("monthly", month),
        "before": (month.first - timedelta(days=1)).isoformat(),
        "after": next_day(month.last, screens.services.clock.today()),
        "items": tallies.items,
        "entered": entered,
        "totals": tally_table(entered),
        "typed": typed or {"day": day.isoformat(), **shown},
        "write_permission": Permission.TALLY_WRITE,
        "error": error,
        "problems": by_field(error.problems) if error else {},
    }
    return screens.pages.page(request, "desk/tallies.html", 200 if error is None else error.status, **context)
