"""Evaluation runs: start one, see what it changed since another, open the whole report."""

import base64
import re
from hashlib import sha256
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.callers import PlainId
from api.web.staff.context import Staff
from api.web.staff.downloads import download
from api.web.staff.evals.callers import EvalReader, EvalRunner
from api.web.staff.evals.case_pages import CASES
from api.web.staff.evals.dashboard_page import PATH
from api.web.staff.notices import see
from api.web.staff.sent import Form
from eval import labels
from eval.changes import changes
from eval.gate import load_limits
from eval.report import csv_of, headlines
from eval.runs import Run, RunFolder
from eval.service import write_report
from eval.worst import worst
from knowledge.errors import Conflict, NotFound
from knowledge.store.audit import AuditLog

_SHOWN = 12
Other = Annotated[str, Query(max_length=64)]


def run_router(staff: Staff, router: APIRouter) -> APIRouter:
    services = staff.services
    folder = RunFolder(services.folder.root)

    @router.post("/evals/runs")
    def start(request: Request, who: EvalRunner, form: Form) -> Response:
        try:
            staff.evals.runs.start(who.who)
        except Conflict:
            return see(PATH, "eval_going_on")
        except NotFound:
            return see(CASES, "eval_no_cases")
        with services.db.begin() as conn:
            AuditLog(services.clock).append(conn, who.who, "eval.run", services.settings.city)
        return see(PATH, "eval_started")

    @router.get("/evals/runs/{run_id}")
    def run_page(request: Request, who: EvalReader, run_id: PlainId, since: Other = "") -> Response:
        run = folder.load(run_id)
        before = folder.load(since) if since else folder.latest(run.about.suite, run.about.run_id)
        return staff.pages.page(request, "evals/run.html", **_context(staff, run, before))

    @router.get("/evals/runs/{run_id}/report")
    def report(request: Request, who: EvalReader, run_id: PlainId, since: Other = "") -> Response:
        run = folder.load(run_id)
        before = folder.load(since) if since else folder.latest(run.about.suite, run.about.run_id)
        html = write_report(services, run, before).html.read_bytes()
        return Response(html, media_type="text/html", headers={"content-security-policy": _policy(html)})

    @router.get("/evals/runs/{run_id}/csv")
    def cases_csv(request: Request, who: EvalReader, run_id: PlainId) -> Response:
        run = folder.load(run_id)
        return download(csv_of(run.rows), f"評価_{run.about.run_id}", services.clock.today(), "csv")

    return router


def _context(staff: Staff, run: Run, before: Run | None) -> dict[str, Any]:
    found = changes(before.rows, run.rows) if before else None
    entries = {e.key: e for e in staff.services.faqs.published()}
    made = reversed(RunFolder(staff.services.folder.root).abouts(run.about.suite))
    others = [one for one in made if one.run_id != run.about.run_id]
    return {
        "run": run,
        "before": before,
        "figures": headlines(run.summary, load_limits(), found),
        "changes": found,
        "worst": worst(run.rows, entries, _SHOWN),
        "others": others,
        "labels": labels,
        "shown": _SHOWN,
    }


def _policy(html: bytes) -> str:
    """Only the report's own style sheet, named by its hash; no script, nothing from anywhere."""
    found = re.search(rb"<style>(.*?)</style>", html, re.S)
    digest = base64.b64encode(sha256(found.group(1) if found else b"").digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; frame-ancestors 'none'; base-uri 'none'; "
        "form-action 'none'"
    )
