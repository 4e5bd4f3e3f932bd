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
from knowledge.domain import Verdict


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


def feedback_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["answers"])

    @router.post("/feedback", status_code=201, summary="回答の評価を登録する", responses=problems(401, 403, 422, 503))
    def give_feedback(
        body: FeedbackBody, principal: Annotated[Principal, requires(Permission.FEEDBACK_WRITE)]
    ) -> dict[str, str]:
        log = doors.services.usage_log
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
