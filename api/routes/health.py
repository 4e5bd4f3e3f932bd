"""Is the process alive, is it ready, what does it count? Nothing here says anything about a citizen."""

from fastapi import APIRouter
from sqlalchemy import text
from starlette.responses import Response

from api.doors import Doors
from api.replies import JSON
from api.security.declare import public, staff_network
from knowledge.errors import MadoguchiError


def health_router(doors: Doors) -> APIRouter:
    router = APIRouter(tags=["health"])

    @router.get("/healthz", dependencies=[public()], summary="プロセスの状態")
    async def healthz() -> JSON:
        return JSON({"status": "ok"})

    @router.get(
        "/readyz", dependencies=[public()], summary="回答できる状態か", responses={503: {"description": "準備中"}}
    )
    def readyz() -> JSON:
        checks = _checks(doors)
        ready = all(checks.values())
        voice = doors.phone.status()
        content = {
            "status": "ok" if ready else "unavailable",
            "checks": checks,
            # What is missing here takes the voice away, not the service: it never makes the server unready.
            "voice": {
                "speaking": voice.speaking,
                "hearing": voice.hearing,
                "summary": voice.summary,
                "problems": list(voice.problems),
            },
        }
        return JSON(content, 200 if ready else 503)

    @router.get("/metrics", dependencies=[staff_network()], summary="Prometheus の計測値")
    def metrics() -> Response:
        services = doors.services
        page = doors.metrics.page(
            int(services.retriever.status()["faqs"]), services.learning.status(), services.usage_log.dropped
        )
        return Response(page, media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


def ready(doors: Doors) -> bool:
    """What /readyz says, for the heartbeat."""
    return all(_checks(doors).values())


def _checks(doors: Doors) -> dict[str, bool]:
    return {"database": _database(doors), "index": _index(doors)}


def _database(doors: Doors) -> bool:
    try:
        with doors.services.db.read() as conn:
            conn.execute(text("SELECT 1"))
    except MadoguchiError:
        return False
    return True


def _index(doors: Doors) -> bool:
    return doors.services.retriever.ready()
