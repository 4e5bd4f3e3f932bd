"""Alerts to supervisors: what waits now (part of the watch page), the list with how right each rule was, the evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, Path, Query, Request
from starlette.responses import Response

from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.days import Day, days_asked
from api.web.staff.desk.assist_context import WATCH, AssistPages, RecordId, Supervisor
from api.web.staff.downloads import CSV, DOCX, download
from api.web.staff.notices import see
from api.web.staff.sent import Form
from desk.alerts.csv_file import alerts_csv
from desk.alerts.model import OUTCOME_LABELS, STEP_LABELS, StepKind
from desk.alerts.rows import AlertFilter
from desk.assist.model import AssistState
from desk.reports.alerts import alert_figures
from knowledge.errors import InvalidInput
from knowledge.faq.periods import Period

Exporter = Annotated[Principal, requires(Permission.INTERACTION_EXPORT)]
AlertId = Annotated[str, Path(max_length=32, pattern=r"^[0-9a-f]+$")]
Result = Annotated[Literal["", "none", "correct", "wrong", "handled"], Query()]
Name = Annotated[str, Query(max_length=128)]
PATH = "/staff/desk/alerts"
_DEFAULT_DAYS = 31
_SHOWN = 200
_MOST = 10_000
_RESULTS = {"none": "まだ", **OUTCOME_LABELS}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which alerts are asked for, as it stands in the address."""

    first: Day = None
    last: Day = None
    rule: Name = ""
    result: Result = ""
    operator: Name = ""

    def period(self, today: date) -> Period:
        return days_asked(self.first, self.last, today, _DEFAULT_DAYS)

    def filter(self, period: Period) -> AlertFilter:
        outcome: Any = {"": None, "none": ""}.get(self.result, self.result)
        return AlertFilter(period.begins_at, period.ends_at, self.rule, outcome, self.operator.strip())


WantedOf = Annotated[Wanted, Depends()]


def alert_router(screens: AssistPages, router: APIRouter) -> APIRouter:
    _add_open(screens, router)
    _add_list(screens, router)

    @router.get("/records/{record_id}/evidence")
    def evidence(who: Exporter, record_id: RecordId) -> Response:
        data = screens.desk.evidence.make(record_id, who.who)
        return download(data, f"記録のまとめ_{record_id}", screens.services.clock.today(), "docx", DOCX)

    return router


def shown_alerts(screens: AssistPages, live: Sequence[AssistState]) -> dict[str, Any]:
    """What the part with the open alerts needs; `live` leads from a call to its conversation."""
    alerts = screens.desk.alerts
    return {
        "alerts": alerts.open_now(),
        "sessions": {one.call_id: one.session_id for one in live},
        "snooze_minutes": alerts.snooze_minutes,
    }


def _add_open(screens: AssistPages, router: APIRouter) -> None:
    desk = screens.desk

    def part(request: Request) -> Response:
        shown = shown_alerts(screens, desk.assist.live())
        response = screens.pages.page(request, "desk/alerts_open.html", **shown)
        response.headers["cache-control"] = "no-store"
        return response

    @router.get("/alerts/open")
    def open_alerts(request: Request, who: Supervisor) -> Response:
        return part(request)

    @router.post("/alerts/{alert_id}")
    def step(request: Request, who: Supervisor, alert_id: AlertId, form: Form) -> Response:
        kind: StepKind | None = next((one for one in get_args(StepKind) if one == form.text("step")), None)
        if kind is None:
            raise InvalidInput("することを選んでください。")
        desk.alerts.step(alert_id, kind, who.who, form.text("note"))
        if "hx-request" in request.headers:
            return part(request)
        return see(WATCH if form.text("back") == "live" else PATH, "alert_stepped")


def _add_list(screens: AssistPages, router: APIRouter) -> None:
    desk, clock = screens.desk, screens.services.clock

    @router.get("/alerts")
    def alerts(request: Request, who: Supervisor, wanted: WantedOf) -> Response:
        period = wanted.period(clock.today())
        with screens.services.db.read() as conn:
            figures = alert_figures(conn, period)
        context: dict[str, Any] = {
            "rows": desk.alerts.find(wanted.filter(period), _SHOWN),
            "most": _SHOWN,
            "figures": figures,
            "period": period,
            "picked": {"rule": wanted.rule, "result": wanted.result, "operator": wanted.operator},
            "rules": {one: one for one in dict.fromkeys([*desk.alerts.rules, *(one.rule for one in figures)])},
            "results": _RESULTS,
            "steps": STEP_LABELS,
            "query": request.url.query,
        }
        return screens.pages.page(request, "desk/alerts.html", **context)

    @router.get("/alert-file")
    def file(who: Supervisor, wanted: WantedOf) -> Response:
        found = desk.alerts.find(wanted.filter(wanted.period(clock.today())), _MOST)
        return download(alerts_csv(found), "責任者への知らせ", clock.today(), "csv", CSV)
