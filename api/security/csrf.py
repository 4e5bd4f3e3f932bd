"""Nobody's page but ours may act with a logged-in person's cookie.

Three checks: Sec-Fetch-Site, else Origin, must say "same origin"; form posts also carry the session's token.
Requests with an Authorization header are exempt: no browser adds one by itself, and the cookie is ignored then.
"""

import hmac
import re
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.security.cookies import session_token
from api.security.errors import CrossSite
from api.security.refusal import refuse

LOGIN_PREFIXES = ("/login", "/setup", "/v1/auth/")
"""Where a foreign page could log somebody in as somebody else; also what the login rate limit covers."""
CSRF_FIELD = "csrf_token"
CSRF_HEADER = "x-csrf-token"
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
_PREFIX_BYTES = 64 * 1024
_MULTIPART_FIELD = re.compile(rb'name="csrf_token"\r\n(?:[^\r\n]+\r\n)*\r\n([0-9a-f]{64})\r\n')


def csrf_token(token: str) -> str:
    """The form token of a session cookie value; nobody without the cookie can compute it."""
    return sha256(b"csrf:" + token.encode()).hexdigest()


def csrf_token_of(connection: HTTPConnection) -> str:
    """What a page writes into `<input type="hidden" name="csrf_token">` (as the FIRST field) and `hx-headers`."""
    token = session_token(connection)
    return csrf_token(token) if token else ""


def is_same_origin(headers: Headers, scheme: str) -> bool | None:
    """True or False by what the browser says of the sender, None when it says nothing (old browser, script)."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    if origin is None:
        return None
    try:
        sender = urlsplit(origin)
    except ValueError:
        return False
    secure = scheme in ("https", "wss")
    default_port = ":443" if secure else ":80"
    host = headers.get("host", "").lower().removesuffix(default_port)
    return sender.scheme == ("https" if secure else "http") and sender.netloc.lower() == host


def token_in_form(prefix: bytes, content_type: str) -> str:
    """The csrf_token field among the first 64 KiB of a form body, empty when it is not there."""
    if content_type.startswith("multipart/"):
        found = _MULTIPART_FIELD.search(prefix)
        return found.group(1).decode() if found else ""
    try:
        fields = parse_qs(prefix.decode("ascii", "replace"), max_num_fields=1000)
    except ValueError:
        return ""
    return fields.get(CSRF_FIELD, [""])[0]


class CsrfMiddleware:
    """Guards unsafe methods and WebSocket handshakes that carry the session cookie or knock at `login_prefixes`."""

    def __init__(self, app: ASGIApp, login_prefixes: tuple[str, ...] = LOGIN_PREFIXES) -> None:
        self._app = app
        self._login_prefixes = login_prefixes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket") or scope.get("method") in _SAFE_METHODS:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        token = session_token(HTTPConnection(scope))
        guarded = bool(token) or scope["path"].startswith(self._login_prefixes)
        if not guarded or "authorization" in headers:
            await self._app(scope, receive, send)
            return
        same_origin = is_same_origin(headers, scope["scheme"])
        if same_origin is False:
            await refuse(scope, receive, send, _cross_site())
        elif not token or scope["type"] == "websocket":
            await self._app(scope, receive, send)
        else:
            await self._with_token(scope, receive, send, csrf_token(token), same_origin)

    async def _with_token(
        self, scope: Scope, receive: Receive, send: Send, expected: str, same_origin: bool | None
    ) -> None:
        headers = Headers(scope=scope)
        content_type = headers.get("content-type", "").lower()
        is_form = content_type.startswith(_FORM_TYPES)
        given = headers.get(CSRF_HEADER, "")
        if is_form and not given:
            messages, prefix = await _read_prefix(receive)
            given = token_in_form(prefix, content_type)
            receive = _replay(messages, receive)
        # JSON from a browser that vouches for its origin cannot have been sent by a foreign form.
        if (is_form or same_origin is None) and not hmac.compare_digest(given.encode(), expected.encode()):
            await refuse(scope, receive, send, _stale_form())
            return
        await self._app(scope, receive, send)


async def _read_prefix(receive: Receive) -> tuple[list[Message], bytes]:
    messages: list[Message] = []
    prefix = b""
    while len(prefix) < _PREFIX_BYTES:
        message = await receive()
        messages.append(message)
        prefix += message.get("body", b"")
        if message["type"] != "http.request" or not message.get("more_body", False):
            break
    return messages, prefix[:_PREFIX_BYTES]


def _replay(messages: list[Message], receive: Receive) -> Receive:
    waiting = iter(messages)

    async def replaying_receive() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return replaying_receive


def _cross_site() -> CrossSite:
    return CrossSite("別のサイトからの送信のため、処理しませんでした。画面を開き直して、もう一度操作してください。")


def _stale_form() -> CrossSite:
    return CrossSite("画面の有効期限が切れています。画面を開き直して、もう一度操作してください。")
