"""POST /v1/feedback: was the answer used, did it help, was it wrong?"""

from typing import Annotated, Self

from fastapi import APIRouter
from pydantic import Field, model_validator

from api.asking import safe_id
from api.doors import Doors
from api.replies import problems
from api.routes.fields import Body, ChannelName, ShortId
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from knowledge.domain import LANGUAGES, Verdict
from knowledge.errors import NotFound


class FeedbackBody(Body):
    answer_id: ShortId = ""
    query_id: ShortId = ""
    faq_id: str = Field(default="", max_length=64)
    version: int = Field(default=0, ge=0, le=2**31 - 1)
    verdict: Verdict
    channel: ChannelName = "operator"

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not (self.answer_id or self.query_id or self.faq_id):
            raise ValueError("answer_id、query_id、faq_id のどれかを指定してください。")
        return self


def _must_be_known(doors: Doors, body: FeedbackBody) -> None:
    """Feedback about what was never asked or never published would spoil every figure made of it. Raises NotFound."""
    for log_id in (body.answer_id, body.query_id):
        if log_id and not doors.services.usage_log.knows(log_id):
            raise NotFound("この番号の回答または検索の記録がありません。answer_id、query_id を確かめてください。")
    if body.faq_id and not any(doors.services.retriever.entry(body.faq_id, lang) for lang in LANGUAGES):
        raise NotFound("このFAQ番号のFAQは公開されていません。faq_id を確かめてください。")


def feedback_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["answers"])

    @router.post(
        "/feedback", status_code=201, summary="回答の評価を登録する", responses=problems(401, 403, 404, 422, 503)
    )
    def give_feedback(
        body: FeedbackBody, principal: Annotated[Principal, requires(Permission.FEEDBACK_WRITE)]
    ) -> dict[str, str]:
        log = doors.services.usage_log
        _must_be_known(doors, body)
        doors.metrics.feedback(body.verdict)
        feedback_id = log.record_feedback(
            body.verdict,
            body.channel,
            safe_id(doors, body.answer_id or body.query_id),
            doors.services.redactor.redact(body.faq_id).text,
            body.version,
            principal.who,
        )
        return {"feedback_id": feedback_id}

    return router
