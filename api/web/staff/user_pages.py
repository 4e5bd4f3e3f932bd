"""Users: create, role, stop and resume, lost phone, set-up link. Nobody learns another person's password."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.permissions import PERSON_ROLES, ROLE_PERMISSIONS
from api.web.staff.callers import PlainId, UserManager
from api.web.staff.context import Staff
from api.web.staff.notices import see
from api.web.staff.roles import role_of
from api.web.staff.sent import Form
from knowledge.errors import Conflict, InvalidInput

PATH = "/staff/users"


def user_router(staff: Staff, router: APIRouter) -> APIRouter:
    _add_list(staff, router)
    _add_changes(staff, router)
    return router


def _add_list(staff: Staff, router: APIRouter) -> None:
    accounts = staff.accounts

    @router.get("/users")
    def users(request: Request, who: UserManager) -> Response:
        second = accounts.settings.second_factor_roles
        return staff.pages.page(request, "users.html", users=accounts.users.all(), second_factor_roles=second)

    @router.get("/users/new")
    def new_user(request: Request, who: UserManager) -> Response:
        return staff.pages.page(request, "user_new.html", **_choices(), values={})

    @router.post("/users/new")
    def create(request: Request, who: UserManager, form: Form) -> Response:
        try:
            role = role_of(form)
            user = accounts.users.create(who.who, form.text("name")[:200], role, form.text("display_name")[:200])
        except (InvalidInput, Conflict) as error:
            return staff.pages.refused(request, "user_new.html", error, **_choices(), values=form.all_texts())
        return _link_page(staff, request, who.who, user.name)


def _add_changes(staff: Staff, router: APIRouter) -> None:
    accounts = staff.accounts

    @router.get("/users/{name}")
    def user_page(request: Request, who: UserManager, name: PlainId) -> Response:
        return staff.pages.page(request, "user.html", **_user(staff, name))

    @router.post("/users/{name}")
    def change(request: Request, who: UserManager, name: PlainId, form: Form) -> Response:
        try:
            accounts.users.change(
                who.who, name, role=role_of(form), display_name=form.text("display_name")[:200],
                active=form.text("active") == "1",
            )  # fmt: skip
        except (InvalidInput, Conflict) as error:
            return staff.pages.refused(request, "user.html", error, **_user(staff, name))
        return see(f"{PATH}/{name}", "user_changed")

    @router.post("/users/{name}/setup-link")
    def setup_link(request: Request, who: UserManager, name: PlainId) -> Response:
        try:
            return _link_page(staff, request, who.who, name)
        except Conflict as error:
            return staff.pages.refused(request, "user.html", error, **_user(staff, name))

    @router.post("/users/{name}/reset-second-factor")
    def reset_second_factor(request: Request, who: UserManager, name: PlainId) -> Response:
        accounts.users.reset_second_factor(who.who, name)
        return see(f"{PATH}/{name}", "second_factor_reset")

    @router.post("/users/{name}/logout")
    def logout(request: Request, who: UserManager, name: PlainId) -> Response:
        accounts.sessions.logout_everywhere(who.who, name)
        return see(f"{PATH}/{name}", "user_sessions_ended")


def _link_page(staff: Staff, request: Request, by: str, name: str) -> Response:
    """The link is shown here once; only its hash is kept."""
    token = staff.accounts.setup.for_user(by, name)
    link = str(request.url.replace(path=f"/setup/{token}", query="", fragment=""))
    return staff.pages.page(request, "user_link.html", user=staff.accounts.users.get(name), link=link)


def _choices() -> dict[str, Any]:
    return {"roles": PERSON_ROLES, "rights": ROLE_PERMISSIONS}


def _user(staff: Staff, name: str) -> dict[str, Any]:
    user = staff.accounts.users.get(name)
    second = staff.accounts.settings.second_factor_roles
    sessions = staff.accounts.sessions.list_of(user.user_id)
    return {"user": user, "sessions": sessions, "second_factor_roles": second, **_choices()}
