"""The one way out: an HTTP client that speaks to one endpoint, follows no redirect and uses no proxy of the machine."""

import ssl
from pathlib import Path

import httpx

from knowledge.language.endpoint import Endpoint, parse_endpoint


class EgressRefused(httpx.TransportError):
    """Something tried to send to another place than the allowed endpoint."""


class OnlyTo(httpx.BaseTransport):
    """Passes requests for `endpoint` on and refuses all others, whichever library makes them."""

    def __init__(self, endpoint: Endpoint, inner: httpx.BaseTransport) -> None:
        self._endpoint = endpoint
        self._inner = inner

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if parse_endpoint(str(request.url.copy_with(userinfo=b""))) != self._endpoint:
            raise EgressRefused("another endpoint than the allowed one", request=request)
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


def guarded_client(endpoint: Endpoint, connections: int, ca_file: Path | None = None) -> httpx.Client:
    verify = ssl.create_default_context(cafile=str(ca_file) if ca_file else None)
    limits = httpx.Limits(max_connections=connections, max_keepalive_connections=connections)
    transport = OnlyTo(endpoint, httpx.HTTPTransport(verify=verify, limits=limits, trust_env=False, retries=0))
    return httpx.Client(transport=transport, follow_redirects=False, trust_env=False)
