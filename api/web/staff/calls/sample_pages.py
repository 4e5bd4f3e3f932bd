"""Audit samples of calls and of answers on the public page: draw, judge blind, see the agreement, decide where the two
disagree."""

import csv
import io
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.permissions import ROLE_PERMISSIONS, Permission
from api.voice.review.editor_requests import Finding, ask_editors, finding_of_call, finding_of_talk
from api.voice.review.populations import POPULATIONS
from api.voice.review.samples import Sample
from api.voice.review.verdicts import MAX_COMMENT_CHARS, VERDICT_LABELS, verdict_of
from api.web.staff.callers import PlainId
from api.web.staff.calls import words
from api.web.staff.calls.call_pages import evidence
from api.web.staff.calls.context import CallDesk, CallExporter, CallReader, CallReviewer
from api.web.staff.calls.list_pages import period_between
from api.web.staff.calls.web_answer_pages import conversation, exchange
from api.web.staff.days import Day
from api.web.staff.downloads import download
from api.web.staff.notices import see
from api.web.staff.sent import Form
from eval.metrics.agreement import sample_size
from eval.metrics.intervals import rate
from knowledge.errors import Conflict, Forbidden, InvalidInput, MadoguchiError, NotFound
from knowledge.faq.audited import AuditChannel, Judged
from knowledge.faq.csv_guard import guarded
from knowledge.faq.periods import Period
from knowledge.store.audit import AuditLog

PATH = "/staff/call-samples"
WIDTHS = (0.03, 0.05, 0.1)
_GUESS = 0.9
"""Rates of right answers lie near this; one half would ask for three times the work."""


def sample_router(desk: CallDesk, router: APIRouter) -> APIRouter:
    _add_samples(desk, router)
    _add_judging(desk, router)
    return router


def _add_samples(desk: CallDesk, router: APIRouter) -> None:
    clock = desk.services.clock

    @router.get("/call-samples")
    def samples(
        request: Request, who: CallReader, since: Day = None, until: Day = None, channel: AuditChannel = "voice"
    ) -> Response:
        return _samples(desk, request, period_between(since, until, clock.today()), channel)

    @router.post("/call-samples")
    def draw(request: Request, who: CallReviewer, form: Form) -> Response:
        period = period_between(form.day_or_none("since"), form.day_or_none("until"), clock.today())
        channel: AuditChannel = "web" if form.text("channel") == "web" else "voice"
        reviewers = (form.text("first_reviewer"), form.text("second_reviewer"))
        try:
            if not set(reviewers) <= set(_reviewers(desk)):
                raise InvalidInput("確認者を、一覧から選んでください。")
            made = desk.samples.draw(period, channel, form.number("size"), reviewers, who.who)
        except InvalidInput as error:
            return _samples(desk, request, period, channel, error)
        return see(f"{PATH}/{made.sample_id}", "sample_drawn")

    @router.get("/call-samples/{sample_id}")
    def sample(request: Request, who: CallReader, sample_id: PlainId) -> Response:
        return _sample(desk, request, desk.samples.get(sample_id), who.who)

    @router.post("/call-samples/{sample_id}/export")
    def export(request: Request, who: CallExporter, sample_id: PlainId, form: Form) -> Response:
        made = desk.samples.get(sample_id)
        with desk.services.db.begin() as conn:
            AuditLog(clock).append(conn, who.who, "call.export", sample_id, {"rows": len(made.items)})
        return download(_csv(made), "抜き取り確認", clock.today(), "csv")

    @router.post("/call-samples/{sample_id}/resolve")
    def resolve(request: Request, who: CallReviewer, sample_id: PlainId, form: Form) -> Response:
        try:
            verdict = verdict_of(form.text("verdict"))
            made = desk.samples.resolve(sample_id, form.text("call_id"), verdict, form.text("comment"), who.who)
        except (InvalidInput, Conflict) as error:
            return _sample(desk, request, desk.samples.get(sample_id), who.who, error)
        asked = _tell(desk, made, form.text("call_id"), who.who)
        return see(f"{PATH}/{sample_id}", "sample_resolved_request" if asked else "sample_resolved")


def _add_judging(desk: CallDesk, router: APIRouter) -> None:
    @router.get("/call-samples/{sample_id}/next")
    def next_call(request: Request, who: CallReviewer, sample_id: PlainId) -> Response:
        item = desk.samples.get(sample_id).next_for(who.who)
        return see(f"{PATH}/{sample_id}/{item.call_id}" if item else f"{PATH}/{sample_id}")

    @router.get("/call-samples/{sample_id}/{call_id}")
    def judge_page(request: Request, who: CallReviewer, sample_id: PlainId, call_id: PlainId) -> Response:
        return _judge(desk, request, desk.samples.get(sample_id), call_id, who.who)

    @router.post("/call-samples/{sample_id}/{call_id}")
    def judge(request: Request, who: CallReviewer, sample_id: PlainId, call_id: PlainId, form: Form) -> Response:
        try:
            verdict = verdict_of(form.text("verdict"))
            sample = desk.samples.judge(sample_id, call_id, verdict, form.text("comment"), who.who)
        except (InvalidInput, Conflict) as error:
            return _judge(desk, request, desk.samples.get(sample_id), call_id, who.who, error)
        _tell(desk, sample, call_id, who.who)
        item = sample.next_for(who.who)
        return see(f"{PATH}/{sample_id}/{item.call_id}" if item else f"{PATH}/{sample_id}", "sample_judged")


def _tell(desk: CallDesk, sample: Sample, call_id: str, who: str) -> bool:
    """A decided verdict on a call counts in the desk's figures as well, and what only the FAQ can put right goes to the
    editors; whether it did."""
    item = next(item for item in sample.items if item.call_id == call_id)
    if not item.final:
        return False
    if sample.channel == "voice":
        desk.phone.events.audited(call_id, item.final)
    said = [opinion.comment for opinion in item.opinions.values() if opinion.comment]
    comment = "／".join(dict.fromkeys([*said, *([item.comment] if item.comment else [])]))
    try:
        finding = _finding(desk, sample.channel, call_id)
    except NotFound:  # its record has been deleted at the end of the retention
        return False
    return bool(ask_editors(desk.services, finding, verdict_of(item.final), comment[:MAX_COMMENT_CHARS], who))


def _finding(desk: CallDesk, channel: AuditChannel, call_id: str) -> Finding | None:
    if channel == "voice":
        return finding_of_call(desk.phone.bot.call(call_id))
    steps = conversation(desk.services, call_id)
    return finding_of_talk([step.turn for step in steps], steps[-1].answer)


def _samples(
    desk: CallDesk, request: Request, period: Period, channel: AuditChannel, error: MadoguchiError | None = None
) -> Response:
    desk.services.usage_log.flush()
    population = desk.samples.population(period, channel)
    context: dict[str, Any] = {
        "samples": desk.samples.all(),
        "population": population,
        "sizes": [(width, sample_size(width, _GUESS, population)) for width in WIDTHS] if population else [],
        "reviewers": _reviewers(desk),
        "chosen": {"since": period.first.isoformat(), "until": period.last.isoformat(), "channel": channel},
        "channels": {name: words.AUDITED_LABELS[name] for name in POPULATIONS},
        "unit": POPULATIONS[channel].unit,
    }
    return desk.pages.page(request, "calls/samples.html", error.status if error else 200, error=error, **context)


def _sample(
    desk: CallDesk, request: Request, sample: Sample, who: str, error: MadoguchiError | None = None
) -> Response:
    decided = [item for item in sample.items if item.final]
    right = sum(1 for item in decided if Judged(item.outcome, item.final).right)
    context: dict[str, Any] = {
        "sample": sample,
        "mine": sample.next_for(who) if who in sample.reviewers else None,
        "names": _reviewers(desk),
        "verdicts": VERDICT_LABELS,
        "correct": rate(right, len(decided)),
        "words": words,
    }
    return desk.pages.page(request, "calls/sample.html", error.status if error else 200, error=error, **context)


def _judge(
    desk: CallDesk, request: Request, sample: Sample, call_id: str, who: str, error: MadoguchiError | None = None
) -> Response:
    """The call or conversation and nobody's opinion: neither marks nor the other reviewer's verdict."""
    if who not in sample.reviewers:
        raise Forbidden("この標本の確認者ではないため、判定できません。")
    item = next((item for item in sample.items if item.call_id == call_id), None)
    if item is None:
        raise NotFound("これは、標本に入っていません。")
    shown = evidence(desk, desk.phone.bot.call(call_id)) if sample.channel == "voice" else exchange(desk, call_id)
    context = {**shown, "sample": sample, "item": item, "mine": item.opinions.get(who)}
    return desk.pages.page(request, "calls/judge.html", error.status if error else 200, error=error, **context)


def _csv(sample: Sample) -> bytes:
    """One call or conversation a line: both verdicts side by side, what was decided, by whom."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    one, two = sample.reviewers
    writer.writerow(
        [
            "通話番号" if sample.channel == "voice" else "質問番号",
            "日",
            "結果",
            f"1人目（{one}）",
            "コメント",
            f"2人目（{two}）",
            "コメント",
            "判定",
            "裁定した人",
            "裁定のコメント",
        ]
    )
    for item in sample.items:
        said = [item.opinions.get(who) for who in sample.reviewers]
        opinions = [cell for o in said for cell in (_label(o.verdict) if o else "", o.comment if o else "")]
        cells = [item.call_id, item.day.isoformat(), words.audited_outcome(item.outcome), *opinions]
        cells += [_label(item.final), item.resolved_by, item.comment]
        writer.writerow([guarded(cell) for cell in cells])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _label(verdict: str) -> str:
    return VERDICT_LABELS[verdict_of(verdict)] if verdict else ""


def _reviewers(desk: CallDesk) -> dict[str, str]:
    """Names of people who may judge, with how they are shown."""
    return {
        user.name: user.display_name or user.name
        for user in desk.accounts.users.all()
        if user.active and Permission.CALL_REVIEW in ROLE_PERMISSIONS[user.role]
    }
