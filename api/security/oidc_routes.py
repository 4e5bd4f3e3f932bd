"""Two routes for OpenID Connect: to the provider and back. Mounted only when a provider is configured."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse

from api.security.accounts import Accounts
from api.security.address import address_of
from api.security.cookies import is_secure, session_token, set_session_cookie
from api.security.declare import staff_network
from api.security.oidc import OidcClient
from api.security.oidc_claims import login_identity
from knowledge.errors import Unauthenticated

_COOKIE = "madoguchi_oidc"
_PATH = "/v1/auth/oidc"
Param = Annotated[str, Query(max_length=4000)]


def oidc_router(accounts: Accounts, client: OidcClient, home: str = "/", next_step: str = "/login/code") -> APIRouter:
    """`home`: where a finished login goes; `next_step`: the page that asks for our own second factor."""
    router = APIRouter(prefix=_PATH, tags=["auth"], include_in_schema=False)

    @router.get("/start", dependencies=[staff_network()])
    def oidc_start(request: Request) -> RedirectResponse:
        start = client.start(str(request.url_for("oidc_callback")))
        response = RedirectResponse(start.url, status_code=303)
        response.set_cookie(
            _COOKIE, start.state, max_age=600, path=_PATH, httponly=True, samesite="lax", secure=is_secure(request)
        )
        return response

    @router.get("/callback", dependencies=[staff_network()])
    def oidc_callback(request: Request, code: Param = "", state: Param = "", error: Param = "") -> RedirectResponse:
        if error or not code:
            raise Unauthenticated("認証サーバーでログインが完了しませんでした。もう一度お試しください。")
        identity = client.finish(code, state, request.cookies.get(_COOKIE, ""))
        step = login_identity(accounts, identity, address_of(request), session_token(request))
        response = RedirectResponse(home if step.stage == "complete" else next_step, status_code=303)
        set_session_cookie(response, request, step.token)
        response.delete_cookie(_COOKIE, path=_PATH)
        return response

    return router
