"""What to bring: three choices in the address, so that a list can be passed on as a link; the same choices give the
same list."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.desk.assist_context import AssistPages, AssistUser
from desk.assist.checklists import choices, find_checklist
from knowledge.errors import NotFound

Choice = Annotated[str, Query(max_length=100)]


def checklist_router(screens: AssistPages, router: APIRouter) -> APIRouter:
    @router.get("/checklists")
    def page(
        request: Request, who: AssistUser, is_who: Annotated[str, Query(alias="who", max_length=100)] = "",
        procedure: Choice = "", counter: Choice = "", part: Annotated[str, Query(max_length=1)] = "",
    ) -> Response:  # fmt: skip
        """`part=1` is the panel in the screen of a call."""
        lists = screens.checklists()
        left = choices(lists, is_who, procedure)
        chosen = {
            "who": is_who if is_who in left["who"] else "",
            "procedure": procedure if procedure in left["procedure"] else "",
            "counter": counter if counter in left["counter"] else "",
        }
        left = choices(lists, chosen["who"], chosen["procedure"])
        if chosen["who"] and chosen["procedure"] and len(left["counter"]) == 1:
            chosen["counter"] = left["counter"][0]
        try:
            found = find_checklist(lists, **chosen) if all(chosen.values()) else None
        except NotFound:
            found = None
        return screens.pages.page(
            request,
            "desk/checklist_part.html" if part else "desk/checklists.html",
            chosen=chosen,
            left=left,
            found=found,
            source=screens.entry(found.faq_id) if found else None,
            count=len(lists),
        )

    return router
