"""Resolves every request to a Principal, then limits how often one address may ask."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from api.security.accounts import Accounts
from api.security.address import address_of
from api.security.cookies import session_token
from api.security.errors import OutsideNetwork, WaitBefore
from api.security.networks import Network, within
from api.security.principal import ANONYMOUS, INSIDE_KEY, NOBODY, SCOPE_KEY, Principal, principal_of
from api.security.ratelimit import Rate, RateLimiter, address_key
from api.security.refusal import refuse
from knowledge.errors import MadoguchiError, Unauthenticated

_CONNECTIONS = ("http", "websocket")


class PrincipalMiddleware:
    """Bearer key, else session cookie, else anonymous. A request with a wrong key fails; a dead cookie is nobody."""

    def __init__(self, app: ASGIApp, accounts: Accounts, public_enabled: bool, allowed: Sequence[Network]) -> None:
        self._app = app
        self._accounts = accounts
        self._anonymous = ANONYMOUS if public_enabled else NOBODY
        self._allowed = tuple(allowed)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in _CONNECTIONS:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        inside = not self._allowed or within(address_of(connection), self._allowed)
        try:
            principal = await self._resolve(connection, inside)
        except MadoguchiError as error:
            await refuse(scope, receive, send, error)
            return
        scope[SCOPE_KEY] = principal
        scope[INSIDE_KEY] = inside
        await self._app(scope, receive, send)

    async def _resolve(self, connection: HTTPConnection, inside: bool) -> Principal:
        authorization = connection.headers.get("authorization")
        if authorization is not None:
            if not inside:
                raise OutsideNetwork("APIキーは、許可されたネットワークからのみ利用できます。")
            return await self._by_key(authorization)
        token = session_token(connection)
        if not token or not inside:
            return self._anonymous
        principal = await run_in_threadpool(self._accounts.sessions.resolve, token)
        if principal is None:
            return self._anonymous
        return principal if principal.is_staff else replace(principal, permissions=self._anonymous.permissions)

    async def _by_key(self, authorization: str) -> Principal:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated("認証の方式が違います。Authorization: Bearer で APIキーを送ってください。")
        if self._accounts.keys.is_stale():
            await run_in_threadpool(self._accounts.keys.reload)
        return self._accounts.keys.verify(key.strip())


@dataclass(frozen=True, slots=True)
class LimitRule:
    """`rate` for each client address on paths that start with one of `prefixes` and with none of `except_prefixes`."""

    rate: Rate
    prefixes: tuple[str, ...]
    except_prefixes: tuple[str, ...] = ()
    methods: frozenset[str] = frozenset()
    """Only these methods; empty means all (and WebSocket handshakes)."""
    anonymous_only: bool = False


class RateLimitMiddleware:
    """Runs after PrincipalMiddleware, so that rules for the public spare staff and API keys."""

    def __init__(self, app: ASGIApp, rules: Sequence[LimitRule]) -> None:
        self._app = app
        self._limits = [(rule, RateLimiter(rule.rate)) for rule in rules]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in _CONNECTIONS:
            wait = self._wait_secs(HTTPConnection(scope))
            if wait:
                message = "短い時間に多くのアクセスがありました。少し待ってからお試しください。"
                await refuse(scope, receive, send, WaitBefore(message, int(wait) + 1))
                return
        await self._app(scope, receive, send)

    def _wait_secs(self, connection: HTTPConnection) -> float:
        waits = [
            limiter.wait_secs(address_key(address_of(connection)))
            for rule, limiter in self._limits
            if _applies(rule, connection)
        ]
        return max(waits, default=0.0)


def _applies(rule: LimitRule, connection: HTTPConnection) -> bool:
    path: str = connection.scope["path"]
    return (
        path.startswith(rule.prefixes)
        and not path.startswith(rule.except_prefixes)
        and (not rule.methods or connection.scope.get("method") in rule.methods)
        and not (rule.anonymous_only and principal_of(connection).is_staff)
    )
