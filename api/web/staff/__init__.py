"""The staff pages: server-rendered, each router one group of pages. `staff_routers` is what `create_app` includes."""

from fastapi import APIRouter

from api.doors import Doors
from api.web.staff.account_pages import account_router
from api.web.staff.audit_pages import audit_router
from api.web.staff.context import Staff
from api.web.staff.document_pages import document_router
from api.web.staff.evals.case_pages import case_router
from api.web.staff.evals.dashboard_page import dashboard_router
from api.web.staff.evals.run_pages import run_router
from api.web.staff.export_pages import export_router
from api.web.staff.faq_edit_pages import faq_edit_router
from api.web.staff.faq_history_pages import faq_history_router
from api.web.staff.faq_list_pages import faq_list_router
from api.web.staff.faq_pages import faq_router
from api.web.staff.home_pages import home_router
from api.web.staff.import_jobs import ImportJobs
from api.web.staff.import_pages import import_router
from api.web.staff.interpreting_pages import interpreting_page_router
from api.web.staff.key_pages import key_router
from api.web.staff.language_model_pages import language_model_page_router
from api.web.staff.log_pages import log_router
from api.web.staff.login_pages import login_router
from api.web.staff.manual_pages import manual_router
from api.web.staff.pages import pages_of
from api.web.staff.publication_pages import publication_router
from api.web.staff.request_pages import request_router
from api.web.staff.retention_pages import retention_page_router
from api.web.staff.review_pages import review_router
from api.web.staff.route import staff_router
from api.web.staff.summary_pages import summary_router
from api.web.staff.surfaces import Surfaces
from api.web.staff.synonym_pages import synonym_router
from api.web.staff.term_pages import term_router
from api.web.staff.usage_pages import usage_router
from api.web.staff.user_pages import user_router

_GROUPS = (
    home_router,
    account_router,
    faq_edit_router,
    faq_list_router,
    faq_history_router,
    publication_router,
    faq_router,
    review_router,
    request_router,
    synonym_router,
    term_router,
    import_router,
    document_router,
    summary_router,
    export_router,
    manual_router,
    interpreting_page_router,
    usage_router,
    log_router,
    dashboard_router,
    case_router,
    run_router,
    user_router,
    key_router,
    language_model_page_router,
    retention_page_router,
    audit_router,
)


def staff_routers(doors: Doors) -> list[APIRouter]:
    """Every staff page: login under /login and /setup, all else under /staff."""
    services, accounts = doors.services, doors.accounts
    pages = pages_of(services)
    staff = Staff(
        services,
        accounts,
        pages,
        Surfaces(),
        ImportJobs(services.faqs, services.clock, doors.evals.runs.after_import),
        doors.evals,
        doors.phone.desk,
        doors.retention,
    )
    make = staff_router(pages, services.db, services.clock)
    return [login_router(staff, make("")), *(group(staff, make("/staff")) for group in _GROUPS)]
