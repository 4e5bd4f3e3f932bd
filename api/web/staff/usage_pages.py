"""How the FAQ are used: rankings with bars, the usage report, FAQ nobody uses."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.callers import UsageReader
from api.web.staff.context import Staff
from api.web.staff.days import Day, day_or_today, next_day
from api.web.staff.faq_list_pages import category_names
from api.web.staff.show import CHANNEL_LABELS
from knowledge.faq.periods import Period, Unit, period_of
from knowledge.faq.usage_reports import By
from knowledge.text.normalise import clean

BY_LABELS: dict[By, str] = {"use": "使用回数", "view": "閲覧回数", "word": "検索語"}
UNIT_LABELS: dict[Unit, str] = {"day": "日", "week": "週（月曜始まり）", "month": "月"}
Text = Annotated[str, Query(max_length=200)]
ChannelName = Literal["", "operator", "web", "voice"]


@dataclass(frozen=True, slots=True)
class Span:
    """The period shown and the links to the one before and after; no `after` that has not begun: nothing was used in it."""

    unit: Unit
    period: Period
    before: str
    after: str

    @property
    def day(self) -> date:
        return self.period.first


def span_of(path: str, unit: Unit, day: date | None, today: date, **query: str) -> Span:
    period = period_of(day_or_today(day, today), unit)

    def link(other: date) -> str:
        values = {**query, "unit": unit, "day": other.isoformat()}
        return f"{path}?{urlencode({name: value for name, value in values.items() if value})}"

    after = next_day(period.last, today)
    return Span(unit, period, link(period.first - timedelta(days=1)), link(after) if after else "")


def usage_router(staff: Staff, router: APIRouter) -> APIRouter:
    usage, clock = staff.services.usage, staff.services.clock

    @router.get("/rankings")
    def rankings(
        request: Request,
        who: UsageReader,
        by: By = "use",
        unit: Unit = "week",
        day: Day = None,
        category: Text = "",
        channel: ChannelName = "",
    ) -> Response:
        kept = {"by": by, "category": clean(category), "channel": channel}
        span = span_of("/staff/rankings", unit, day, clock.today(), **kept)
        ranked = usage.ranking(by, span.period, kept["category"], channel, limit=30)
        return staff.pages.page(
            request,
            "rankings.html",
            span=span,
            chosen=kept,
            ranked=ranked,
            most=max((one.count for one in ranked), default=1),
            by_labels=BY_LABELS,
            units=UNIT_LABELS,
            categories=category_names(staff)[0],
            channels=CHANNEL_LABELS,
        )

    @router.get("/usage-report")
    def usage_report(request: Request, who: UsageReader, unit: Unit = "month", day: Day = None) -> Response:
        span = span_of("/staff/usage-report", unit, day, clock.today())
        before = period_of(span.period.first - timedelta(days=1), unit)
        report, previous = usage.report(span.period), usage.report(before)
        context: dict[str, Any] = {"report": report, "previous": previous, "units": UNIT_LABELS, "span": span}
        return staff.pages.page(request, "usage_report.html", **context)

    @router.get("/unused")
    def unused(request: Request, who: UsageReader, unit: Unit = "month", day: Day = None) -> Response:
        span = span_of("/staff/unused", unit, day, clock.today())
        report = usage.report(span.period)
        return staff.pages.page(request, "unused.html", report=report, units=UNIT_LABELS, span=span)

    return router
