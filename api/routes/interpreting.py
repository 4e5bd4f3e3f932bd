"""/v1/interpreting: one turn of a call in the other's language, over JSON or turn by turn over a WebSocket."""

import orjson
from fastapi import APIRouter, WebSocket
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketDisconnect

from api.replies import JSON, encode, problems
from api.routes.desk_assist import Operator
from knowledge.bootstrap import Services
from knowledge.errors import InvalidInput, MadoguchiError, Problem
from knowledge.language.interpreting import Interpreted
from knowledge.text.normalise import clean

MAX_CHARS = 1_000
MAX_MESSAGE_BYTES = 16 * 1024
_PATH = "/v1/interpreting"


class TurnBody(BaseModel):
    """One utterance; one of the two languages is Japanese."""

    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=MAX_CHARS, description="発言。個人情報は訳す前に伏せます")
    source: str = Field(max_length=8, description="発言の言語（ja・en・zh・ko・vi・pt・tl）")
    target: str = Field(max_length=8, description="訳す言語")


def interpreting_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["interpreting"], responses=problems(401, 403, 422, 503))

    @router.post(_PATH, summary="一つの発言を通訳する")
    def turn(body: TurnBody, by: Operator) -> JSON:
        return JSON(interpreted(services, body.text, body.source, body.target))

    @router.websocket(_PATH)
    async def turns(websocket: WebSocket, by: Operator) -> None:
        """One JSON object in, one out, in order; a turn that cannot be interpreted is answered with its problem."""
        await websocket.accept()
        try:
            while True:
                text = await websocket.receive_text()
                answer = await run_in_threadpool(_answered, services, text)
                await websocket.send_text(encode(answer).decode())
        except WebSocketDisconnect:
            return
        except KeyError:  # a binary frame
            await websocket.close(1003)

    return router


def interpreted(services: Services, text: str, source: str, target: str) -> Interpreted:
    """The turn, redacted before anything else. Raises InvalidInput and NoLanguageModel."""
    said = clean(text).strip()
    if not said or len(said) > MAX_CHARS:
        message = f"発言は1文字以上{MAX_CHARS:,}文字以内で入力してください。"
        raise InvalidInput(message, [Problem(message, column="text")])
    return services.interpreter.turn(services.redactor.redact(said).text, source, target)


def _answered(services: Services, message: str) -> Interpreted | dict[str, str]:
    """Never raises for what a client can send."""
    if len(message.encode("utf-8", "replace")) > MAX_MESSAGE_BYTES:
        return {"problem": "一度に送信できる長さを超えています。"}
    try:
        body = TurnBody.model_validate(orjson.loads(message))
        return interpreted(services, body.text, body.source, body.target)
    except (orjson.JSONDecodeError, ValidationError):
        return {"problem": "形式が正しくありません。"}
    except MadoguchiError as error:
        return {"problem": error.message}
