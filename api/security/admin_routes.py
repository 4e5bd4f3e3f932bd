"""JSON routes for administrators: users and API keys."""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import AwareDatetime, Field

from api.security.accounts import Accounts
from api.security.apikeys import KeyInfo
from api.security.auth_routes import Body, Name
from api.security.declare import requires
from api.security.permissions import Permission, Role
from api.security.principal import Principal
from api.security.users import User

UserName = Annotated[str, Path(max_length=200)]
Manager = Annotated[Principal, requires(Permission.USER_MANAGE)]
KeyManager = Annotated[Principal, requires(Permission.APIKEY_MANAGE)]


class NewUser(Body):
    name: Name
    role: Role
    display_name: Name = ""


class UserChange(Body):
    role: Role | None = None
    display_name: Name | None = None
    active: bool | None = None


class NewKey(Body):
    label: Name
    role: Role
    scopes: Annotated[list[Permission], Field(max_length=100)] | None = None
    expires_at: AwareDatetime | None = None


def users_router(accounts: Accounts) -> APIRouter:
    """Routes under /v1/users. Nobody learns another person's password: new users get a set-up link."""
    router = APIRouter(prefix="/v1/users", tags=["users"])

    @router.get("")
    def list_users(_by: Manager) -> list[User]:
        return accounts.users.all()

    @router.post("", status_code=201)
    def create_user(body: NewUser, by: Manager) -> dict[str, str]:
        user = accounts.users.create(by.who, body.name, body.role, body.display_name)
        return {"name": user.name, "setup_token": accounts.setup.for_user(by.who, user.name)}

    @router.patch("/{name}")
    def change_user(name: UserName, body: UserChange, by: Manager) -> User:
        return accounts.users.change(by.who, name, role=body.role, display_name=body.display_name, active=body.active)

    @router.post("/{name}/setup-link", status_code=201)
    def issue_setup_link(name: UserName, by: Manager) -> dict[str, str]:
        return {"setup_token": accounts.setup.for_user(by.who, name)}

    @router.post("/{name}/reset-second-factor", status_code=204)
    def reset_second_factor(name: UserName, by: Manager) -> None:
        accounts.users.reset_second_factor(by.who, name)

    @router.post("/{name}/logout")
    def logout_user(name: UserName, by: Manager) -> dict[str, int]:
        return {"ended": accounts.sessions.logout_everywhere(by.who, name)}

    return router


def keys_router(accounts: Accounts) -> APIRouter:
    """Routes under /v1/apikeys. The key itself is in the answer to its creation and nowhere else."""
    router = APIRouter(prefix="/v1/apikeys", tags=["apikeys"])

    @router.get("")
    def list_keys(_by: KeyManager) -> list[KeyInfo]:
        return accounts.keys.all()

    @router.post("", status_code=201)
    def create_key(body: NewKey, by: KeyManager) -> dict[str, str]:
        key, info = accounts.keys.create(by.who, body.label, body.role, body.scopes, body.expires_at)
        return {"key": key, "key_id": info.key_id}

    @router.delete("/{key_id}", status_code=204)
    def revoke_key(key_id: Annotated[str, Path(max_length=64)], by: KeyManager) -> None:
        accounts.keys.revoke(by.who, key_id)

    return router
