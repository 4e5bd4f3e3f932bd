"""OpenID Connect login against a city's own identity provider: discovery, code flow with PKCE, verified ID token."""

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from api.security.oidc_claims import OidcIdentity, RoleRule, identity_of
from knowledge.errors import ConfigurationError, Unauthenticated, Unavailable
from knowledge.ports import Clock
from knowledge.settings import SecuritySettings

_ALGORITHMS = ("RS256", "PS256", "ES256", "RS384", "PS384", "ES384", "RS512", "PS512", "ES512")
"""Asymmetric only: with HS256 whoever knows the client secret could write tokens."""
_WAITS_FOR = timedelta(minutes=10)
_MOST_WAITING = 10_000
_LEEWAY_SECS = 60
_SCOPE = "openid profile email"
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class OidcConfig:
    """The client's registration at the provider."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    roles: RoleRule

    @classmethod
    def of(cls, settings: SecuritySettings, roles: RoleRule) -> "OidcConfig | None":
        """None when OIDC is not set up. Raises ConfigurationError for half a set-up or an issuer without TLS."""
        if not settings.oidc_issuer:
            return None
        parsed = urlsplit(settings.oidc_issuer)
        if parsed.scheme != "https" and not (parsed.scheme == "http" and parsed.hostname in _LOOPBACK):
            raise ConfigurationError("設定 security.oidc_issuer は https:// で始まるURLにしてください。")
        if not settings.oidc_client_id:
            raise ConfigurationError("設定 security.oidc_client_id を入力してください。")
        secret = settings.oidc_client_secret.get_secret_value()
        return cls(settings.oidc_issuer, settings.oidc_client_id, secret, roles)


@dataclass(frozen=True, slots=True)
class OidcStart:
    """Send the browser to `url`; keep `state` in a cookie of this browser until it comes back."""

    url: str
    state: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    nonce: str
    verifier: str
    redirect_uri: str
    until: float


@dataclass(frozen=True, slots=True)
class _Provider:
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str


class OidcClient:
    """Blocking (run it in a thread). Logins under way live in memory: after a restart they begin anew."""

    def __init__(self, config: OidcConfig, clock: Clock, http: httpx.Client | None = None) -> None:
        self._config = config
        self._clock = clock
        self._http = http or httpx.Client(timeout=10.0)
        self._waiting: dict[str, _Waiting] = {}
        self._lock = Lock()
        self._provider: _Provider | None = None
        self._keys: KeySet | None = None

    def start(self, redirect_uri: str) -> OidcStart:
        """Begin a login. Raises Unavailable when the provider does not answer."""
        provider = self._discovered()
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        until = (self._clock.now() + _WAITS_FOR).timestamp()
        with self._lock:
            self._waiting[state] = _Waiting(nonce, verifier, redirect_uri, until)
            if len(self._waiting) > _MOST_WAITING:
                self._waiting.pop(next(iter(self._waiting)))
        url = prepare_grant_uri(
            provider.authorization_endpoint,
            client_id=self._config.client_id,
            response_type="code",
            redirect_uri=redirect_uri,
            scope=_SCOPE,
            state=state,
            nonce=nonce,
            code_challenge=create_s256_code_challenge(verifier),
            code_challenge_method="S256",
        )
        return OidcStart(str(url), state)

    def finish(self, code: str, state: str, cookie_state: str) -> OidcIdentity:
        """Who came back. Raises Unauthenticated for anything forged, late, repeated or from another browser."""
        if not state or not hmac.compare_digest(state.encode(), cookie_state.encode()):
            raise _refused()
        with self._lock:
            waiting = self._waiting.pop(state, None)
        if waiting is None or waiting.until < self._clock.now().timestamp():
            raise _refused()
        tokens = self._exchange(code, waiting)
        return identity_of(self._config.issuer, self._verified(tokens, waiting.nonce), self._config.roles)

    def close(self) -> None:
        self._http.close()

    def _exchange(self, code: str, waiting: _Waiting) -> Mapping[str, Any]:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": waiting.redirect_uri,
            "code_verifier": waiting.verifier,
            "client_id": self._config.client_id,
        }
        try:
            response = self._http.post(
                self._discovered().token_endpoint, data=form, auth=self._credentials() or httpx.USE_CLIENT_DEFAULT
            )
        except httpx.HTTPError as exc:
            raise _unreachable() from exc
        if response.status_code >= 500:
            raise _unreachable()
        tokens = _json_object(response)
        if response.status_code != 200 or not isinstance(tokens.get("id_token"), str):
            raise _refused()
        return tokens

    def _credentials(self) -> httpx.BasicAuth | None:
        if not self._config.client_secret:
            return None
        # RFC 6749 2.3.1: both parts are form-encoded before they become Basic credentials.
        return httpx.BasicAuth(quote(self._config.client_id, safe=""), quote(self._config.client_secret, safe=""))

    def _verified(self, tokens: Mapping[str, Any], nonce: str) -> Mapping[str, Any]:
        config = self._config
        try:
            token = self._decoded(tokens["id_token"])
            claims = CodeIDToken(
                token.claims,
                token.header,
                options={
                    "iss": {"essential": True, "value": config.issuer},
                    "aud": {"essential": True, "value": config.client_id},
                },
                params={"nonce": nonce, "client_id": config.client_id, "access_token": tokens.get("access_token")},
            )
            claims.validate(now=int(self._clock.now().timestamp()), leeway=_LEEWAY_SECS)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as exc:
            raise _refused() from exc
        return dict(claims)

    def _decoded(self, id_token: str) -> jwt.Token:
        known = self._keys or self._fetched_keys()
        try:
            return jwt.decode(id_token, known, algorithms=_ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have changed its keys since we read them.
            return jwt.decode(id_token, self._fetched_keys(), algorithms=_ALGORITHMS)

    def _fetched_keys(self) -> KeySet:
        self._keys = KeySet.import_key_set(dict(self._get(self._discovered().jwks_uri)))
        return self._keys

    def _discovered(self) -> _Provider:
        if self._provider is None:
            document = self._get(get_well_known_url(self._config.issuer, external=True))
            if document.get("issuer") != self._config.issuer:
                raise ConfigurationError("OIDCの発行者が設定 security.oidc_issuer と一致しません。")
            try:
                self._provider = _Provider(
                    document["authorization_endpoint"], document["token_endpoint"], document["jwks_uri"]
                )
            except KeyError as exc:
                raise ConfigurationError("OIDCプロバイダーの公開情報に必要な項目がありません。") from exc
        return self._provider

    def _get(self, url: str) -> Mapping[str, Any]:
        try:
            response = self._http.get(url)
            response.raise_for_status()
        except httpx.HTTPError as exc:
            raise _unreachable() from exc
        return _json_object(response)


def _json_object(response: httpx.Response) -> Mapping[str, Any]:
    try:
        found = response.json()
    except ValueError as exc:
        raise _unreachable() from exc
    return found if isinstance(found, dict) else {}


def _refused() -> Unauthenticated:
    return Unauthenticated("ログインを確認できませんでした。もう一度最初からログインしてください。")


def _unreachable() -> Unavailable:
    return Unavailable("認証サーバーに接続できません。時間をおいて、もう一度お試しください。")
