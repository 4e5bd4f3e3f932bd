"""Records, cases, files, reports and the board, for `create_app`."""

from fastapi import APIRouter

from api.doors import Doors
from api.web.staff.desk.availability_pages import availability_router
from api.web.staff.desk.board_pages import board_router
from api.web.staff.desk.callback_pages import callback_router
from api.web.staff.desk.complaint_pages import complaint_router
from api.web.staff.desk.context import DeskPages
from api.web.staff.desk.file_pages import file_router
from api.web.staff.desk.incident_pages import incident_router
from api.web.staff.desk.kept_report_pages import kept_report_router
from api.web.staff.desk.meeting_pages import meeting_router
from api.web.staff.desk.period_report_pages import period_report_router
from api.web.staff.desk.quality_pages import quality_router
from api.web.staff.desk.record_list_pages import record_list_router
from api.web.staff.desk.record_pages import record_router
from api.web.staff.desk.report_pages import report_router
from api.web.staff.desk.tally_pages import tally_router
from api.web.staff.pages import pages_of
from api.web.staff.route import staff_router

_GROUPS = (
    record_list_router,
    record_router,
    file_router,
    complaint_router,
    callback_router,
    availability_router,
    incident_router,
    tally_router,
    kept_report_router,
    meeting_router,
    quality_router,
    period_report_router,
    report_router,
    board_router,
)


def desk_page_routers(doors: Doors) -> list[APIRouter]:
    """Everything under /staff/desk but the assist."""
    services = doors.services
    pages = pages_of(services)
    screens = DeskPages(services, doors.phone.desk, pages)
    make = staff_router(pages, services.db, services.clock)
    return [group(screens, make("/staff/desk")) for group in _GROUPS]
