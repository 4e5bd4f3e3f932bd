"""JSON bodies of the questions people ask: small, read without detours, refused in words that help."""

from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from starlette.requests import Request

from api.errors import UnsupportedMedia
from api.security.errors import BodyTooLarge
from knowledge.errors import InvalidInput, NotReadable, Problem

MAX_BYTES = 64 * 1024
_Model = TypeVar("_Model", bound=BaseModel)


async def read_json(request: Request, model: type[_Model]) -> _Model:
    """The body as `model`. Raises UnsupportedMedia, BodyTooLarge, NotReadable, InvalidInput."""
    _check_type(request.headers.get("content-type", ""))
    body = await request.body()
    if len(body) > MAX_BYTES:
        raise BodyTooLarge(f"質問は{MAX_BYTES // 1024}KBまで送信できます。短くして送信してください。")
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as exc:
        raise NotReadable("JSON として読み取れません。UTF-8 の JSON を送信してください。") from exc
    try:
        return model.model_validate(content)
    except ValidationError as exc:
        raise invalid_fields(exc.errors(include_url=False, include_context=True, include_input=False)) from exc


def invalid_fields(errors: list[ErrorDetails]) -> InvalidInput:
    """What is wrong in which field; never what was sent."""
    problems = [Problem(_message(error), column=_place(error)) for error in errors]
    return InvalidInput("送信された項目に誤りがあります。", problems)


def _check_type(content_type: str) -> None:
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json" and not (kind.startswith("application/") and kind.endswith("+json")):
        raise UnsupportedMedia("Content-Type: application/json で送信してください。")


def _place(error: ErrorDetails) -> str:
    path = ".".join(str(part) for part in error["loc"])
    return path.encode("utf-8", "replace").decode()[:100] or "body"


def _message(error: ErrorDetails) -> str:
    limits = error.get("ctx", {})
    match error["type"]:
        case "missing":
            return "この項目は必須です。"
        case "string_too_long":
            return f"{limits['max_length']:,}文字以内にしてください。"
        case "string_too_short":
            return "入力してください。"
        case "literal_error":
            return f"{limits['expected'].replace(' or ', '、').replace(', ', '、').replace(chr(39), '')} のどれかにしてください。"
        case "greater_than_equal":
            return f"{limits['ge']}以上にしてください。"
        case "less_than_equal":
            return f"{limits['le']}以下にしてください。"
        case "value_error":
            return str(limits["error"])
        case _:
            return "形式が正しくありません。"
