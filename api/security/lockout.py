"""When may a person try to log in again? Exponential back-off as pure functions of the failure count."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_SECS = 3600
FORGET_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class LockoutPolicy:
    """`after` failures lock for `base_secs`; each further failure doubles it, up to an hour."""

    after: int
    base_secs: int


@dataclass(frozen=True, slots=True)
class Failures:
    """Consecutive failed attempts of one account and the time of the last one."""

    count: int
    last_at: datetime


def lock_secs(count: int, policy: LockoutPolicy) -> int:
    """Length of the lock that failure number `count` causes; 0 when it causes none."""
    if count < policy.after:
        return 0
    doublings = min(count - policy.after, 32)
    return int(min(policy.base_secs * 2**doublings, LONGEST_SECS))


def wait_secs(failures: Failures | None, now: datetime, policy: LockoutPolicy) -> int:
    """Whole seconds until the next attempt is allowed, 0 when allowed now."""
    if failures is None:
        return 0
    until = failures.last_at + timedelta(seconds=lock_secs(failures.count, policy))
    remaining = (until - now).total_seconds()
    return max(0, -int(-remaining // 1))


def after_failure(failures: Failures | None, now: datetime) -> Failures:
    """The state after one more failure; a day without a failure starts from zero."""
    if failures is None or now - failures.last_at > FORGET_AFTER:
        return Failures(1, now)
    return Failures(failures.count + 1, now)
