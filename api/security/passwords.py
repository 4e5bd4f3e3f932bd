"""Passwords: argon2id hashes, and a policy that asks for length rather than for symbols."""

import unicodedata
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from api.security.common_passwords import COMMON_PASSWORDS

MAX_LENGTH = 200
_AT_ONCE = 4
_DECORATION = "0123456789!@#$%&*?.,-_+= "


class Passwords:
    """Hashes and checks passwords. Each check costs 64 MiB, so only a few run at once."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._slots = BoundedSemaphore(_AT_ONCE)
        aside = ThreadPoolExecutor(1)  # a sixth of a second, which the start of the service need not wait for
        self._decoy = aside.submit(self._hasher.hash, "decoy")
        aside.shutdown(wait=False)

    def hash(self, password: str) -> str:
        with self._slots:
            return self._hasher.hash(_bytes(password))

    def verify(self, stored: str | None, password: str) -> bool:
        """True when the password fits. Without a stored hash the same work is done, so that time tells nothing."""
        with self._slots:
            try:
                self._hasher.verify(stored or self._decoy.result(), _bytes(password))
            except (Argon2Error, InvalidHashError):
                return False
        return stored is not None

    def needs_rehash(self, stored: str) -> bool:
        return self._hasher.check_needs_rehash(stored)


def password_problems(password: str, user_name: str, min_length: int) -> list[str]:
    """What is wrong with a new password, as sentences for the person; empty when it may be used."""
    plain = _normalised(password)
    problems = []
    if len(plain) < min_length:
        problems.append(f"パスワードは{min_length}文字以上にしてください。")
    if len(plain) > MAX_LENGTH:
        problems.append(f"パスワードは{MAX_LENGTH}文字以下にしてください。")
    if any(unicodedata.category(char) == "Cc" for char in plain):
        problems.append("パスワードに制御文字は使えません。")
    if _contains_name(plain, user_name):
        problems.append("パスワードに利用者名を含めないでください。")
    if is_guessable(plain):
        problems.append("推測されやすいパスワードです。関連のない単語を3つ以上組み合わせてください。")
    return problems


def is_guessable(password: str) -> bool:
    """A common password, decorated or repeated; a run such as 123456789012; hardly any different characters."""
    folded = password.casefold()
    if len(set(folded)) < 5 or _is_run(folded):
        return True
    core = folded.strip(_DECORATION) or folded
    return folded in COMMON_PASSWORDS or core in COMMON_PASSWORDS or _unit(core) in COMMON_PASSWORDS


def _normalised(password: str) -> str:
    # The same keys give composed or decomposed kana depending on the computer.
    return unicodedata.normalize("NFC", password)


def _bytes(password: str) -> bytes:
    return _normalised(password).encode("utf-8", "replace")


def _contains_name(password: str, user_name: str) -> bool:
    name = user_name.casefold().partition("@")[0]
    return len(name) >= 3 and name in password.casefold()


def _is_run(text: str) -> bool:
    steps = {ord(after) - ord(before) for before, after in pairwise(text)}
    # Digits wrap from 9 to 0 in "123456789012".
    return bool(steps) and (steps <= {1, -9} or steps <= {-1, 9})


def _unit(text: str) -> str:
    """The part a text repeats ("sakurasakura" → "sakura"), the text itself when it repeats nothing."""
    start = (text + text).find(text, 1)
    return text[:start]
