"""A conversation on the public page as its reviewers read it: what was asked, and the text it was answered with then."""

from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.voice.review.verdicts import VERDICT_LABELS
from api.web.staff import show
from api.web.staff.callers import PlainId
from api.web.staff.calls import words
from api.web.staff.calls.context import CallDesk, CallReader
from knowledge.bootstrap import Services
from knowledge.domain import FaqEntry
from knowledge.errors import NotFound
from knowledge.faq.web_outcomes import WebTurn, web_turns


@dataclass(frozen=True, slots=True)
class Exchange:
    """`entry`: the FAQ in the version the answer was given from, None where nothing was answered or no version noted.
    `offered`: the questions a question back offered, as they read today."""

    turn: WebTurn
    entry: FaqEntry | None
    offered: tuple[str, ...] = ()

    @property
    def answer(self) -> str:
        return self.entry.answer if self.entry else ""


def web_answer_router(desk: CallDesk, router: APIRouter) -> APIRouter:
    @router.get("/web-answers/{log_id}")
    def web_answer(request: Request, who: CallReader, log_id: PlainId) -> Response:
        return desk.pages.page(request, "calls/web_answer.html", **exchange(desk, log_id))

    return router


def exchange(desk: CallDesk, log_id: str) -> dict[str, Any]:
    """What every view of a conversation shows, without anybody's opinion of it. Raises NotFound."""
    steps = conversation(desk.services, log_id)
    return {"steps": steps, "verdicts": VERDICT_LABELS, "words": words, "show": show}


def conversation(services: Services, log_id: str) -> list[Exchange]:
    """Up to the question `log_id`, oldest first. Raises NotFound."""
    services.usage_log.flush()
    with services.db.read() as conn:
        turns = web_turns(conn, log_id)
    return [Exchange(turn, _entry(services, turn), _offered(services, turn)) for turn in turns]


def _entry(services: Services, turn: WebTurn) -> FaqEntry | None:
    """A machine translation cites the Japanese version it was made from."""
    if not turn.faq_id or not turn.version:
        return None
    for lang in dict.fromkeys((turn.lang, "ja")):
        try:
            return services.faqs.version(turn.faq_id, turn.version, lang).entry
        except NotFound:
            continue
    return None


def _offered(services: Services, turn: WebTurn) -> tuple[str, ...]:
    if turn.action != "clarify":
        return ()
    found = (services.faqs.languages(faq_id) for faq_id in turn.hits)
    return tuple(records[0].entry.question for records in found if records)
