"""A call in progress: transcript, three approved answers, notes for the record. The page lives on its WebSocket."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.replies import JSON
from api.web.staff.desk.assist_context import PATH, AssistPages, AssistUser, SessionId
from api.web.staff.notices import see
from api.web.staff.sent import Form, Sent
from desk.records.booking import read_back_items
from desk.records.model import CALLERS, RecordContent
from knowledge.bootstrap import Services
from knowledge.errors import NotFound
from knowledge.privacy.redacted import RedactedText

_NOTED = ("caller", "category", "booking")
BOOKING_LABELS = {"": "予約なし", "new": "新しく予約した", "change": "予約を変えた", "cancel": "予約を取り消した"}
RESULT_LABELS = {"done": "つながった", "absent": "不在だった", "callback": "折り返しになった", "refused": "断られた"}


def live_router(screens: AssistPages, router: APIRouter) -> APIRouter:
    assist, redact = screens.desk.assist, screens.services.redactor.redact

    @router.get("/assist/samples/{sample_id}")
    def sample(who: AssistUser, sample_id: str) -> JSON:
        """The pieces of a sample call with their times; the page plays them into its own WebSocket."""
        found = next((one for one in screens.samples if one.call_id == sample_id), None)
        if found is None:
            raise NotFound("この見本の通話はありません。")
        return JSON(found)

    @router.get("/assist/{session_id}")
    def live_page(
        request: Request,
        who: AssistUser,
        session_id: SessionId,
        sample: Annotated[str, Query(max_length=40)] = "",
    ) -> Response:
        try:
            state = assist.state(session_id, who.who)
        except NotFound:
            return see(PATH, "assist_over")
        playing = next((one for one in screens.samples if one.call_id == sample), None)
        return screens.pages.page(
            request,
            "desk/assist_live.html",
            state=state,
            record=screens.desk.records.get(state.record_id),
            handed=screens.view.handed(state.handed) if state.handed else None,
            tickets=screens.desk.callbacks.of_record(state.record_id) if state.handed else [],
            sample=playing,
            samples=screens.samples,
            ai=how_drafts_begin(screens.services),
            callers={one: one or "選んでください" for one in CALLERS},
            categories={"": "選んでください", **screens.categories()},
            bookings=BOOKING_LABELS,
            results=RESULT_LABELS,
            targets=screens.view.targets(),
            scripts=screens.scripts(),
            venues=screens.view.venues(),
            read_back=read_back_items(screens.services.profile),
        )

    @router.post("/assist/{session_id}/finish")
    def finish(request: Request, who: AssistUser, session_id: SessionId, form: Form) -> Response:
        """Keeps what the operator noted, then makes the draft of the rest."""
        state = assist.state(session_id, who.who)
        record = screens.desk.records.get(state.record_id)
        noted = _noted(record.content, form, redact(form.text("inquiry").strip()[:2_000]).text)
        if noted != record.content:
            screens.desk.records.save(record.record_id, noted, record.revision, who.who)
        assist.finish(session_id, who.who)
        return see(f"{PATH}/records/{record.record_id}", "assist_drafted", told=" ".join(form.texts("told")))

    return router


def _noted(content: RecordContent, form: Sent, inquiry: RedactedText) -> RecordContent:
    chosen = {name: form.text(name) or getattr(content, name) for name in _NOTED}
    return replace(content, inquiry=inquiry or content.inquiry, **chosen)  # type: ignore[arg-type]  # only text fields


def how_drafts_begin(services: Services) -> str:
    """on: by itself, asked: at the press of a button, off: no model."""
    if not services.language.wanted("draft"):
        return "off"
    return "on" if services.settings.llm.drafts_begin == "need" else "asked"
