"""/v1/language-model: state, usage and the master switch."""

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict

from api.replies import JSON, problems
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from knowledge.bootstrap import Services

Manager = Annotated[Principal, requires(Permission.SETTINGS_EDIT)]
_PATH = "/v1/language-model"


class SwitchBody(BaseModel):
    model_config = ConfigDict(extra="forbid")
    on: bool


def language_model_router(services: Services) -> APIRouter:
    router = APIRouter(tags=["language-model"], responses=problems(401, 403, 422))
    language = services.language

    @router.get(_PATH, summary="言語モデルの状態")
    def state(_by: Manager) -> JSON:
        return JSON(language.state())

    @router.get(f"{_PATH}/usage", summary="日別・機能別の利用量")
    def usage(_by: Manager, days: Annotated[int, Query(ge=1, le=366)] = 31) -> JSON:
        today = services.clock.today()
        return JSON({"usage": language.meter.by_day(today - timedelta(days=days - 1), today)})

    @router.post(f"{_PATH}/switch", summary="言語モデルを使う・止める（すぐに効きます）")
    def switch(body: SwitchBody, by: Manager) -> JSON:
        language.turn(body.on, by.who)
        return JSON(language.state())

    return router
