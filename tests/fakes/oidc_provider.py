"""A small OpenID provider on the loopback: discovery, keys, and a token endpoint that checks PKCE and the client."""

import base64
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

CLIENT_ID = "madoguchi"
CLIENT_SECRET = "geheim/+ 秘密"
_FIRST_KEY = RSAKey.generate_key(2048, {"kid": "k1"})


class FakeProvider:
    """`person` are the claims of whoever logs in; the other switches make the provider misbehave."""

    def __init__(self) -> None:
        self.person: dict[str, Any] = {"sub": "p-1", "preferred_username": "Hanako", "name": "山田花子"}
        self.override: dict[str, Any] = {}
        self.forge = ""
        self.broken = False
        self.now = 0
        self.key = _FIRST_KEY
        self.issuer = ""
        self._codes: dict[str, dict[str, str]] = {}

    def authorize(self, url: str) -> str:
        """What the provider's login page does: hand out a code for the request in `url`."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        assert asked["client_id"] == CLIENT_ID
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return code

    def change_keys(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "k2"})

    def document(self, path: str) -> tuple[int, dict[str, Any]]:
        if self.broken:
            return 503, {}
        if path == "/.well-known/openid-configuration":
            base = self.issuer
            ends = {"authorization_endpoint": "/authorize", "token_endpoint": "/token", "jwks_uri": "/jwks"}
            return 200, {"issuer": base, **{name: base + end for name, end in ends.items()}}
        if path == "/jwks":
            return 200, {"keys": [self.key.as_dict(private=False)]}
        return 404, {}

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self._codes.pop(form["code"], None)
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
        if asked is None or (unquote(name), unquote(secret)) != (CLIENT_ID, CLIENT_SECRET):
            return 400, {"error": "invalid_grant"}
        if create_s256_code_challenge(form["code_verifier"]) != asked["code_challenge"]:
            return 400, {"error": "invalid_grant"}
        if form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": "at", "token_type": "Bearer", "id_token": self._id_token(asked["nonce"])}

    def _id_token(self, nonce: str) -> str:
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": self.now, "exp": self.now + 300, "nonce": nonce}
        claims |= self.person | self.override
        if self.forge == "none":
            head, body = ({"alg": "none"}, claims)
            parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (head, body)]
            return ".".join([*parts, ""])
        if self.forge == "hs256":
            return str(jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(CLIENT_SECRET.encode() * 2)))
        key = RSAKey.generate_key(2048, {"kid": self.key.kid}) if self.forge == "other key" else self.key
        return str(jwt.encode({"alg": "RS256", "kid": key.kid}, claims, key))


@contextmanager
def running_provider() -> Iterator[FakeProvider]:
    provider = FakeProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(*provider.document(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._answer(*provider.token(form, self.headers.get("authorization", "")))

        def _answer(self, status: int, document: dict[str, Any]) -> None:
            body = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
