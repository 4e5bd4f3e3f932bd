"""The session cookie: HttpOnly, SameSite=Lax; under TLS also Secure with the __Host- prefix."""

from starlette.requests import HTTPConnection
from starlette.responses import Response

_NAME = "madoguchi_session"


def is_secure(connection: HTTPConnection) -> bool:
    """True under TLS (ours or, through ClientAddressMiddleware, that of a trusted proxy)."""
    return connection.scope["scheme"] in ("https", "wss")


def cookie_name(secure: bool) -> str:
    """__Host- makes the browser refuse the cookie from another host or without TLS."""
    return f"__Host-{_NAME}" if secure else _NAME


def session_token(connection: HTTPConnection) -> str:
    """The raw session token the browser sent, empty when there is none."""
    return connection.cookies.get(cookie_name(is_secure(connection)), "")


def set_session_cookie(response: Response, connection: HTTPConnection, token: str) -> None:
    """Hand the token to the browser until it is closed; the server's timeouts are what really ends a session."""
    secure = is_secure(connection)
    response.set_cookie(cookie_name(secure), token, path="/", httponly=True, samesite="lax", secure=secure)


def clear_session_cookie(response: Response, connection: HTTPConnection) -> None:
    secure = is_secure(connection)
    response.delete_cookie(cookie_name(secure), path="/", httponly=True, samesite="lax", secure=secure)
