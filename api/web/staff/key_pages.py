"""API keys: create (shown once), see, revoke."""

from datetime import datetime, time, timedelta
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.permissions import PERMISSION_LABELS, ROLE_LABELS, ROLE_PERMISSIONS, Permission
from api.web.staff.callers import KeyManager, PlainId
from api.web.staff.context import Staff
from api.web.staff.days import read_day
from api.web.staff.notices import see
from api.web.staff.roles import role_of
from api.web.staff.sent import Form, Sent
from knowledge.clock import JST
from knowledge.errors import InvalidInput

PATH = "/staff/apikeys"


def key_router(staff: Staff, router: APIRouter) -> APIRouter:
    keys = staff.accounts.keys

    @router.get("/apikeys")
    def key_list(request: Request, who: KeyManager) -> Response:
        return staff.pages.page(request, "apikeys.html", **_context(staff), values={}, picked=[])

    @router.post("/apikeys")
    def create(request: Request, who: KeyManager, form: Form) -> Response:
        picked = form.texts("scope")
        try:
            key, info = keys.create(who.who, form.text("label"), role_of(form), _scopes(picked), _expiry(form))
        except InvalidInput as error:
            context = {**_context(staff), "values": form.all_texts(), "picked": picked}
            return staff.pages.refused(request, "apikeys.html", error, **context)
        return staff.pages.page(request, "apikey_made.html", key=key, info=info)

    @router.post("/apikeys/{key_id}/revoke")
    def revoke(request: Request, who: KeyManager, key_id: PlainId) -> Response:
        keys.revoke(who.who, key_id)
        return see(PATH, "key_revoked")

    return router


def _context(staff: Staff) -> dict[str, Any]:
    now = staff.services.clock.now()
    shared = {"roles": ROLE_LABELS, "rights": ROLE_PERMISSIONS, "permissions": PERMISSION_LABELS, "now": now}
    return {**shared, "keys": staff.accounts.keys.all(), "problems": {}}


def _scopes(picked: list[str]) -> list[Permission] | None:
    known = set(Permission)
    return [Permission(one) for one in picked if one in known] or None


def _expiry(form: Sent) -> datetime | None:
    """The end of the last day, in Japan."""
    day = read_day(form.text("expires_on"), "expires_at")
    return datetime.combine(day + timedelta(days=1), time(), JST) if day else None
