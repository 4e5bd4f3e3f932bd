"""POST /v1/search: FAQ that fit a question, best first."""

from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from api import asking
from api.doors import Doors
from api.inline import Runner
from api.json_body import read_json
from api.replies import JSON, SearchReply, body_of, problems, search_reply
from api.routes.fields import CategoryName, ChannelName, JapaneseUnlessSaid, QueryText
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal


class SearchBody(BaseModel):
    query: QueryText
    limit: int = Field(default=10, ge=1, le=100, strict=True)
    category: CategoryName = ""
    lang: JapaneseUnlessSaid = "ja"
    channel: ChannelName = "operator"


def search_router(doors: Doors, run: Runner) -> APIRouter:
    router = APIRouter(prefix="/v1", tags=["search"])

    @router.post(
        "/search",
        summary="FAQを検索する",
        openapi_extra=body_of(SearchBody),
        responses={200: {"model": SearchReply}, **problems(401, 413, 415, 422, 429, 503)},
    )
    async def search(request: Request, principal: Annotated[Principal, requires(Permission.SEARCH_USE)]) -> JSON:
        body = await read_json(request, SearchBody)
        asked = (body.query, body.channel, body.lang, body.limit, body.category)
        await asking.read_ahead(doors, principal, *asked)
        result, query_id = await run(lambda: asking.search(doors, principal, *asked))
        return JSON(search_reply(result, query_id))

    return router
