"""Terminology: the words to change in what is published or in work, and the rules that find them."""

from typing import Annotated, Any, get_args

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.callers import Approver, Reader
from api.web.staff.context import Staff
from api.web.staff.notices import see
from api.web.staff.pages import by_field
from api.web.staff.paging import PAGE_SIZE, PageNumber, Paging, offset_of
from api.web.staff.sent import Form
from knowledge.errors import InvalidInput
from knowledge.faq.term_rules import OWN_LEVELS, OwnLevel, OwnRule

PATH = "/staff/terms"
All = Annotated[str, Query(max_length=1)]


def term_router(staff: Staff, router: APIRouter) -> APIRouter:
    faqs = staff.services.faqs

    @router.get("/terms")
    def terms(request: Request, who: Reader, page: PageNumber = 1, warned: All = "") -> Response:
        found = faqs.words_to_change(blocking_only=not warned)
        paging = Paging(page, len(found), PATH, {"warned": warned})
        rows = found[offset_of(page) : offset_of(page) + PAGE_SIZE]
        return staff.pages.page(request, "terms.html", rows=rows, paging=paging, warned=bool(warned))

    @router.get("/terms/rules")
    def rules(request: Request, who: Reader) -> Response:
        return _rules(staff, request)

    @router.post("/terms/rules")
    def put(request: Request, who: Approver, form: Form) -> Response:
        rule = OwnRule(form.text("word"), form.text("say"), _level(form.text("level")))
        try:
            faqs.put_term_rule(rule, who.who)
        except InvalidInput as error:
            return _rules(staff, request, error, form.all_texts())
        return see(f"{PATH}/rules", "term_saved")

    @router.post("/terms/rules/remove")
    def remove(request: Request, who: Approver, form: Form) -> Response:
        faqs.remove_term_rule(form.text("word"), who.who)
        return see(f"{PATH}/rules", "term_removed")

    return router


def _level(text: str) -> OwnLevel:
    found: OwnLevel
    for found in get_args(OwnLevel):
        if found == text:
            return found
    return "block"


def _rules(
    staff: Staff, request: Request, error: InvalidInput | None = None, values: dict[str, str] | None = None
) -> Response:
    context: dict[str, Any] = {"rules": staff.services.faqs.term_rules(), "levels": OWN_LEVELS, "values": values or {}}
    problems = by_field(error.problems) if error else {}
    status = error.status if error else 200
    return staff.pages.page(request, "term_rules.html", status, error=error, problems=problems, **context)
