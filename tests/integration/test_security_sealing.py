"""Authenticator keys at rest: sealed, bound to their account, under a key that is not in the database."""

import base64
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, update

from api.security.permissions import Role
from api.security.sealing import KEY_BYTES, Sealer, Unsealable, is_sealed, sealer_for
from api.security.second_factors import SecondFactors
from knowledge.data_folder import prepare
from knowledge.errors import ConfigurationError, Unauthenticated, Unavailable
from knowledge.settings import SecuritySettings
from knowledge.store.accounts import users
from knowledge.store.database import Database
from tests.fakes.accounts import ADDRESS, PASSWORD, SEALER, House, open_house

OTHER_KEY = Sealer(b"\1" * KEY_BYTES)


@pytest.fixture
def house(database: Database) -> House:
    return open_house(database)


def _stored(house: House) -> str:
    with house.db.read() as conn:
        return str(conn.execute(select(users.c.totp_secret)).scalar_one())


def _store(house: House, text: str) -> None:
    with house.db.begin() as conn:
        conn.execute(update(users).values(totp_secret=text))


def _enrolled(house: House) -> tuple[str, list[str]]:
    """(the authenticator's key, recovery codes) of an administrator."""
    house.user("kanri", Role.ADMIN)
    step = house.accounts.logins.with_password("kanri", PASSWORD, ADDRESS)
    secret = house.accounts.logins.enrolment_page(step.token).secret
    return secret, house.accounts.logins.confirm_enrolment(step.token, house.code(secret), ADDRESS)[1]


def _code_login(house: House, code: str) -> str:
    step = house.accounts.logins.with_password("kanri", PASSWORD, ADDRESS)
    return house.accounts.logins.with_code(step.token, code, ADDRESS).stage


def test_the_database_does_not_hold_the_authenticators_key(house: House) -> None:
    secret, _ = _enrolled(house)
    assert is_sealed(_stored(house))
    assert secret not in _stored(house)
    house.clock.advance(timedelta(seconds=60))
    assert _code_login(house, house.code(secret)) == "complete"


def test_a_sealed_key_opens_only_for_its_own_account_and_unchanged() -> None:
    sealed = SEALER.seal("JBSWY3DPEHPK3PXP", 7)
    assert SEALER.unseal(sealed, 7) == "JBSWY3DPEHPK3PXP"
    assert SEALER.seal("JBSWY3DPEHPK3PXP", 7) != sealed
    for text, owner in ((sealed, 8), (sealed[:-6] + "AAAA==", 7), ("v1:short", 7), ("v1:%%%", 7)):
        with pytest.raises(Unsealable):
            SEALER.unseal(text, owner)
    with pytest.raises(Unsealable):
        OTHER_KEY.unseal(sealed, 7)


def test_keys_an_earlier_release_stored_in_clear_are_sealed_at_the_start_and_still_work(house: House) -> None:
    secret, _ = _enrolled(house)
    _store(house, secret)
    again = open_house(house.db)
    assert is_sealed(_stored(again))
    again.clock.advance(timedelta(seconds=60))
    assert _code_login(again, again.code(secret)) == "complete"
    assert SecondFactors(house.db, house.clock, SEALER).seal_old() == 0


def test_under_another_key_a_recovery_code_works_and_a_code_says_why_not(house: House) -> None:
    secret, recovery = _enrolled(house)
    _store(house, OTHER_KEY.seal(secret, 1))
    house.clock.advance(timedelta(seconds=60))
    with pytest.raises(Unavailable, match="鍵ファイル"):
        _code_login(house, house.code(secret))
    assert _code_login(house, recovery[0]) == "complete"
    with pytest.raises((Unauthenticated, Unavailable)):
        _code_login(house, recovery[0])


def test_the_key_file_is_made_once_for_its_owner_only(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    first = sealer_for(SecuritySettings(), folder)
    assert stat.S_IMODE(folder.secret_key_file.stat().st_mode) == 0o600
    assert sealer_for(SecuritySettings(), folder).unseal(first.seal("x", 1), 1) == "x"


def test_the_setting_comes_before_the_file_and_no_file_is_made(tmp_path: Path) -> None:
    folder = prepare(tmp_path)
    settings = SecuritySettings.model_validate({"secret_key": base64.b64encode(b"\1" * KEY_BYTES).decode()})
    assert OTHER_KEY.unseal(sealer_for(settings, folder).seal("x", 1), 1) == "x"
    assert not folder.secret_key_file.exists()


@pytest.mark.parametrize("text", ["", "short", "あ", "QUJD"])
def test_a_key_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    folder = prepare(tmp_path)
    folder.secret_key_file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"secret\.key"):
        sealer_for(SecuritySettings(), folder)
