"""Token buckets in memory: `take` is pure, `RateLimiter` keeps one bucket a key and forgets idle ones."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from threading import Lock


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` requests at once, refilled at `per_minute`."""

    per_minute: float
    burst: float


@dataclass(frozen=True, slots=True)
class Bucket:
    tokens: float
    at_secs: float


def take(bucket: Bucket | None, now_secs: float, rate: Rate) -> tuple[Bucket, float]:
    """Spend one token. Returns the new bucket and 0.0, or the refilled bucket and the seconds to wait for a token."""
    per_sec = rate.per_minute / 60
    if bucket is None:
        bucket = Bucket(rate.burst, now_secs)
    elapsed = max(0.0, now_secs - bucket.at_secs)
    tokens = min(rate.burst, bucket.tokens + elapsed * per_sec)
    if tokens >= 1.0:
        return Bucket(tokens - 1.0, now_secs), 0.0
    return Bucket(tokens, now_secs), (1.0 - tokens) / per_sec


class RateLimiter:
    """Limits each key to `rate`; the key that was not seen for longest is forgotten first. Safe between threads."""

    def __init__(self, rate: Rate, *, monotonic: Callable[[], float] = time.monotonic, max_keys: int = 50_000) -> None:
        self._rate = rate
        self._monotonic = monotonic
        self._max_keys = max_keys
        self._buckets: dict[str, Bucket] = {}
        self._lock = Lock()

    def wait_secs(self, key: str) -> float:
        """0.0 when this request may pass (and is counted), else how long to wait."""
        now = self._monotonic()
        with self._lock:
            bucket, wait = take(self._buckets.pop(key, None), now, self._rate)
            self._buckets[key] = bucket  # re-inserted at the end: the dict stays ordered by last use
            if len(self._buckets) > self._max_keys:
                self._buckets.pop(next(iter(self._buckets)))
        return wait

    def __len__(self) -> int:
        return len(self._buckets)


def address_key(address: str) -> str:
    """One household or office is one key: IPv4 as it is, IPv6 by its /64 network."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    if parsed.ipv4_mapped is not None:
        return str(parsed.ipv4_mapped)
    return f"{parsed.exploded[:19]}::/64"
