"""Token buckets."""

from hypothesis import given
from hypothesis import strategies as st

from api.security.ratelimit import Bucket, Rate, RateLimiter, address_key, take

rates = st.builds(Rate, st.floats(1, 6000), st.floats(1, 1000))


def test_the_burst_passes_at_once_and_then_one_for_each_refill() -> None:
    now = [0.0]
    limiter = RateLimiter(Rate(per_minute=60, burst=3), monotonic=lambda: now[0])
    assert [limiter.wait_secs("a") for _ in range(3)] == [0, 0, 0]
    assert limiter.wait_secs("a") == 1.0
    assert limiter.wait_secs("b") == 0.0
    now[0] = 1.0
    assert limiter.wait_secs("a") == 0.0
    assert limiter.wait_secs("a") > 0


@given(rate=rates, gaps=st.lists(st.floats(0, 30), min_size=1, max_size=60))
def test_never_more_pass_than_burst_plus_refill(rate: Rate, gaps: list[float]) -> None:
    bucket, now, passed = None, 0.0, 0
    for gap in gaps:
        now += gap
        bucket, wait = take(bucket, now, rate)
        passed += wait == 0.0
    elapsed = now - gaps[0]
    assert passed <= rate.burst + elapsed * rate.per_minute / 60 + 1e-6


@given(rate=rates, tokens=st.floats(0, 0.999))
def test_who_waits_as_told_passes(rate: Rate, tokens: float) -> None:
    bucket, wait = take(Bucket(tokens, 0.0), 0.0, rate)
    assert wait > 0
    assert take(bucket, wait + 1e-6, rate)[1] == 0.0


def test_a_clock_that_runs_backwards_gives_no_tokens() -> None:
    bucket, wait = take(Bucket(0.0, 100.0), 50.0, Rate(60, 10))
    assert wait > 0
    assert bucket.tokens == 0.0


def test_memory_is_bounded_and_the_idle_are_forgotten_first() -> None:
    limiter = RateLimiter(Rate(per_minute=1, burst=1), monotonic=lambda: 0.0, max_keys=2)
    for key in ("a", "b", "a", "c"):
        limiter.wait_secs(key)
    assert len(limiter) == 2
    assert limiter.wait_secs("a") > 0


def test_ipv6_neighbours_share_a_bucket_and_ipv4_hosts_do_not() -> None:
    assert address_key("2001:db8:1:2::1") == address_key("2001:db8:1:2:ffff::9")
    assert address_key("2001:db8:1:2::1") != address_key("2001:db8:1:3::1")
    assert address_key("192.0.2.1") != address_key("192.0.2.2")
    assert address_key("::ffff:192.0.2.1") == "192.0.2.1"
    assert address_key("testclient") == "testclient"
