"""The search index and the training of its encoder, for the CLI and for administrators."""

from typing import Any

from fastapi import APIRouter

from api.doors import Doors
from api.replies import problems
from api.security.declare import requires
from api.security.permissions import Permission


def index_router(doors: Doors) -> APIRouter:
    router = APIRouter(prefix="/v1/index", tags=["faqs"])

    @router.get("", dependencies=[requires(Permission.FAQ_READ)], responses=problems(401, 403, 503))
    def index_status() -> dict[str, Any]:
        training = doors.services.learning.status()
        return {
            **doors.services.retriever.status(),
            "training": {
                "state": training.state,
                "name": training.name,
                "current": training.current,
                "done": training.done,
                "total": training.total,
            },
        }

    @router.post(
        "/train", status_code=202, dependencies=[requires(Permission.FAQ_IMPORT)], responses=problems(401, 403, 503)
    )
    def train_now() -> dict[str, str]:
        doors.services.learning.now()
        return {"state": "waiting"}

    return router
