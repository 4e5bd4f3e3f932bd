"""/openapi.json: what FastAPI finds, with our one shape of error everywhere."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.replies import ProblemReply

_REF = "#/components/schemas/{model}"
_PROBLEM = {"application/problem+json": {"schema": {"$ref": _REF.format(model="ProblemReply")}}}
_UNUSED = ("HTTPValidationError", "ValidationError")


def describe(app: FastAPI) -> None:
    """Install the schema; it is made once, at the first request for it."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            app.openapi_schema = _with_problems(made)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]


def _with_problems(schema: dict[str, Any]) -> dict[str, Any]:
    """Every route can also be refused by the layers around it: login, body size, rate."""
    known = schema.setdefault("components", {}).setdefault("schemas", {})
    problem = ProblemReply.model_json_schema(ref_template=_REF)
    known.update(problem.pop("$defs", {}))
    known["ProblemReply"] = problem
    for name in _UNUSED:
        known.pop(name, None)
    known_key = {"type": "http", "scheme": "bearer", "description": "API キー（mdg_…）"}
    schema["components"]["securitySchemes"] = {"apiKey": known_key}
    schema["security"] = [{}, {"apiKey": []}]
    for path in schema["paths"].values():
        for operation in path.values():
            _describe_errors(operation["responses"])
    return schema


def _describe_errors(responses: dict[str, Any]) -> None:
    for status, response in responses.items():
        if status.startswith(("4", "5")):
            response["content"] = _PROBLEM
    responses.setdefault("default", {"description": "処理できない場合（RFC 9457）", "content": _PROBLEM})
