"""My account: password, second factor, recovery codes, where I am logged in."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.address import address_of
from api.security.cookies import clear_session_cookie, session_token, set_session_cookie
from api.security.principal import Principal
from api.web.staff.callers import Anyone
from api.web.staff.context import Staff
from api.web.staff.login_pages import check_repeated
from api.web.staff.notices import see
from api.web.staff.sent import Form
from knowledge.errors import Forbidden, InvalidInput, TooMany

PATH = "/staff/account"


def account_router(staff: Staff, router: APIRouter) -> APIRouter:
    @router.get("/account")
    def account_page(request: Request, who: Anyone) -> Response:
        return staff.pages.page(request, "account.html", **_account(staff, who))

    @router.post("/account/password")
    def change_password(request: Request, who: Anyone, form: Form) -> Response:
        person(who)
        try:
            check_repeated(form.text("password"), form.text("repeated"))
            step = staff.accounts.logins.change_password(
                session_token(request), form.text("current")[:1000], form.text("password")[:1000], address_of(request)
            )
        except (Forbidden, InvalidInput, TooMany) as error:
            return staff.pages.refused(request, "account.html", error, **{**_account(staff, who), "part": "password"})
        response = see(PATH, "password_changed")
        set_session_cookie(response, request, step.token)
        return response

    @router.post("/account/recovery-codes")
    def renew_codes(request: Request, who: Anyone, form: Form) -> Response:
        person(who)
        try:
            codes = staff.accounts.logins.renew_recovery_codes(session_token(request), form.text("code")[:40])
        except Forbidden as error:
            return staff.pages.refused(request, "account.html", error, **{**_account(staff, who), "part": "codes"})
        return staff.pages.page(request, "recovery_codes.html", codes=codes, onward=PATH)

    @router.post("/account/logout-everywhere")
    def logout_everywhere(request: Request, who: Anyone) -> Response:
        person(who)
        staff.accounts.sessions.logout_everywhere(who.who, who.name)
        response = see("/login", "sessions_ended")
        clear_session_cookie(response, request)
        return response

    return router


def person(who: Principal) -> int:
    """The number of a person's account. Raises Forbidden for an API key."""
    if who.user_id is None:
        raise Forbidden("この画面はAPIキーでは利用できません。ログインして操作してください。")
    return who.user_id


def _account(staff: Staff, who: Principal) -> dict[str, Any]:
    user_id = person(who)
    return {
        "user": staff.accounts.users.get(who.name),
        "codes_left": staff.accounts.logins.recovery_codes_left(user_id),
        "sessions": staff.accounts.sessions.list_of(user_id),
        "minimum": staff.accounts.settings.min_password_length,
        "must_enrol": who.role in staff.accounts.settings.second_factor_roles,
        "problems": {},
        "part": "",
    }
