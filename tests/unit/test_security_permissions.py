"""The permission table: what the roles may do, and what no role may gain by accident."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.security.declare import Declaration
from api.security.permissions import (
    ANONYMOUS_PERMISSIONS,
    PERMISSION_LABELS,
    ROLE_LABELS,
    ROLE_PERMISSIONS,
    Permission,
    Role,
    permissions_of,
)
from api.security.principal import ANONYMOUS, NOBODY, Principal
from knowledge.errors import Forbidden, Unauthenticated

WRITES = {
    permission
    for permission in Permission
    if permission.value.endswith(
        (".edit", ".write", ".delete", ".approve", ".publish", ".import", ".manage", ".review")
    )
} | {Permission.INGEST}


def test_every_role_and_permission_is_in_the_table_and_has_a_japanese_name() -> None:
    assert set(ROLE_PERMISSIONS) == set(Role) == set(ROLE_LABELS)
    assert set(PERMISSION_LABELS) == set(Permission)
    assert set().union(*ROLE_PERMISSIONS.values()) == set(Permission), "a right nobody holds is dead"


def test_the_auditor_only_reads_and_the_city_judges_calls_besides() -> None:
    written = WRITES - {Permission.FEEDBACK_WRITE}
    assert not ROLE_PERMISSIONS[Role.AUDITOR] & written
    assert ROLE_PERMISSIONS[Role.CITY] & written <= {Permission.CALL_REVIEW}


def test_a_device_feeds_calls_and_does_nothing_else() -> None:
    assert ROLE_PERMISSIONS[Role.DEVICE] == {Permission.CALL_FEED}


def test_who_runs_the_system_does_not_see_citizens_in_clear() -> None:
    assert {role for role in Role if Permission.UNMASK in ROLE_PERMISSIONS[role]} == {Role.SUPERVISOR, Role.CITY}


@pytest.mark.parametrize(
    ("permission", "holders"),
    [
        (Permission.USER_MANAGE, {Role.ADMIN}),
        (Permission.APIKEY_MANAGE, {Role.ADMIN}),
        (Permission.SETTINGS_EDIT, {Role.ADMIN}),
        (Permission.AUDIT_READ, {Role.ADMIN, Role.AUDITOR}),
        (Permission.FAQ_APPROVE, {Role.ADMIN, Role.APPROVER}),
        (Permission.FAQ_EDIT, {Role.ADMIN, Role.APPROVER, Role.EDITOR}),
        (Permission.CALL_FEED, {Role.ADMIN, Role.DEVICE}),
        (Permission.INTERACTION_DELETE, {Role.ADMIN, Role.SUPERVISOR}),
    ],
)
def test_dangerous_rights_stay_with_few(permission: Permission, holders: set[Role]) -> None:
    assert {role for role in Role if permission in ROLE_PERMISSIONS[role]} == holders


@given(role=st.sampled_from(Role), scopes=st.none() | st.sets(st.sampled_from(Permission)))
def test_scopes_only_narrow(role: Role, scopes: set[Permission] | None) -> None:
    granted = permissions_of(role, scopes)
    assert granted <= ROLE_PERMISSIONS[role]
    assert granted == ROLE_PERMISSIONS[role] if scopes is None else granted <= scopes


@given(role=st.sampled_from(Role), permission=st.sampled_from(Permission))
def test_a_route_lets_in_exactly_who_holds_its_permission(role: Role, permission: Permission) -> None:
    user = Principal("user", "u", role, permissions_of(role))
    assert Declaration("requires", permission).allows(user) == (permission in ROLE_PERMISSIONS[role])


@given(permission=st.sampled_from(Permission))
def test_anonymous_may_search_and_ask_and_nothing_else(permission: Permission) -> None:
    declaration = Declaration("requires", permission)
    assert declaration.allows(ANONYMOUS) == (permission in {Permission.SEARCH_USE, Permission.ANSWER_USE})
    assert not declaration.allows(NOBODY)
    assert ANONYMOUS.permissions == ANONYMOUS_PERMISSIONS


def test_the_refusal_says_whether_to_log_in_or_to_ask_for_the_right() -> None:
    declaration = Declaration("requires", Permission.USER_MANAGE)
    viewer = Principal("user", "u", Role.VIEWER, permissions_of(Role.VIEWER))
    assert isinstance(declaration.refusal(ANONYMOUS, inside=True), Unauthenticated)
    refusal = declaration.refusal(viewer, inside=True)
    assert isinstance(refusal, Forbidden)
    assert "利用者の管理" in refusal.message


def test_a_half_finished_login_opens_nothing() -> None:
    half = Principal("user", "u", Role.ADMIN, frozenset(), stage="second_factor")
    assert not Declaration("login_only").allows(half)
    assert Declaration("staff_network").allows(half)
    assert not any(Declaration("requires", permission).allows(half) for permission in Permission)


def test_outside_the_staff_network_only_public_things_open() -> None:
    admin = Principal("user", "u", Role.ADMIN, permissions_of(Role.ADMIN))
    assert Declaration("public").refusal(ANONYMOUS, inside=False) is None
    assert Declaration("requires", Permission.ANSWER_USE).refusal(ANONYMOUS, inside=False) is None
    for declaration in (Declaration("staff_network"), Declaration("login_only")):
        assert isinstance(declaration.refusal(ANONYMOUS, inside=False), Forbidden)
    assert Declaration("staff_network").refusal(admin, inside=False) is not None
