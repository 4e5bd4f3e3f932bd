"""JSON routes for logging in and out, the second factor, one's own password and sessions, and set-up links."""

from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from api.security.accounts import Accounts
from api.security.address import address_of
from api.security.cookies import clear_session_cookie, session_token, set_session_cookie
from api.security.csrf import csrf_token_of
from api.security.declare import login_only, staff_network
from api.security.logins import LoginStep
from api.security.principal import Principal
from knowledge.errors import Forbidden

Password = Annotated[str, Field(max_length=1000)]
Name = Annotated[str, Field(max_length=200)]
Code = Annotated[str, Field(max_length=40)]
LinkToken = Annotated[str, Path(max_length=200)]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PasswordLogin(Body):
    name: Name
    password: Password


class CodeEntry(Body):
    code: Code


class PasswordChange(Body):
    current: Password
    new: Password


class SetupEntry(Body):
    password: Password
    name: Name = ""
    display_name: Name = ""


def auth_router(accounts: Accounts) -> APIRouter:
    """Routes under /v1/auth. Tokens travel only in the session cookie, never in a body."""
    router = APIRouter(prefix="/v1/auth", tags=["auth"])
    _add_login(router, accounts)
    _add_second_factor(router, accounts)
    _add_own_account(router, accounts)
    _add_setup(router, accounts)
    return router


def _add_login(router: APIRouter, accounts: Accounts) -> None:
    @router.post("/login", dependencies=[staff_network()])
    def login(body: PasswordLogin, request: Request, response: Response) -> dict[str, str]:
        step = accounts.logins.with_password(body.name, body.password, address_of(request), session_token(request))
        return _handed_over(request, response, step)

    @router.post("/code", dependencies=[staff_network()])
    def enter_code(body: CodeEntry, request: Request, response: Response) -> dict[str, str]:
        step = accounts.logins.with_code(session_token(request), body.code, address_of(request))
        return _handed_over(request, response, step)

    @router.post("/logout", status_code=204, dependencies=[staff_network()])
    def logout(request: Request, response: Response) -> None:
        accounts.sessions.logout(session_token(request))
        clear_session_cookie(response, request)


def _add_second_factor(router: APIRouter, accounts: Accounts) -> None:
    @router.get("/enrolment", dependencies=[staff_network()])
    def enrolment_page(request: Request) -> dict[str, str]:
        page = accounts.logins.enrolment_page(session_token(request))
        return {"secret": page.secret, "uri": page.uri, "qr_svg": page.qr_svg}

    @router.post("/enrolment", dependencies=[staff_network()])
    def confirm_enrolment(body: CodeEntry, request: Request, response: Response) -> dict[str, object]:
        token = session_token(request)
        step, codes = accounts.logins.confirm_enrolment(token, body.code, address_of(request))
        return {**_handed_over(request, response, step), "recovery_codes": codes}

    @router.post("/recovery-codes", dependencies=[login_only()])
    def renew_recovery_codes(body: CodeEntry, request: Request) -> dict[str, list[str]]:
        return {"recovery_codes": accounts.logins.renew_recovery_codes(session_token(request), body.code)}


def _add_own_account(router: APIRouter, accounts: Accounts) -> None:
    @router.get("/me")
    def me(request: Request, principal: Annotated[Principal, login_only()]) -> dict[str, object]:
        return {
            "kind": principal.kind,
            "name": principal.name,
            "display_name": principal.display_name,
            "role": principal.role,
            "permissions": sorted(principal.permissions),
            "csrf_token": csrf_token_of(request),
        }

    @router.post("/password", dependencies=[login_only()])
    def change_password(body: PasswordChange, request: Request, response: Response) -> dict[str, str]:
        token = session_token(request)
        step = accounts.logins.change_password(token, body.current, body.new, address_of(request))
        return _handed_over(request, response, step)

    @router.get("/sessions")
    def sessions(principal: Annotated[Principal, login_only()]) -> list[dict[str, object]]:
        return [
            {
                "address": info.address,
                "created_at": info.created_at,
                "last_seen_at": info.last_seen_at,
                "current": info.session_id == principal.session_id,
            }
            for info in accounts.sessions.list_of(_person(principal))
        ]

    @router.post("/logout-everywhere")
    def logout_everywhere(
        request: Request, response: Response, principal: Annotated[Principal, login_only()]
    ) -> dict[str, int]:
        _person(principal)
        ended = accounts.sessions.logout_everywhere(principal.who, principal.name)
        clear_session_cookie(response, request)
        return {"ended": ended}


def _add_setup(router: APIRouter, accounts: Accounts) -> None:
    @router.get("/setup/{token}", dependencies=[staff_network()])
    def setup_offer(token: LinkToken) -> dict[str, str]:
        offer = accounts.setup.offer(token)
        return {"name": offer.name, "display_name": offer.display_name, "role": offer.role}

    @router.post("/setup/{token}", dependencies=[staff_network()])
    def redeem_setup(token: LinkToken, body: SetupEntry) -> dict[str, str]:
        return {"name": accounts.setup.redeem(token, body.password, body.name, body.display_name)}


def _handed_over(request: Request, response: Response, step: LoginStep) -> dict[str, str]:
    set_session_cookie(response, request, step.token)
    return {"stage": step.stage, "name": step.name, "role": step.role}


def _person(principal: Principal) -> int:
    if principal.user_id is None:
        raise Forbidden("この操作はAPIキーではできません。画面からログインして操作してください。")
    return principal.user_id
