"""The operator's screens: a call with its suggestions, the record after it, what to bring. For `create_app`."""

from fastapi import APIRouter

from api.assist_view import AssistView, Entry
from api.doors import Doors
from api.web.staff.desk.alert_pages import alert_router
from api.web.staff.desk.assist_checklist_pages import checklist_router
from api.web.staff.desk.assist_context import AssistPages
from api.web.staff.desk.assist_live_pages import live_router
from api.web.staff.desk.assist_record_pages import record_router
from api.web.staff.desk.assist_start_pages import start_router
from api.web.staff.desk.assist_watch_pages import watch_router
from api.web.staff.pages import pages_of
from api.web.staff.route import staff_router

_GROUPS = (start_router, record_router, live_router, checklist_router, watch_router, alert_router)


def assist_routers(doors: Doors, entry: Entry) -> list[APIRouter]:
    """Everything under /staff/desk/assist, /staff/desk/checklists, /staff/desk/live and /staff/desk/alerts."""
    services, desk = doors.services, doors.phone.desk
    pages = pages_of(services)
    screens = AssistPages(services, desk, pages, AssistView(services.profile, entry, services.clock.today), entry)
    make = staff_router(pages, services.db, services.clock)
    return [group(screens, make("/staff/desk")) for group in _GROUPS]
