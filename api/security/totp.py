"""Time-based one-time codes (RFC 6238), their enrolment page data, and single-use recovery codes. No storage."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

import pyotp
import segno

STEP_SECS = 30
DRIFT_STEPS = 1
RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the enrolment page shows: the key to type, the otpauth URI, and its QR code as an inline SVG element."""

    secret: str
    uri: str
    qr_svg: str


def new_secret() -> str:
    return pyotp.random_base32()


def enrolment(secret: str, account: str, issuer: str) -> Enrolment:
    uri = pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=issuer)
    qr_svg = segno.make(uri, error="m").svg_inline(scale=5, svgclass="qr-code", title="認証アプリ登録用のQRコード")
    return Enrolment(secret, uri, str(qr_svg))


def matching_step(secret: str, code: str, now: datetime, after_step: int | None) -> int | None:
    """The time step whose code this is, among those around `now` and later than `after_step`.

    A step once used is never accepted again: a code read over somebody's shoulder is worthless.
    """
    generator = pyotp.TOTP(secret)
    current = int(now.timestamp()) // STEP_SECS
    plain = code.strip().replace(" ", "")
    for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1):
        expected = generator.at(step * STEP_SECS)
        if hmac.compare_digest(expected.encode(), plain.encode("utf-8", "replace")) and (
            after_step is None or step > after_step
        ):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes of 49 bits, in two groups of five for reading aloud from paper."""
    return [f"{_random(5)}-{_random(5)}" for _ in range(RECOVERY_CODES)]


def recovery_hash(user_id: int, code: str) -> str:
    """How a recovery code is stored; spaces, hyphens and capitals do not matter when it is typed."""
    plain = "".join(char for char in code.casefold() if char.isalnum())
    return sha256(f"recovery:{user_id}:{plain}".encode()).hexdigest()


def _random(length: int) -> str:
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))
