"""Audit samples: draw, judge blind, see the agreement, decide where the two disagree."""

from datetime import date
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.permissions import ROLE_PERMISSIONS, Permission
from api.voice.review.samples import Sample
from api.voice.review.verdicts import VERDICT_LABELS, verdict_of
from api.web.staff.callers import PlainId
from api.web.staff.calls import words
from api.web.staff.calls.call_pages import evidence
from api.web.staff.calls.context import CallDesk, CallReader, CallReviewer
from api.web.staff.calls.list_pages import period_between
from api.web.staff.notices import see
from api.web.staff.sent import Form
from api.web.staff.usage_pages import Day
from eval.metrics.agreement import sample_size
from eval.metrics.intervals import rate
from knowledge.errors import Conflict, Forbidden, InvalidInput, MadoguchiError, NotFound
from knowledge.faq.periods import Period

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
    def samples(request: Request, who: CallReader, since: Day = None, until: Day = None) -> Response:
        return _samples(desk, request, period_between(since, until, clock.today()))

    @router.post("/call-samples")
    def draw(request: Request, who: CallReviewer, form: Form) -> Response:
        period = period_between(_day(form.text("since")), _day(form.text("until")), clock.today())
        reviewers = (form.text("first_reviewer"), form.text("second_reviewer"))
        try:
            if not set(reviewers) <= set(_reviewers(desk)):
                raise InvalidInput("確認者を、一覧から選んでください。")
            made = desk.samples.draw(period, form.number("size"), reviewers, who.who)
        except InvalidInput as error:
            return _samples(desk, request, period, error)
        return see(f"{PATH}/{made.sample_id}", "sample_drawn")

    @router.get("/call-samples/{sample_id}")
    def sample(request: Request, who: CallReader, sample_id: PlainId) -> Response:
        return _sample(desk, request, desk.samples.get(sample_id), who.who)

    @router.post("/call-samples/{sample_id}/resolve")
    def resolve(request: Request, who: CallReviewer, sample_id: PlainId, form: Form) -> Response:
        try:
            verdict = verdict_of(form.text("verdict"))
            made = desk.samples.resolve(sample_id, form.text("call_id"), verdict, form.text("comment"), who.who)
        except (InvalidInput, Conflict) as error:
            return _sample(desk, request, desk.samples.get(sample_id), who.who, error)
        _tell(desk, made, form.text("call_id"))
        return see(f"{PATH}/{sample_id}", "sample_resolved")


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
        _tell(desk, sample, call_id)
        item = sample.next_for(who.who)
        return see(f"{PATH}/{sample_id}/{item.call_id}" if item else f"{PATH}/{sample_id}", "sample_judged")


def _tell(desk: CallDesk, sample: Sample, call_id: str) -> None:
    """A decided verdict counts in the desk's figures as well."""
    final = next(item.final for item in sample.items if item.call_id == call_id)
    if final:
        desk.phone.events.audited(call_id, final)


def _samples(desk: CallDesk, request: Request, period: Period, error: MadoguchiError | None = None) -> Response:
    population = desk.samples.population(period)
    context: dict[str, Any] = {
        "samples": desk.samples.all(),
        "population": population,
        "sizes": [(width, sample_size(width, _GUESS, population)) for width in WIDTHS] if population else [],
        "reviewers": _reviewers(desk),
        "chosen": {"since": period.first.isoformat(), "until": period.last.isoformat()},
    }
    return desk.pages.page(request, "calls/samples.html", error.status if error else 200, error=error, **context)


def _sample(
    desk: CallDesk, request: Request, sample: Sample, who: str, error: MadoguchiError | None = None
) -> Response:
    decided = [item for item in sample.items if item.final]
    right = sum(1 for item in decided if item.outcome == "confirmed" and item.final == "right")
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
    """The call and nobody's opinion: neither marks nor the other reviewer's verdict."""
    if who not in sample.reviewers:
        raise Forbidden("この標本の確認者ではないため、判定できません。")
    item = next((item for item in sample.items if item.call_id == call_id), None)
    if item is None:
        raise NotFound("この通話は、標本に入っていません。")
    context = {**evidence(desk, desk.phone.bot.call(call_id)), "sample": sample, "item": item}
    context["mine"] = item.opinions.get(who)
    return desk.pages.page(request, "calls/judge.html", error.status if error else 200, error=error, **context)


def _reviewers(desk: CallDesk) -> dict[str, str]:
    """Names of people who may judge, with how they are shown."""
    return {
        user.name: user.display_name or user.name
        for user in desk.accounts.users.all()
        if user.active and Permission.CALL_REVIEW in ROLE_PERMISSIONS[user.role]
    }


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
