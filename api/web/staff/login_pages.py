"""Pages before the first page: login, second factor, its enrolment with recovery codes, set-up links, logout."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.security.address import address_of
from api.security.cookies import clear_session_cookie, session_token, set_session_cookie
from api.security.declare import staff_network
from api.security.errors import LoginIncomplete
from api.security.logins import LoginStep
from api.security.principal import principal_of
from api.web.staff.context import Staff
from api.web.staff.notices import see
from api.web.staff.route import STEP_PAGES, local_path
from api.web.staff.sent import Form
from knowledge.errors import Conflict, InvalidInput, MadoguchiError, Problem, TooMany, Unauthenticated

Next = Annotated[str, Query(max_length=500)]
LinkToken = Annotated[str, Path(max_length=200)]


def login_router(staff: Staff, router: APIRouter) -> APIRouter:
    _add_password(staff, router)
    _add_code(staff, router)
    _add_enrolment(staff, router)
    _add_setup(staff, router)
    return router


def _add_password(staff: Staff, router: APIRouter) -> None:
    @router.get("/login", dependencies=[staff_network()])
    def login_page(request: Request, next: Next = "") -> Response:  # noqa: A002 - the name in the address
        principal = principal_of(request)
        if principal.kind == "user":
            return see(STEP_PAGES.get(principal.stage, local_path(next)))
        return staff.pages.page(request, "login.html", next=next, name="")

    @router.post("/login", dependencies=[staff_network()])
    def login(request: Request, form: Form) -> Response:
        name, wanted = form.text("name"), form.text("next")
        try:
            step = staff.accounts.logins.with_password(
                name[:200], form.text("password")[:1000], address_of(request), session_token(request)
            )
        except (Unauthenticated, TooMany) as error:
            return staff.pages.refused(request, "login.html", error, next=wanted, name=name)
        return _proceed(request, step, wanted)

    @router.post("/logout", dependencies=[staff_network()])
    def logout(request: Request) -> Response:
        staff.accounts.sessions.logout(session_token(request))
        response = see("/login", "logged_out")
        clear_session_cookie(response, request)
        return response


def _add_code(staff: Staff, router: APIRouter) -> None:
    @router.get("/login/code", dependencies=[staff_network()])
    def code_page(request: Request, next: Next = "") -> Response:  # noqa: A002 - the name in the address
        if principal_of(request).stage != "second_factor":
            return see("/login")
        return staff.pages.page(request, "login_code.html", next=next)

    @router.post("/login/code", dependencies=[staff_network()])
    def enter_code(request: Request, form: Form) -> Response:
        wanted = form.text("next")
        try:
            step = staff.accounts.logins.with_code(session_token(request), form.text("code")[:40], address_of(request))
        except (LoginIncomplete, Conflict):
            return see("/login")
        except (Unauthenticated, TooMany) as error:
            if principal_of(request).stage != "second_factor":
                return staff.pages.refused(request, "login.html", error, next=wanted, name="")
            return staff.pages.refused(request, "login_code.html", error, next=wanted)
        return _proceed(request, step, wanted)


def _add_enrolment(staff: Staff, router: APIRouter) -> None:
    @router.get("/login/enrolment", dependencies=[staff_network()])
    def enrolment_page(request: Request, next: Next = "") -> Response:  # noqa: A002 - the name in the address
        offer = staff.accounts.logins.enrolment_page(session_token(request))
        return staff.pages.page(request, "login_enrolment.html", offer=offer, next=next)

    @router.post("/login/enrolment", dependencies=[staff_network()])
    def confirm_enrolment(request: Request, form: Form) -> Response:
        token, wanted = session_token(request), form.text("next")
        try:
            step, codes = staff.accounts.logins.confirm_enrolment(token, form.text("code")[:40], address_of(request))
        except InvalidInput as error:
            offer = staff.accounts.logins.enrolment_page(token)
            return staff.pages.refused(request, "login_enrolment.html", error, offer=offer, next=wanted)
        response = staff.pages.page(
            request, "recovery_codes.html", codes=codes, onward=local_path(wanted), menu=[], principal=None
        )
        set_session_cookie(response, request, step.token)
        return response


def _add_setup(staff: Staff, router: APIRouter) -> None:
    @router.get("/setup/{token}", dependencies=[staff_network()])
    def setup_page(request: Request, token: LinkToken) -> Response:
        offer = staff.accounts.setup.offer(token)
        return staff.pages.page(request, "setup.html", offer=offer, name="", display_name="", minimum=_minimum(staff))

    @router.post("/setup/{token}", dependencies=[staff_network()])
    def redeem(request: Request, token: LinkToken, form: Form) -> Response:
        offer = staff.accounts.setup.offer(token)
        name, shown = form.text("name"), form.text("display_name")
        try:
            check_repeated(form.text("password"), form.text("repeated"))
            staff.accounts.setup.redeem(token, form.text("password")[:1000], name[:200], shown[:200])
        except MadoguchiError as error:
            context = {"offer": offer, "name": name, "display_name": shown, "minimum": _minimum(staff)}
            return staff.pages.refused(request, "setup.html", error, **context)
        return see("/login", "password_set")


def check_repeated(password: str, repeated: str) -> None:
    """A password nobody can see while typing is typed twice. Raises InvalidInput."""
    if password != repeated:
        text = "確認用のパスワードが一致しません。同じパスワードを2回入力してください。"
        raise InvalidInput(text, [Problem(text, column="repeated")])


def _minimum(staff: Staff) -> int:
    return staff.accounts.settings.min_password_length


def _proceed(request: Request, step: LoginStep, wanted: str) -> Response:
    target = local_path(wanted)
    if step.stage == "complete":
        response = see(target)
    else:
        response = see(STEP_PAGES[step.stage], next="" if target == "/staff" else target)
    set_session_cookie(response, request, step.token)
    return response
