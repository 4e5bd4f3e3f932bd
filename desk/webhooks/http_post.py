"""Sends a webhook message over HTTP: short timeouts, no redirects, nothing of the answer kept.

httpx is imported where a message is sent: it takes a seventh of a second, and no start waits for it."""

from collections.abc import Mapping

_TIMEOUT_SECS = 5.0


def http_post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    """HTTP status. Raises OSError when the receiver cannot be reached."""
    import httpx

    try:
        with httpx.Client(timeout=_TIMEOUT_SECS, follow_redirects=False, trust_env=False) as client:
            return client.post(url, content=body, headers=dict(headers)).status_code
    except (httpx.HTTPError, httpx.InvalidURL) as exc:
        raise OSError(type(exc).__name__) from exc
