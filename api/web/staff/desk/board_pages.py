"""The centre now: operators, waiting callers, today's figures. The fragment is asked for every two seconds."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.desk import words
from api.web.staff.desk.context import DeskPages, ReportReader
from desk.kpi.live import STATES
from knowledge.faq.periods import Period

_FIGURES = ("inbound", "answered", "abandoned", "overflowed", "bot_completed", "asa", "att", "service_level")
Flag = Annotated[Literal["", "1"], Query()]


def board_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    @router.get("/board")
    def board(request: Request, who: ReportReader, wall: Flag = "", stop: Flag = "") -> Response:
        shown = _shown(screens) | {"wall": bool(wall), "stop": bool(stop)}
        return screens.pages.page(request, "desk/board.html", **shown)

    @router.get("/board/now")
    def now(request: Request, who: ReportReader) -> Response:
        response = screens.pages.page(request, "desk/board_now.html", **_shown(screens))
        response.headers["cache-control"] = "no-store"
        return response

    return router


def _shown(screens: DeskPages) -> dict[str, Any]:
    desk = screens.desk
    today = screens.services.clock.today()
    figures = desk.numbers.figures(Period(today, today))
    return {
        "moment": desk.board.now(),
        "watch": desk.board.watch(),
        "rate": figures["answer_rate"],
        "figures": [figures[one] for one in _FIGURES],
        "day": today.isoformat(),
        "states": STATES,
        "w": words,
    }
