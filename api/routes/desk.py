"""Every route of the contact-centre desk, for `create_app`."""

from fastapi import APIRouter

from api.assist_view import Entry
from api.routes.desk_assist import desk_assist_router
from api.routes.desk_cases import (
    desk_callbacks_router,
    desk_complaints_router,
    desk_notices_router,
    desk_webhooks_router,
)
from api.routes.desk_events import desk_events_router
from api.routes.desk_records import desk_records_router, desk_searches_router
from api.routes.desk_reports import desk_reports_router
from desk.service import Desk


def desk_routers(desk: Desk, entry: Entry) -> list[APIRouter]:
    """`entry` gives the published FAQ with a number as operators see it."""
    return [
        desk_events_router(desk),
        desk_records_router(desk),
        desk_searches_router(desk),
        desk_callbacks_router(desk),
        desk_complaints_router(desk),
        desk_notices_router(desk),
        desk_webhooks_router(desk),
        desk_reports_router(desk),
        desk_assist_router(desk, entry),
    ]
