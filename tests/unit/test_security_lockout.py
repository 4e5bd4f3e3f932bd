"""The back-off after failed logins."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from api.security.lockout import (
    FORGET_AFTER,
    LONGEST_SECS,
    Failures,
    LockoutPolicy,
    after_failure,
    lock_secs,
    wait_secs,
)

NOW = datetime(2026, 4, 1, 0, 0, tzinfo=UTC)
POLICY = LockoutPolicy(after=5, base_secs=30)
policies = st.builds(LockoutPolicy, st.integers(1, 20), st.integers(1, 600))


def test_the_fifth_failure_locks_for_the_base_time_and_the_next_for_twice_that() -> None:
    assert [lock_secs(count, POLICY) for count in (4, 5, 6, 7)] == [0, 30, 60, 120]


def test_waiting_ends_exactly_when_the_lock_does() -> None:
    failures = Failures(5, NOW)
    assert wait_secs(failures, NOW, POLICY) == 30
    assert wait_secs(failures, NOW + timedelta(seconds=29, microseconds=1), POLICY) == 1
    assert wait_secs(failures, NOW + timedelta(seconds=30), POLICY) == 0


@given(count=st.integers(0, 10**6), policy=policies)
def test_more_failures_never_mean_less_waiting_and_never_more_than_an_hour(count: int, policy: LockoutPolicy) -> None:
    now_secs, next_secs = lock_secs(count, policy), lock_secs(count + 1, policy)
    assert 0 <= now_secs <= next_secs <= LONGEST_SECS
    assert (now_secs > 0) == (count >= policy.after)


@given(gaps=st.lists(st.integers(0, 7200), max_size=40), policy=policies)
def test_a_guesser_who_waits_each_time_gets_few_guesses_a_day(gaps: list[int], policy: LockoutPolicy) -> None:
    failures, now = None, NOW
    for gap in gaps:
        now += timedelta(seconds=gap + wait_secs(failures, now, policy))
        before = failures.count if failures else 0
        failures = after_failure(failures, now)
        assert failures.count == before + 1
        assert wait_secs(failures, now, policy) == lock_secs(failures.count, policy)


def test_a_day_without_failures_is_forgotten() -> None:
    old = Failures(9, NOW)
    assert after_failure(old, NOW + FORGET_AFTER).count == 10
    assert after_failure(old, NOW + FORGET_AFTER + timedelta(seconds=1)).count == 1


def test_nobody_waits_without_a_failure() -> None:
    assert wait_secs(None, NOW, POLICY) == 0
