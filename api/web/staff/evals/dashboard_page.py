"""How good the answers are: the newest run against targets and the last one, the trend, worst FAQ, gaps, real use."""

from datetime import timedelta
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from api.web.staff.context import Staff
from api.web.staff.evals.callers import EvalReader
from eval import tables
from eval.changes import changes
from eval.gate import load_limits
from eval.production import production_figures
from eval.report import headlines, trend_chart
from eval.runs import RunFolder
from eval.suites import suite_of
from eval.worst import worst_faqs
from knowledge.faq.periods import Period, period_of

PATH = "/staff/evals"
_PRODUCTION_DAYS = 30
_GAPS = 5


def dashboard_router(staff: Staff, router: APIRouter) -> APIRouter:
    services = staff.services

    @router.get("/evals")
    def dashboard(request: Request, who: EvalReader) -> Response:
        today = services.clock.today()
        period = Period(today - timedelta(days=_PRODUCTION_DAYS - 1), today)
        context: dict[str, Any] = {
            **_newest(staff),
            "job": staff.evals.runs.job,
            "suite": suite_of(services),
            "gaps": services.usage.gaps(period_of(today, "month"))[:_GAPS],
            "production": production_figures(services, period),
            "period": period,
        }
        return staff.pages.page(request, "evals/dashboard.html", **context)

    @router.get("/evals/progress")
    def progress(request: Request, who: EvalReader) -> Response:
        """The part of the page that shows a run going on; at its end the whole page is read again."""
        job = staff.evals.runs.job
        if job is None or not job.going_on:
            return Response(status_code=204, headers={"HX-Refresh": "true"})
        return staff.pages.page(request, "evals/progress.html", job=job)

    return router


def _newest(staff: Staff) -> dict[str, Any]:
    """The newest run of the city's suite with what belongs to it; `run` is None before the first."""
    services = staff.services
    folder, name = RunFolder(services.folder.root), services.settings.city
    run = folder.latest(name)
    before = folder.latest(name, run.about.run_id) if run else None
    with services.db.read() as conn:
        trend = tables.trend(conn, name)
    if run is None:
        return {"run": None, "figures": (), "worst": (), "questions": {}, "trend": (), "chart": ""}
    found = changes(before.rows, run.rows) if before else None
    worst = worst_faqs(run.rows)
    return {
        "run": run,
        "before": before,
        "figures": headlines(run.summary, load_limits(), found),
        "worst": worst,
        "questions": {one.faq_id: _question(staff, one.faq_id) for one in worst},
        "trend": list(reversed(trend)),
        "chart": Markup(trend_chart(trend)),  # noqa: S704 - built by eval.charts, escaped
    }


def _question(staff: Staff, faq_id: str) -> str:
    found = staff.services.faqs.languages(faq_id)
    return found[0].entry.question if found else "（今はありません）"
