"""`protect(app, ...)`: puts the whole security layer around an application, in the one right order."""

from starlette.applications import Starlette

from api.security.accounts import Accounts
from api.security.address import ClientAddressMiddleware
from api.security.bodysize import BodySizeMiddleware
from api.security.csrf import LOGIN_PREFIXES, CsrfMiddleware
from api.security.headers import SecurityHeadersMiddleware
from api.security.middleware import LimitRule, PrincipalMiddleware, RateLimitMiddleware
from api.security.networks import parse_networks
from api.security.open_sockets import OpenSocketsMiddleware
from api.security.ratelimit import Rate
from knowledge.settings import PublicSettings, ServerSettings

LOGIN_RATE = Rate(per_minute=120, burst=60)
"""Per address: a whole contact centre logs in at half past eight through one gateway."""
_UNLIMITED_PATHS = ("/static/", "/healthz", "/readyz", "/metrics")


def protect(app: Starlette, accounts: Accounts, server: ServerSettings, public: PublicSettings) -> None:
    """Wrap `app`. Raises ConfigurationError for unreadable networks."""
    trusted = parse_networks(server.trusted_proxies, "server.trusted_proxies")
    allowed = parse_networks(server.allowed_networks, "server.allowed_networks")
    # Starlette puts the middleware added last outermost: read this list from the bottom up.
    app.add_middleware(OpenSocketsMiddleware, accounts=accounts)
    app.add_middleware(RateLimitMiddleware, rules=limit_rules(public))
    app.add_middleware(PrincipalMiddleware, accounts=accounts, public_enabled=public.enabled, allowed=allowed)
    app.add_middleware(CsrfMiddleware)
    app.add_middleware(BodySizeMiddleware, max_bytes=server.max_body_bytes)
    app.add_middleware(SecurityHeadersMiddleware)
    app.add_middleware(ClientAddressMiddleware, trusted=trusted)


def limit_rules(public: PublicSettings) -> list[LimitRule]:
    """Attempts to log in always; the public endpoints when a rate is set."""
    rules = [LimitRule(LOGIN_RATE, LOGIN_PREFIXES, methods=frozenset({"POST"}))]
    if public.rate_per_minute > 0:
        rate = Rate(public.rate_per_minute, public.rate_per_minute)
        rules.append(LimitRule(rate, ("/",), _UNLIMITED_PATHS, anonymous_only=True))
    return rules
