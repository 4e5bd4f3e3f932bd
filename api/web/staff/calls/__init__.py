"""The city's review of bot calls, and the voice's own page. `call_routers` is what `create_app` includes."""

from fastapi import APIRouter

from api.doors import Doors
from api.voice.review.call_list import CallList
from api.voice.review.marks import Marks
from api.voice.review.samples import Samples
from api.web.staff.calls.call_pages import call_router
from api.web.staff.calls.context import CallDesk
from api.web.staff.calls.list_pages import list_router
from api.web.staff.calls.sample_pages import sample_router
from api.web.staff.calls.trial_pages import trial_router
from api.web.staff.calls.voice_pages import voice_router
from api.web.staff.calls.web_answer_pages import web_answer_router
from api.web.staff.calls.wording_pages import wording_router
from api.web.staff.pages import pages_of
from api.web.staff.route import staff_router
from api.web.staff.surfaces import Surfaces


def call_routers(doors: Doors) -> list[APIRouter]:
    """Everything under /staff/calls, /staff/call-samples, /staff/web-answers and /staff/voice."""
    services = doors.services
    pages = pages_of(services)
    desk = CallDesk(
        services,
        doors.accounts,
        doors.phone,
        pages,
        CallList(services.db),
        Marks(services),
        Samples(services.db, services.clock, services.redactor),
        Surfaces(),
    )
    make = staff_router(pages, services.db, services.clock)
    groups = (list_router, call_router, sample_router, web_answer_router, voice_router, wording_router, trial_router)
    return [group(desk, make("/staff")) for group in groups]
