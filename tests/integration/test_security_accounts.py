"""Accounts on a real database: logins, second factor, sessions, set-up links, keys, and what the audit log says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from api.security.errors import LockedOut, LoginIncomplete, WaitBefore
from api.security.permissions import Permission, Role, permissions_of
from api.security.totp import RECOVERY_CODES
from knowledge.errors import Conflict, Forbidden, InvalidInput, MadoguchiError, NotFound, Unauthenticated
from knowledge.store import audit
from knowledge.store.database import Database
from tests.fakes.accounts import ADDRESS, PASSWORD, House, open_house

NEW_PASSWORD = "mado-to-ringo-to-kasa"


@pytest.fixture
def house(database: Database) -> House:
    return open_house(database)


def fail(house: House, name: str, times: int, password: str = "wrong-wrong-wrong") -> None:
    for _ in range(times):
        with pytest.raises(Unauthenticated):
            house.accounts.logins.with_password(name, password, ADDRESS)


# ---- password login and lock-out


def test_a_viewer_logs_in_with_the_password_alone(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    step = house.accounts.logins.with_password(" Hanako ", PASSWORD, ADDRESS)
    assert step.stage == "complete"
    principal = house.accounts.sessions.resolve(step.token)
    assert principal is not None
    assert (principal.name, principal.permissions) == ("hanako", permissions_of(Role.VIEWER))
    assert ("hanako", "login.success", "hanako") in house.audited()


def test_unknown_name_wrong_password_and_disabled_account_look_the_same(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    house.user("taro", Role.VIEWER)
    house.accounts.users.change("system", "taro", active=False)
    messages = set()
    for name, password in (("nobody", PASSWORD), ("hanako", "wrong-wrong-wrong"), ("taro", PASSWORD)):
        with pytest.raises(Unauthenticated) as refused:
            house.accounts.logins.with_password(name, password, ADDRESS)
        messages.add(refused.value.message)
    assert len(messages) == 1


@pytest.mark.parametrize("name", ["hanako", "nobody"])
def test_five_failures_lock_known_and_unknown_names_alike(house: House, name: str) -> None:
    house.user("hanako", Role.VIEWER)
    fail(house, name, 5)
    with pytest.raises(LockedOut) as locked:
        house.accounts.logins.with_password(name, PASSWORD, ADDRESS)
    assert locked.value.retry_after_secs == 30
    house.clock.advance(timedelta(seconds=30))
    fail(house, name, 1)
    with pytest.raises(LockedOut) as locked:
        house.accounts.logins.with_password(name, PASSWORD, ADDRESS)
    assert locked.value.retry_after_secs == 60
    shown = name if name == "hanako" else "unknown"
    assert (shown, "login.lockout", shown) in house.audited()


def test_a_typed_name_that_is_no_account_never_reaches_the_log(house: House) -> None:
    fail(house, "my-secret-password", 5)
    with house.db.read() as conn:
        everything = repr(audit.search(conn, audit.AuditQuery()))
        everything += repr(conn.exec_driver_sql("SELECT * FROM login_failures").all())
    assert "my-secret" not in everything


def test_success_forgives_earlier_failures(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    fail(house, "hanako", 4)
    house.login("hanako")
    fail(house, "hanako", 4)
    house.login("hanako")


def test_parallel_guesses_get_no_more_tries_than_one_after_another(house: House) -> None:
    house.user("hanako", Role.VIEWER)

    def guess(number: int) -> type[MadoguchiError]:
        with pytest.raises(MadoguchiError) as refused:
            house.accounts.logins.with_password("hanako", f"guess-number-{number}", f"192.0.2.{number}")
        return refused.type

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(guess, range(24)))
    assert outcomes.count(Unauthenticated) == 5
    assert outcomes.count(LockedOut) == 19


def test_hammering_one_account_from_one_address_is_slowed_even_with_the_right_password(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    for _ in range(10):
        house.login("hanako")
    with pytest.raises(WaitBefore):
        house.login("hanako")


def test_a_hash_with_old_parameters_is_renewed_at_login(house: House) -> None:
    from argon2 import PasswordHasher
    from sqlalchemy import select, update

    from knowledge.store.accounts import users

    house.user("hanako", Role.VIEWER)
    old = PasswordHasher(time_cost=2, memory_cost=8, parallelism=1).hash(PASSWORD)
    with house.db.begin() as conn:
        conn.execute(update(users).values(password_hash=old))
    house.login("hanako")
    with house.db.read() as conn:
        assert "t=1," in conn.execute(select(users.c.password_hash)).scalar_one()


# ---- second factor


def enrolled(house: House, name: str = "boss") -> tuple[str, list[str]]:
    """An admin with a second factor: its secret and recovery codes."""
    house.user(name, Role.ADMIN)
    step = house.accounts.logins.with_password(name, PASSWORD, ADDRESS)
    secret = house.accounts.logins.enrolment_page(step.token).secret
    _, codes = house.accounts.logins.confirm_enrolment(step.token, house.code(secret), ADDRESS)
    house.clock.advance(timedelta(seconds=30))
    return secret, codes


def test_an_admin_must_enrol_at_the_first_login_and_has_no_right_before(house: House) -> None:
    house.user("boss", Role.ADMIN)
    step = house.accounts.logins.with_password("boss", PASSWORD, ADDRESS)
    assert step.stage == "enrolment"
    half = house.accounts.sessions.resolve(step.token)
    assert half is not None
    assert not half.permissions
    page = house.accounts.logins.enrolment_page(step.token)
    assert house.accounts.logins.enrolment_page(step.token).secret == page.secret, "reloading keeps the key"
    with pytest.raises(InvalidInput):
        house.accounts.logins.confirm_enrolment(step.token, "000000", ADDRESS)
    done, codes = house.accounts.logins.confirm_enrolment(step.token, house.code(page.secret), ADDRESS)
    assert len(codes) == RECOVERY_CODES
    full = house.accounts.sessions.resolve(done.token)
    assert full is not None
    assert full.may(Permission.USER_MANAGE)
    assert house.accounts.sessions.resolve(step.token) is None, "the token is rotated"


def test_an_enrolled_person_needs_a_code_and_the_same_code_works_once(house: House) -> None:
    secret, _ = enrolled(house)
    first = house.accounts.logins.with_password("boss", PASSWORD, ADDRESS)
    second = house.accounts.logins.with_password("boss", PASSWORD, "192.0.2.11")
    assert first.stage == second.stage == "second_factor"
    code = house.code(secret)
    assert house.accounts.logins.with_code(first.token, code, ADDRESS).stage == "complete"
    with pytest.raises(Unauthenticated):
        house.accounts.logins.with_code(second.token, code, ADDRESS)


def test_of_parallel_logins_with_one_code_one_succeeds(house: House) -> None:
    secret, _ = enrolled(house)
    addresses = [f"192.0.2.{number}" for number in range(4)]
    tokens = [house.accounts.logins.with_password("boss", PASSWORD, address).token for address in addresses]
    code = house.code(secret)

    def enter(token: str) -> str:
        try:
            return house.accounts.logins.with_code(token, code, ADDRESS).stage
        except Unauthenticated:
            return "refused"

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(enter, tokens))
    assert outcomes == ["complete", "refused", "refused", "refused"]


def test_the_code_of_the_enrolment_itself_cannot_be_replayed(house: House) -> None:
    house.user("boss", Role.ADMIN)
    step = house.accounts.logins.with_password("boss", PASSWORD, ADDRESS)
    code = house.code(house.accounts.logins.enrolment_page(step.token).secret)
    house.accounts.logins.confirm_enrolment(step.token, code, ADDRESS)
    again = house.accounts.logins.with_password("boss", PASSWORD, ADDRESS)
    with pytest.raises(Unauthenticated):
        house.accounts.logins.with_code(again.token, code, ADDRESS)


def test_an_enrolled_person_cannot_get_around_the_code_by_enrolling_again(house: House) -> None:
    enrolled(house)
    step = house.accounts.logins.with_password("boss", PASSWORD, ADDRESS)
    with pytest.raises(LoginIncomplete):
        house.accounts.logins.enrolment_page(step.token)
    with pytest.raises(LoginIncomplete):
        house.accounts.logins.change_password(step.token, PASSWORD, NEW_PASSWORD, ADDRESS)
    with pytest.raises(LoginIncomplete):
        house.accounts.logins.renew_recovery_codes(step.token, "000000")


def test_wrong_codes_lock_and_the_right_password_between_them_does_not_help(house: House) -> None:
    enrolled(house)
    for number in range(5):
        step = house.accounts.logins.with_password("boss", PASSWORD, f"192.0.2.{number}")
        with pytest.raises(Unauthenticated):
            house.accounts.logins.with_code(step.token, "000000", ADDRESS)
    with pytest.raises(LockedOut):
        house.accounts.logins.with_password("boss", PASSWORD, ADDRESS)
    with pytest.raises(LockedOut):
        house.accounts.logins.with_code(step.token, "000000", ADDRESS)


def test_right_passwords_alone_never_lock(house: House) -> None:
    enrolled(house)
    for number in range(8):
        assert house.accounts.logins.with_password("boss", PASSWORD, f"192.0.2.{number}").stage == "second_factor"


def test_a_recovery_code_works_once(house: House) -> None:
    _, codes = enrolled(house)
    step = house.accounts.logins.with_password("boss", PASSWORD, ADDRESS)
    done = house.accounts.logins.with_code(step.token, codes[3].upper(), ADDRESS)
    assert done.stage == "complete"
    again = house.accounts.logins.with_password("boss", PASSWORD, ADDRESS)
    with pytest.raises(Unauthenticated):
        house.accounts.logins.with_code(again.token, codes[3], ADDRESS)
    user = house.accounts.users.get("boss")
    assert house.accounts.logins.recovery_codes_left(user.user_id) == RECOVERY_CODES - 1
    assert ("boss", "user.recovery_code.use", "boss") in house.audited()


def test_renewed_recovery_codes_kill_the_old_ones(house: House) -> None:
    secret, old = enrolled(house)
    step = house.accounts.logins.with_password("boss", PASSWORD, ADDRESS)
    token = house.accounts.logins.with_code(step.token, house.code(secret), ADDRESS).token
    with pytest.raises(Forbidden):
        house.accounts.logins.renew_recovery_codes(token, house.code(secret))
    house.clock.advance(timedelta(seconds=30))
    new = house.accounts.logins.renew_recovery_codes(token, house.code(secret))
    assert not set(new) & set(old)
    again = house.accounts.logins.with_password("boss", PASSWORD, ADDRESS)
    with pytest.raises(Unauthenticated):
        house.accounts.logins.with_code(again.token, old[0], ADDRESS)
    assert house.accounts.logins.with_code(again.token, new[0], ADDRESS).stage == "complete"


def test_a_lost_phone_is_reset_by_an_administrator_and_enrolled_anew(house: House) -> None:
    enrolled(house)
    house.accounts.users.reset_second_factor("admin2", "boss")
    assert house.accounts.logins.with_password("boss", PASSWORD, ADDRESS).stage == "enrolment"
    assert ("admin2", "user.second_factor.reset", "boss") in house.audited()


def test_a_waiting_login_dies_after_ten_minutes(house: House) -> None:
    secret, _ = enrolled(house)
    step = house.accounts.logins.with_password("boss", PASSWORD, ADDRESS)
    house.clock.advance(timedelta(minutes=10))
    with pytest.raises(Unauthenticated):
        house.accounts.logins.with_code(step.token, house.code(secret), ADDRESS)


# ---- sessions


def test_a_session_ends_after_idle_time_but_work_keeps_it_alive_until_the_absolute_limit(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    token = house.login("hanako")
    for _ in range(25):
        house.clock.advance(timedelta(minutes=28))
        assert house.accounts.sessions.resolve(token) is not None
    house.clock.advance(timedelta(minutes=25))
    assert house.accounts.sessions.resolve(token) is None, "12 hours are over"
    token = house.login("hanako")
    house.clock.advance(timedelta(minutes=30))
    assert house.accounts.sessions.resolve(token) is None, "half an hour of silence"


def test_the_database_does_not_hold_the_token(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    token = house.login("hanako")
    with house.db.read() as conn:
        assert token not in repr(conn.exec_driver_sql("SELECT * FROM sessions").all())


def test_logout_here_and_everywhere(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    here, there = house.login("hanako"), house.login("hanako")
    house.accounts.sessions.logout(here)
    house.accounts.sessions.logout("unknown")
    assert house.accounts.sessions.resolve(here) is None
    principal = house.accounts.sessions.resolve(there)
    assert principal is not None
    assert [info.address for info in house.accounts.sessions.list_of(principal.user_id or 0)] == [ADDRESS]
    assert house.accounts.sessions.logout_everywhere("hanako", "hanako") == 1
    assert house.accounts.sessions.resolve(there) is None
    assert {"logout", "logout.everywhere"} <= {action for _, action, _ in house.audited()}


def test_a_login_replaces_the_session_it_started_from(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    before = house.login("hanako")
    step = house.accounts.logins.with_password("hanako", PASSWORD, ADDRESS, replaces=before)
    assert house.accounts.sessions.resolve(before) is None
    assert house.accounts.sessions.resolve(step.token) is not None


@pytest.mark.parametrize("change", [{"role": Role.OPERATOR}, {"active": False}])
def test_a_changed_role_or_disabled_account_ends_sessions_at_once(house: House, change: dict[str, object]) -> None:
    house.user("hanako", Role.VIEWER)
    token = house.login("hanako")
    house.accounts.users.change("system", "hanako", **change)  # type: ignore[arg-type]
    assert house.accounts.sessions.resolve(token) is None


def test_no_person_has_the_role_of_a_machine(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    with pytest.raises(InvalidInput, match="APIキー専用"):
        house.accounts.users.change("system", "hanako", role=Role.DEVICE)
    with pytest.raises(InvalidInput, match="APIキー専用"):
        house.accounts.users.create("system", "taro", Role.DEVICE)


def test_changing_ones_password_ends_other_sessions_and_renews_this_one(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    here, there = house.login("hanako"), house.login("hanako")
    with pytest.raises(Forbidden):
        house.accounts.logins.change_password(here, "wrong-wrong-wrong", NEW_PASSWORD, ADDRESS)
    with pytest.raises(InvalidInput):
        house.accounts.logins.change_password(here, PASSWORD, "short", ADDRESS)
    step = house.accounts.logins.change_password(here, PASSWORD, NEW_PASSWORD, ADDRESS)
    resolved = [house.accounts.sessions.resolve(token) is not None for token in (here, there, step.token)]
    assert resolved == [False, False, True]
    fail(house, "hanako", 1, PASSWORD)


# ---- users


@pytest.mark.parametrize("name", ["", "a", "山田", "a b", "-x", "system", "anonymous", "x" * 65])
def test_names_that_are_no_names_are_refused(house: House, name: str) -> None:
    with pytest.raises(InvalidInput):
        house.accounts.users.create("system", name, Role.VIEWER)


def test_names_are_unique_whatever_the_capitals(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    with pytest.raises(Conflict):
        house.user("HANAKO", Role.VIEWER)
    assert [user.name for user in house.accounts.users.all()] == ["hanako"]


def test_a_weak_password_creates_nobody(house: House) -> None:
    with pytest.raises(InvalidInput) as refused:
        house.accounts.users.create("system", "hanako", Role.VIEWER, password="password")
    assert {problem.column for problem in refused.value.problems} == {"password"}
    assert house.accounts.users.all() == []


def test_the_last_administrator_stays(house: House) -> None:
    house.user("boss", Role.ADMIN)
    with pytest.raises(Conflict):
        house.accounts.users.change("boss", "boss", active=False)
    with pytest.raises(Conflict):
        house.accounts.users.change("boss", "boss", role=Role.VIEWER)
    assert house.accounts.users.get("boss").role is Role.ADMIN
    house.user("boss2", Role.ADMIN)
    assert house.accounts.users.change("boss2", "boss", role=Role.VIEWER).role is Role.VIEWER


def test_user_changes_are_audited_with_who_did_them_and_the_chain_holds(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    house.accounts.users.change("boss", "hanako", role=Role.EDITOR)
    house.accounts.users.change("boss", "hanako", display_name="山田花子")
    assert house.audited("user.change") == [("boss", "user.change", "hanako")] * 2
    with house.db.read() as conn:
        assert audit.verify(conn) is None
        assert "花子" not in repr(audit.search(conn, audit.AuditQuery())), "names of people stay out of the log"


def test_a_change_that_changes_nothing_leaves_sessions_and_log_alone(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    token = house.login("hanako")
    house.accounts.users.change("boss", "hanako", role=Role.VIEWER, active=True)
    assert house.accounts.sessions.resolve(token) is not None
    assert house.audited("user.change") == []


# ---- first start and set-up links


def test_the_first_start_makes_no_account_but_a_link_that_works_once(house: House) -> None:
    assert house.accounts.users.all() == []
    token = house.accounts.setup.for_first_start()
    assert token is not None
    assert house.accounts.setup.offer(token).role is Role.ADMIN
    with pytest.raises(InvalidInput):
        house.accounts.setup.redeem(token, "short", "boss")
    assert house.accounts.setup.redeem(token, PASSWORD, "boss", "責任者") == "boss"
    with pytest.raises(NotFound):
        house.accounts.setup.redeem(token, PASSWORD, "boss2")
    assert house.accounts.setup.for_first_start() is None
    assert house.accounts.logins.with_password("boss", PASSWORD, ADDRESS).stage == "enrolment"


def test_a_new_first_start_link_replaces_the_old_one(house: House) -> None:
    old, new = house.accounts.setup.for_first_start(), house.accounts.setup.for_first_start()
    with pytest.raises(NotFound):
        house.accounts.setup.offer(old or "")
    assert house.accounts.setup.offer(new or "").name == ""


def test_a_first_start_link_is_worthless_once_somebody_exists(house: House) -> None:
    token = house.accounts.setup.for_first_start()
    house.user("boss", Role.ADMIN)
    with pytest.raises(Conflict):
        house.accounts.setup.redeem(token or "", PASSWORD, "intruder")
    assert [user.name for user in house.accounts.users.all()] == ["boss"]


def test_an_invited_colleague_sets_the_password_within_a_day(house: House) -> None:
    house.accounts.users.create("boss", "taro", Role.OPERATOR)
    fail(house, "taro", 1, "")
    late = house.accounts.setup.for_user("boss", "taro")
    house.clock.advance(timedelta(hours=24))
    with pytest.raises(NotFound):
        house.accounts.setup.redeem(late, PASSWORD)
    token = house.accounts.setup.for_user("boss", "taro")
    assert house.accounts.setup.redeem(token, PASSWORD) == "taro"
    assert house.accounts.logins.with_password("taro", PASSWORD, ADDRESS).stage == "complete"


def test_a_link_of_a_disabled_account_is_dead(house: House) -> None:
    house.user("taro", Role.OPERATOR)
    token = house.accounts.setup.for_user("boss", "taro")
    house.accounts.users.change("boss", "taro", active=False)
    with pytest.raises(NotFound):
        house.accounts.setup.redeem(token, NEW_PASSWORD)
    with pytest.raises(Conflict):
        house.accounts.setup.for_user("boss", "taro")


# ---- API keys


def test_a_key_carries_its_role_narrowed_by_scopes(house: House) -> None:
    key, info = house.accounts.keys.create("boss", "PBX連携", Role.OPERATOR, {Permission.SEARCH_USE})
    principal = house.accounts.keys.verify(key)
    assert principal.permissions == {Permission.SEARCH_USE}
    assert principal.is_staff
    assert principal.who == f"key:{info.key_id}"
    wide, _ = house.accounts.keys.create("boss", "全権", Role.OPERATOR)
    assert house.accounts.keys.verify(wide).permissions == permissions_of(Role.OPERATOR)


def test_a_revoked_key_is_dead_at_once_and_an_expired_one_in_time(house: House) -> None:
    key, info = house.accounts.keys.create("boss", "a", Role.VIEWER)
    until = house.clock.now() + timedelta(hours=1)
    short, _ = house.accounts.keys.create("boss", "b", Role.VIEWER, expires_at=until)
    house.accounts.keys.revoke("boss", info.key_id)
    with pytest.raises(Unauthenticated):
        house.accounts.keys.verify(key)
    with pytest.raises(NotFound):
        house.accounts.keys.revoke("boss", info.key_id)
    house.accounts.keys.verify(short)
    house.clock.advance(timedelta(hours=1))
    with pytest.raises(Unauthenticated):
        house.accounts.keys.verify(short)


def test_a_removed_key_is_dead_at_once_and_gone_from_the_list(house: House) -> None:
    key, info = house.accounts.keys.create("system", "a", Role.VIEWER)
    house.accounts.keys.remove("system", info.key_id)
    assert house.accounts.keys.all() == []
    with pytest.raises(Unauthenticated):
        house.accounts.keys.verify(key)
    with pytest.raises(NotFound):
        house.accounts.keys.remove("system", info.key_id)


@pytest.mark.parametrize(
    "forged", ["", "mdg", "mdg_", "mdg_x_y", "bearer", "mdg_{id}_", "mdg_{id}_guess", "xyz_{id}_{secret}", "鍵"]
)
def test_forged_keys_are_refused(house: House, forged: str) -> None:
    key, info = house.accounts.keys.create("boss", "a", Role.VIEWER)
    secret = key.split("_", 2)[2]
    with pytest.raises(Unauthenticated):
        house.accounts.keys.verify(forged.format(id=info.key_id, secret=secret))


def test_a_key_made_by_another_process_is_known_after_reload(house: House) -> None:
    house.accounts.keys.reload()
    other = open_house(house.db)
    key, info = other.accounts.keys.create("boss", "a", Role.VIEWER)
    assert not house.accounts.keys.is_stale()
    house.clock.advance(timedelta(seconds=31))
    assert house.accounts.keys.is_stale()
    house.accounts.keys.reload()
    assert house.accounts.keys.verify(key).key_id == info.key_id


def test_last_use_is_shown_at_once_and_survives_a_restart(house: House) -> None:
    key, _ = house.accounts.keys.create("boss", "a", Role.VIEWER)
    house.clock.advance(timedelta(minutes=3))
    used_at = house.clock.now()
    house.accounts.keys.verify(key)
    assert house.accounts.keys.all()[0].last_used_at == used_at
    house.accounts.housekeeping()
    again = open_house(house.db)
    assert again.accounts.keys.all()[0].last_used_at == used_at


def test_bad_key_requests_name_every_field(house: House) -> None:
    with pytest.raises(InvalidInput) as refused:
        house.accounts.keys.create("boss", " ", Role.VIEWER, {Permission.USER_MANAGE}, house.clock.now())
    assert [problem.column for problem in refused.value.problems] == ["label", "scopes", "expires_at"]
    assert house.accounts.keys.all() == []


def test_the_secret_is_stored_nowhere(house: House) -> None:
    key, info = house.accounts.keys.create("boss", "a", Role.VIEWER)
    secret = key.split("_", 2)[2]
    with house.db.read() as conn:
        dump = repr(conn.exec_driver_sql("SELECT * FROM api_keys").all()) + repr(audit.search(conn, audit.AuditQuery()))
    assert secret not in dump
    assert ("boss", "apikey.create", f"key:{info.key_id}") in house.audited()


# ---- unmasking and housekeeping


def test_housekeeping_drops_only_what_is_dead(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    house.accounts.setup.for_user("boss", "hanako")
    house.login("hanako")
    fail(house, "nobody", 1)
    house.clock.advance(timedelta(hours=25))
    live = house.login("hanako")
    house.accounts.housekeeping()
    with house.db.read() as conn:
        counts = [
            conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()  # noqa: S608 - our own table names
            for table in ("sessions", "setup_links", "login_failures", "users")
        ]
    assert counts == [1, 0, 0, 1]
    assert house.accounts.sessions.resolve(live) is not None
