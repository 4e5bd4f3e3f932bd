"""One-time codes and recovery codes."""

from datetime import UTC, datetime, timedelta

import pyotp
from hypothesis import given
from hypothesis import strategies as st

from api.security.totp import (
    RECOVERY_CODES,
    enrolment,
    matching_step,
    new_recovery_codes,
    new_secret,
    recovery_hash,
)

NOW = datetime(2026, 4, 1, 0, 0, 10, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code_at(when: datetime) -> str:
    return pyotp.TOTP(SECRET).at(when)


def test_the_rfc_6238_vector() -> None:
    # RFC 6238 appendix B, SHA-1, T = 59 s: 94287082, of which an authenticator shows the last six digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert matching_step(secret, "287082", datetime.fromtimestamp(59, UTC), None) == 1


def test_one_step_of_drift_is_forgiven_and_two_are_not() -> None:
    for secs, fits in ((-60, False), (-30, True), (0, True), (30, True), (60, False)):
        assert (matching_step(SECRET, code_at(NOW + timedelta(seconds=secs)), NOW, None) is not None) is fits


def test_a_used_code_and_any_older_one_are_dead() -> None:
    step = matching_step(SECRET, code_at(NOW), NOW, None)
    assert matching_step(SECRET, code_at(NOW), NOW, step) is None
    assert matching_step(SECRET, code_at(NOW - timedelta(seconds=30)), NOW, step) is None
    assert matching_step(SECRET, code_at(NOW + timedelta(seconds=30)), NOW, step) is not None


@given(st.text(max_size=20))
def test_nothing_but_the_six_digits_fits(typed: str) -> None:
    fits = matching_step(SECRET, typed, NOW, None) is not None
    valid = {code_at(NOW + timedelta(seconds=secs)) for secs in (-30, 0, 30)}
    assert fits == (typed.strip().replace(" ", "") in valid)


def test_the_page_shows_the_key_and_a_qr_code_without_inline_style() -> None:
    page = enrolment(new_secret(), "hanako", "窓口")
    assert page.uri.startswith("otpauth://totp/%E7%AA%93%E5%8F%A3:hanako?")
    assert f"secret={page.secret}" in page.uri
    assert page.qr_svg.startswith("<svg")
    assert "style=" not in page.qr_svg


def test_recovery_codes_differ_and_do_not_care_how_they_are_typed() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == RECOVERY_CODES
    first, second = codes[0].split("-")
    assert recovery_hash(1, codes[0]) == recovery_hash(1, f" {first.upper()} {second} ")
    assert recovery_hash(1, codes[0]) != recovery_hash(2, codes[0])
