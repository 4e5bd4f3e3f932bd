"""Random secrets that are shown once and stored only as SHA-256 (256 random bits need no slow hash)."""

import secrets
from hashlib import sha256


def new_token() -> str:
    """256 random bits, safe in a cookie or a link."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    return sha256(token.encode("utf-8", "replace")).hexdigest()
