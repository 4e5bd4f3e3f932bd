"""The list of interaction records: search, saved searches, what is overdue."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.web.staff.desk import words
from api.web.staff.desk.context import RECORDS, DeskPages, RecordReader, TicketId
from api.web.staff.desk.record_query import RecordQuery, query_from_filter, query_of
from api.web.staff.notices import see
from api.web.staff.paging import PAGE_SIZE, PageNumber, Paging, offset_of
from api.web.staff.sent import Form
from desk.records.saved import SavedSearch
from knowledge.errors import MadoguchiError, NotFound


def record_list_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    desk = screens.desk

    @router.get("/records")
    def records(request: Request, who: RecordReader, page: PageNumber = 1, saved: str = "") -> Response:
        searches = desk.saved.of(who.who)
        asked = query_of(request.query_params.multi_items())
        if saved:
            asked = query_from_filter(_require(searches, saved).wanted)
        return _page(screens, request, asked, searches, page)

    @router.post("/searches")
    def save(request: Request, who: RecordReader, form: Form) -> Response:
        asked = query_of(list(form.pairs()))
        try:
            desk.saved.add(who.who, form.text("name"), asked.filter(), form.flag("shared"))
        except MadoguchiError as error:
            return _page(screens, request, asked, desk.saved.of(who.who), 1, error)
        response = see(RECORDS)
        response.headers["location"] = asked.link(RECORDS, done="search_saved")
        return response

    @router.post("/searches/{search_id}/remove")
    def remove(request: Request, who: RecordReader, search_id: TicketId) -> Response:
        desk.saved.remove(search_id, who.who)
        return see(RECORDS, "search_removed")

    return router


def _require(searches: list[SavedSearch], search_id: str) -> SavedSearch:
    for one in searches:
        if one.search_id == search_id:
            return one
    raise NotFound("この検索条件は見つかりません。消されたか、ほかの人だけが使えるものです。")


def _page(
    screens: DeskPages,
    request: Request,
    asked: RecordQuery,
    searches: list[SavedSearch],
    page: int,
    error: MadoguchiError | None = None,
) -> Response:
    found = screens.desk.records.search(asked.filter(), offset_of(page), PAGE_SIZE)
    context: dict[str, Any] = {
        "rows": found.items,
        "asked": asked,
        "wanted": asked.wanted,
        "paging": Paging(page, found.total, RECORDS, asked.pairs()),
        "searches": searches,
        "categories": screens.categories(),
        "now": screens.services.clock.now(),
        "w": words,
    }
    return screens.pages.page(request, "desk/records.html", error.status if error else 200, error=error, **context)
