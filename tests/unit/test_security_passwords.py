"""Password policy and hashing."""

import unicodedata

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from api.security.passwords import MAX_LENGTH, Passwords, is_guessable, password_problems

CHEAP = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.mark.parametrize(
    "password",
    [
        "password1234",
        "Password!!!!",
        "sakurasakura",
        "SakuraSakura2026",
        "123456789012",
        "987654321098",
        "aaaaaaaaaaaa",
        "ababababababab",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "madoguchi2026",
        "mynumbercard",
        "000000000000000000",
    ],
)
def test_what_everybody_tries_first_is_refused(password: str) -> None:
    assert is_guessable(password)
    assert password_problems(password, "hanako", 12)


@pytest.mark.parametrize(
    "password", ["kaki-tsukue-fune", "あおいそらとみどりのやま", "tR7#vLq92!xw", "meiji 38 no haru da"]
)
def test_long_and_unusual_is_enough(password: str) -> None:
    assert password_problems(password, "hanako", 12) == []


def test_each_problem_is_named() -> None:
    assert "12文字以上" in password_problems("tR7#vLq", "hanako", 12)[0]
    assert "利用者名" in password_problems("hanako-fune-99", "Hanako", 12)[0]
    assert "利用者名" in password_problems("yamada-fune-99x", "yamada@city.example", 12)[0]
    assert "制御文字" in password_problems("kaki\x00tsukue-fune", "hanako", 12)[0]
    assert "200文字以下" in password_problems("kaki-tsukue-fune" * 20, "hanako", 12)[0]


@given(st.text(max_size=300), st.text(max_size=40), st.integers(1, 64))
def test_the_policy_judges_any_text(password: str, name: str, min_length: int) -> None:
    problems = password_problems(password, name, min_length)
    length = len(unicodedata.normalize("NFC", password))
    if not min_length <= length <= MAX_LENGTH:
        assert problems


def test_the_right_password_fits_and_the_hash_is_argon2id() -> None:
    stored = CHEAP.hash("kaki-tsukue-fune")
    assert stored.startswith("$argon2id$")
    assert CHEAP.verify(stored, "kaki-tsukue-fune")
    assert not CHEAP.verify(stored, "kaki-tsukue-funa")
    assert not CHEAP.verify(None, "decoy")
    assert not CHEAP.verify("broken", "kaki-tsukue-fune")


def test_decomposed_kana_is_the_same_password() -> None:
    stored = CHEAP.hash("がくぶちとぶどうばたけ")
    assert CHEAP.verify(stored, unicodedata.normalize("NFD", "がくぶちとぶどうばたけ"))


def test_stronger_parameters_ask_for_a_new_hash() -> None:
    assert Passwords().needs_rehash(CHEAP.hash("kaki-tsukue-fune"))
