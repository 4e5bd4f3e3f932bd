"""The search log: what was asked (personal data masked), what was found, what people said of it; and the gap list."""

from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.callers import Exporter, UsageReader
from api.web.staff.context import Staff
from api.web.staff.days import Day, days_between
from api.web.staff.downloads import download
from api.web.staff.paging import PAGE_SIZE, PageNumber, Paging, offset_of
from api.web.staff.sent import Form
from api.web.staff.show import ACTION_LABELS, CHANNEL_LABELS
from api.web.staff.usage_pages import UNIT_LABELS, ChannelName, Text, span_of
from knowledge.faq.periods import Period, Unit
from knowledge.faq.usage import LogFilter
from knowledge.text.normalise import clean

PATH = "/staff/search-log"
ActionName = Literal["", "answer", "clarify", "handoff", "refuse"]
Tick = Annotated[Literal["", "1"], Query()]
_DEFAULT_DAYS = 30
_CHART_DAYS = 100
"""More columns than that are too thin to read."""


def log_router(staff: Staff, router: APIRouter) -> APIRouter:
    usage, clock = staff.services.usage, staff.services.clock

    @router.get("/search-log")
    def search_log(
        request: Request,
        who: UsageReader,
        since: Day = None,
        until: Day = None,
        text: Text = "",
        channel: ChannelName = "",
        action: ActionName = "",
        zero_hit: Tick = "",
        page: PageNumber = 1,
    ) -> Response:
        period = _period(since, until, clock.today())
        chosen = {"text": clean(text), "channel": channel, "action": action, "zero_hit": zero_hit}
        wanted = _filter(period, chosen)
        rows, total = usage.log(wanted, offset_of(page), PAGE_SIZE)
        query = {**chosen, "since": period.first.isoformat(), "until": period.last.isoformat()}
        return staff.pages.page(
            request,
            "search_log.html",
            rows=rows,
            days=usage.days(wanted) if total and (period.last - period.first).days < _CHART_DAYS else [],
            paging=Paging(page, total, PATH, query),
            chosen=query,
            channels=CHANNEL_LABELS,
            actions=ACTION_LABELS,
            kept_days=staff.services.settings.store.search_log_days,
        )

    @router.post("/search-log/export")
    def export(request: Request, who: Exporter, form: Form) -> Response:
        period = _period(form.day_or_none("since"), form.day_or_none("until"), clock.today())
        chosen = {name: clean(form.text(name))[:200] for name in ("text", "channel", "action", "zero_hit")}
        return download(usage.export_log(_filter(period, chosen), who.who), "検索ログ", clock.today(), "csv")

    @router.get("/gaps")
    def gaps(request: Request, who: UsageReader, unit: Unit = "month", day: Day = None) -> Response:
        span = span_of("/staff/gaps", unit, day, clock.today())
        found = usage.gaps(span.period)
        nearest = {faq_id for gap in found for faq_id in gap.nearest}
        questions = {faq_id: _question(staff, faq_id) for faq_id in sorted(nearest)}
        context: dict[str, Any] = {"gaps": found, "questions": questions, "units": UNIT_LABELS, "span": span}
        context["ai"] = staff.services.language.wanted("faq_draft")
        return staff.pages.page(request, "gaps.html", **context)

    return router


def _question(staff: Staff, faq_id: str) -> str:
    found = staff.services.faqs.languages(faq_id)
    return found[0].entry.question if found else ""


def _filter(period: Period, chosen: dict[str, str]) -> LogFilter:
    return LogFilter(period, chosen["channel"], chosen["action"], bool(chosen["zero_hit"]), chosen["text"])


def _period(since: date | None, until: date | None, today: date) -> Period:
    return days_between(since, until, today, _DEFAULT_DAYS)
