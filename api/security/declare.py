"""Every route says who may use it: `requires(...)`, `login_only()`, `staff_network()` or `public()`.

The declaration is itself the check. `route_permissions` reads the declarations back, so that a test can walk every
route with every role and fail on a route that has none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from fastapi import Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import RouteContext, iter_route_contexts
from starlette.exceptions import WebSocketException
from starlette.requests import HTTPConnection

from api.security.errors import LoginIncomplete, OutsideNetwork
from api.security.permissions import PERMISSION_LABELS, Permission
from api.security.principal import INSIDE_KEY, Principal, principal_of
from knowledge.errors import ConfigurationError, Forbidden, MadoguchiError, Unauthenticated

Kind = Literal["public", "staff_network", "login_only", "requires"]


@dataclass(frozen=True, slots=True)
class Declaration:
    """A dependency that lets the request pass, with its Principal, or raises Unauthenticated or Forbidden."""

    kind: Kind
    permission: Permission | None = None

    def allows(self, principal: Principal) -> bool:
        """Whether this principal, inside the staff network, may use the route."""
        return self.refusal(principal, inside=True) is None

    def refusal(self, principal: Principal, inside: bool) -> MadoguchiError | None:
        """Why not, or None. `inside`: the caller's address is in the staff allow-list (or there is none)."""
        if self.kind == "public" or (self.permission is not None and principal.may(self.permission)):
            return None
        if not inside:
            return OutsideNetwork("職員用の画面は、許可されたネットワークからのみ利用できます。")
        if self.kind == "staff_network" or (self.kind == "login_only" and principal.is_staff):
            return None
        if principal.stage != "complete":
            return LoginIncomplete(principal.stage)
        if not principal.is_staff:
            return Unauthenticated("この操作にはログインが必要です。ログインしてからもう一度お試しください。")
        label = PERMISSION_LABELS[self.permission] if self.permission else "この操作"
        return Forbidden(f"「{label}」の権限がありません。必要な場合はシステム管理者に依頼してください。")

    async def __call__(self, connection: HTTPConnection) -> Principal:
        principal = principal_of(connection)
        refusal = self.refusal(principal, connection.scope.get(INSIDE_KEY, False))
        if refusal is None:
            return principal
        if connection.scope["type"] == "websocket":
            raise WebSocketException(code=1008, reason=refusal.title)
        raise refusal


def requires(permission: Permission) -> Any:
    """The caller's role (or key, or the public service) must hold the permission. Use as a dependency:
    `dependencies=[requires(P)]` or `principal: Annotated[Principal, requires(P)]`."""
    return Depends(Declaration("requires", permission))


def login_only() -> Any:
    """Any complete login or valid key, whatever its role."""
    return Depends(Declaration("login_only"))


def staff_network() -> Any:
    """No login (login pages themselves, metrics), but only from the staff allow-list."""
    return Depends(Declaration("staff_network"))


def public() -> Any:
    """Everybody, from everywhere."""
    return Depends(Declaration("public"))


@dataclass(frozen=True, slots=True)
class RoutePermission:
    """One method of one route; `declaration` is None when the route declares nothing (a defect)."""

    method: str
    path: str
    declaration: Declaration | None


def declare_path(app: FastAPI, path: str, declaration: Any) -> None:
    """Record what a mount or a plain Starlette route is (static files, /openapi.json): only `public()` makes sense,
    because nothing there runs the check."""
    if declaration.dependency.kind != "public":
        raise ConfigurationError(f"{path} は権限を確認できないため、公開以外の宣言はできません。")
    declared: dict[str, Declaration] = getattr(app.state, "declared_paths", {})
    app.state.declared_paths = {**declared, path: declaration.dependency}


def route_permissions(app: FastAPI) -> list[RoutePermission]:
    """Every (method, path) of the app with its declaration, routers and WebSockets included, in route order."""
    declared: dict[str, Declaration] = getattr(app.state, "declared_paths", {})
    found = []
    for context in iter_route_contexts(app.routes):
        path = context.path or ""
        declaration = _declaration_of(context) or declared.get(path)
        methods = sorted(context.methods or {"WEBSOCKET" if _is_websocket(context) else "MOUNT"})
        found += [RoutePermission(method, path, declaration) for method in methods]
    return found


def _declaration_of(context: RouteContext) -> Declaration | None:
    """The one declaration of a route, in whichever of its dependencies it stands."""
    dependant = getattr(context, "dependant", None)
    declarations = set(_walk(dependant)) if dependant is not None else set()
    if len(declarations) > 1:
        raise ConfigurationError(f"{context.path} に権限の宣言が複数あります。一つにしてください。")
    return declarations.pop() if declarations else None


def _walk(dependant: Dependant) -> Iterator[Declaration]:
    for child in dependant.dependencies:
        if isinstance(child.call, Declaration):
            yield child.call
        yield from _walk(child)


def _is_websocket(context: RouteContext) -> bool:
    return "WebSocket" in type(context.original_route).__name__
