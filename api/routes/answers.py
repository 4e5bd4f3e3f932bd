"""POST /v1/answers: the approved answer, a question back, or the way to a person."""

from typing import Annotated

from fastapi import APIRouter, Request

from api import asking
from api.doors import Doors
from api.inline import Runner
from api.json_body import read_json
from api.replies import JSON, AnswerReply, answer_reply, body_of, problems
from api.routes.answer_body import AnswerBody
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.together import Together


def answers_router(doors: Doors, run: Runner, together: Together | None) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["answers"])

    @router.post(
        "/answers",
        summary="質問に答える",
        openapi_extra=body_of(AnswerBody),
        responses={200: {"model": AnswerReply}, **problems(401, 413, 415, 422, 429, 503)},
    )
    async def answer(request: Request, principal: Annotated[Principal, requires(Permission.ANSWER_USE)]) -> JSON:
        body = await read_json(request, AnswerBody)
        asked = (doors, principal, body.query, body.channel, body.lang, body.conversation_id)
        if together is None:
            return JSON(answer_reply(await run(lambda: asking.answer(*asked))))
        said = (body.query, body.channel, body.lang)
        waited_ms = await asking.read_ahead(doors, principal, *said, waiting_here=together.waiting)
        question = asking.question_of(*asked)
        foreseen = doors.services.answerer.foreseen(question)
        if foreseen is not None:
            waited_ms += await together.searched(foreseen)
        return JSON(answer_reply(asking.answered(doors, principal, question, waited_ms)))

    return router
