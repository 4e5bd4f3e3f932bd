"""The supervisor looks on: who is on the phone, who raised a hand, what is being said, a whisper to the operator."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.web.staff.desk.alert_pages import shown_alerts
from api.web.staff.desk.assist_context import WATCH, AssistPages, SessionId, Supervisor
from api.web.staff.notices import see
from api.web.staff.sent import Form
from desk.assist.service import MAX_MEMO_CHARS
from knowledge.errors import InvalidInput, MadoguchiError, NotFound

Chosen = Annotated[str, Query(max_length=32, pattern=r"^[0-9a-f]*$")]
_WHOLE = "desk/assist_watch.html"
_PART = "desk/assist_watch_part.html"
_SAID_SHOWN = 8


def watch_router(screens: AssistPages, router: APIRouter) -> APIRouter:
    assist = screens.desk.assist

    @router.get("/live")
    def live_page(
        request: Request, who: Supervisor, to: Chosen = "", part: Annotated[str, Query(max_length=1)] = ""
    ) -> Response:
        """`part=1` is what the page fetches again every few seconds."""
        return _page(screens, request, to, _PART if part else _WHOLE)

    @router.post("/live/{session_id}")
    def whisper(request: Request, who: Supervisor, session_id: SessionId, form: Form) -> Response:
        try:
            assist.whisper(session_id, form.text("text"), who.who)
        except NotFound:
            return see(WATCH, "whisper_late")
        except InvalidInput as error:
            return _page(screens, request, session_id, _WHOLE, error)
        return see(WATCH, "whisper_sent", to=session_id)

    return router


def _page(
    screens: AssistPages, request: Request, to: str, template: str, error: MadoguchiError | None = None
) -> Response:
    live = screens.desk.assist.live()
    chosen = next((one for one in live if one.session_id == to), None)
    return screens.pages.page(
        request,
        template,
        error.status if error else 200,
        error=error,
        live=live,
        chosen=chosen,
        said=chosen.transcript[-_SAID_SHOWN:] if chosen else (),
        now=screens.services.clock.now(),
        longest=MAX_MEMO_CHARS,
        **(shown_alerts(screens, live) if template == _WHOLE else {}),
    )
