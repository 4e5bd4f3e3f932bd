"""The city's own test questions: from the search log, a reviewed call or an FAQ's wording, confirmed by a person."""

from dataclasses import replace
from typing import Any, get_args

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.callers import PlainId
from api.web.staff.context import Staff
from api.web.staff.evals.callers import EvalReader, EvalRunner
from api.web.staff.notices import see
from api.web.staff.sent import Form, Sent
from api.web.staff.show import HANDOFF_LABELS
from eval import labels
from eval.cases import CaseChannel, Expected, Reason, Suite, shipped_suite
from eval.city_cases import CityCases, Proposal
from eval.suites import SAMPLE_CITY, suite_in_use
from knowledge.domain import FaqEntry, SearchQuery
from knowledge.errors import Conflict, InvalidInput, MadoguchiError, Unavailable
from knowledge.faq.labels import LANG_LABELS
from knowledge.store.audit import AuditLog
from knowledge.text.language import detect_language
from knowledge.text.normalise import clean

CASES = "/staff/test-questions"
_CANDIDATES = 6
_MAX_CHARS = 400
REASONS = {key: HANDOFF_LABELS[key] for key in get_args(Reason) if key in HANDOFF_LABELS} | {
    "injection": "指示の書き換えの試み"
}


def case_router(staff: Staff, router: APIRouter) -> APIRouter:
    services = staff.services
    own = CityCases(services.folder.root)

    @router.get("/test-questions")
    def cases(request: Request, who: EvalReader) -> Response:
        return _list(staff, request, own)

    @router.post("/test-questions/new")
    def new(request: Request, who: EvalRunner, form: Form) -> Response:
        """Nothing is stored yet: the words, what the search finds for them, and the question what is right."""
        return _form(staff, request, _values(staff, form))

    @router.post("/test-questions")
    def add(request: Request, who: EvalRunner, form: Form) -> Response:
        values = _values(staff, form)
        try:
            made = own.add(_proposal(values), _entries(staff, values), _shipped(staff).cases)
        except (InvalidInput, Conflict) as error:
            return _form(staff, request, values, error)
        _set_aside(staff, who, values)
        with services.db.begin() as conn:
            AuditLog(services.clock).append(conn, who.who, "eval.case_add", made.id, {"source": values["source"]})
        return see(CASES, "case_set_aside" if values["held_out"] else "case_added")

    @router.post("/test-questions/{case_id}/remove")
    def remove(request: Request, who: EvalRunner, case_id: PlainId, form: Form) -> Response:
        own.remove(case_id)
        with services.db.begin() as conn:
            AuditLog(services.clock).append(conn, who.who, "eval.case_remove", case_id)
        return see(CASES, "case_removed")

    return router


def _list(staff: Staff, request: Request, own: CityCases) -> Response:
    error: MadoguchiError | None = None
    suite: Suite | None = None
    try:
        suite = suite_in_use(staff.services.settings.city, staff.services.folder.root)
    except InvalidInput as found:
        error = found
    cases = [] if error else list(reversed(own.all()))
    context: dict[str, Any] = {"cases": cases, "suite": suite, "labels": labels, "reasons": REASONS}
    return staff.pages.page(request, "evals/cases.html", error=error, **context)


def _values(staff: Staff, form: Sent) -> dict[str, Any]:
    """What was sent, cleaned; words of citizens pass the redactor here, whatever they have passed before."""
    text = staff.services.redactor.redact(clean(form.text("text")).strip()[:_MAX_CHARS]).text
    more = clean(form.text("other_faq")).replace("、", " ").split()
    lang = form.text("lang")
    return {
        "text": text,
        "channel": form.text("channel") if form.text("channel") in get_args(CaseChannel) else "text",
        "lang": lang if lang in LANG_LABELS else detect_language(text) if text else "ja",
        "expected": form.text("expected") if form.text("expected") in get_args(Expected) else "answer",
        "reason": form.text("reason") if form.text("reason") in REASONS else "",
        "faqs": tuple(dict.fromkeys([*form.texts("faq"), *more])),
        "must": tuple(line.strip() for line in clean(form.text("must")).splitlines() if line.strip()),
        "high_risk": form.flag("high_risk"),
        "source": form.text("source") if form.text("source") in ("log", "call", "faq") else "",
        "held_out": form.text("held_out")[:64],
    }


def _proposal(values: dict[str, Any]) -> Proposal:
    if not values["text"]:
        raise InvalidInput("質問の文を書いてください。")
    answers = values["expected"] in ("answer", "clarify")
    if answers and not values["faqs"]:
        raise InvalidInput("正しく答えるFAQを選んでください。")
    if not answers and not values["reason"]:
        raise InvalidInput("担当者に引き継ぐ理由を選んでください。")
    return Proposal(
        values["text"],
        values["channel"],
        values["expected"],
        values["faqs"] if answers else (),
        "" if answers else values["reason"],
        values["lang"],
        values["high_risk"],
        must=values["must"] if answers else (),
    )


def _entries(staff: Staff, values: dict[str, Any]) -> list[FaqEntry]:
    """Published FAQ; the wording that is set aside for testing no longer counts as one of its FAQ."""
    entries = staff.services.faqs.published()
    return [_without(e, values["text"]) if e.faq_id == values["held_out"] else e for e in entries]


def _without(entry: FaqEntry, wording: str) -> FaqEntry:
    return replace(entry, alt_questions=tuple(a for a in entry.alt_questions if a.strip() != wording))


def _set_aside(staff: Staff, who: Principal, values: dict[str, Any]) -> None:
    """A wording used for testing has to leave its FAQ: as a draft, for somebody to approve."""
    if not values["held_out"] or not who.may(Permission.FAQ_EDIT):
        return
    faqs = staff.services.faqs
    record = faqs.get(values["held_out"], values["lang"])
    faqs.save_draft(_without(record.entry, values["text"]), record.revision, who.who)


def _shipped(staff: Staff) -> Suite:
    return shipped_suite() if staff.services.settings.city == SAMPLE_CITY else Suite("", (), "")


def _form(staff: Staff, request: Request, values: dict[str, Any], error: MadoguchiError | None = None) -> Response:
    context = {
        "values": values,
        "candidates": _candidates(staff, values),
        "channels": labels.CHANNELS,
        "languages": LANG_LABELS,
        "actions": {key: labels.ACTIONS[key] for key in ("answer", "clarify", "handoff", "refuse")},
        "reasons": REASONS,
        "error": error,
    }
    return staff.pages.page(request, "evals/case_new.html", error.status if error else 200, **context)


def _candidates(staff: Staff, values: dict[str, Any]) -> dict[str, str]:
    """What was chosen, then what the search finds, with the question of each."""
    found: dict[str, str] = {}
    for faq_id in values["faqs"]:
        entry = staff.services.retriever.entry(faq_id, values["lang"])
        found[faq_id] = entry.question if entry else "（公開されていません）"
    try:
        query = SearchQuery(values["text"], _CANDIDATES, lang=values["lang"], channel="operator")
        found |= {h.entry.faq_id: h.entry.question for h in staff.services.retriever.search(query).hits}
    except Unavailable:
        return found
    return found
