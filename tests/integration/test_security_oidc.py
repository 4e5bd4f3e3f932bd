"""Login through an identity provider that really runs (on the loopback), and all the ways it must fail."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi import FastAPI, Request
from starlette.responses import Response

from api.security.oidc import OidcClient, OidcConfig
from api.security.oidc_claims import RoleRule, login_identity, role_of
from api.security.oidc_routes import oidc_router
from api.security.permissions import Role
from api.security.protect import protect
from api.security.refusal import problem_response
from knowledge.errors import ConfigurationError, Conflict, Forbidden, MadoguchiError, Unauthenticated, Unavailable
from knowledge.settings import PublicSettings, SecuritySettings, ServerSettings
from knowledge.store.database import Database
from tests.fakes.accounts import ADDRESS, House, open_house
from tests.fakes.oidc_provider import CLIENT_ID, CLIENT_SECRET, FakeProvider, running_provider

BACK = "http://testserver/v1/auth/oidc/callback"
RULE = RoleRule(Role.VIEWER, "realm_access.roles", {"faq-approvers": Role.APPROVER, "faq-editors": Role.EDITOR})


@pytest.fixture
def house(sqlite: Database) -> House:
    return open_house(sqlite)


@pytest.fixture
def provider(house: House) -> Iterator[FakeProvider]:
    with running_provider() as running:
        running.now = int(house.clock.at.timestamp())
        yield running


@pytest.fixture
def client(house: House, provider: FakeProvider) -> Iterator[OidcClient]:
    made = OidcClient(config_of(provider.issuer), house.clock)
    yield made
    made.close()


def config_of(issuer: str, client_id: str = CLIENT_ID) -> OidcConfig:
    settings = SecuritySettings.model_validate(
        {"oidc_issuer": issuer, "oidc_client_id": client_id, "oidc_client_secret": CLIENT_SECRET}
    )
    config = OidcConfig.of(settings, RULE)
    assert config is not None
    return config


def test_a_person_comes_back_with_name_and_role(client: OidcClient, provider: FakeProvider) -> None:
    provider.person["realm_access"] = {"roles": ["other", "faq-editors", "faq-approvers"]}
    start = client.start(BACK)
    identity = client.finish(provider.authorize(start.url), start.state, start.state)
    assert (identity.name, identity.display_name, identity.role) == ("Hanako", "山田花子", Role.APPROVER)
    assert identity.subject == f"{provider.issuer}|p-1"
    assert not identity.strong


def test_a_state_works_once_in_time_and_in_its_own_browser(
    client: OidcClient, provider: FakeProvider, house: House
) -> None:
    start = client.start(BACK)
    for cookie in ("", "x", start.state + "x"):
        with pytest.raises(Unauthenticated):
            client.finish(provider.authorize(start.url), start.state, cookie)
    with pytest.raises(Unauthenticated):
        client.finish("code", "", "")
    client.finish(provider.authorize(start.url), start.state, start.state)
    with pytest.raises(Unauthenticated):
        client.finish(provider.authorize(start.url), start.state, start.state)
    late = client.start(BACK)
    house.clock.advance(timedelta(minutes=11))
    with pytest.raises(Unauthenticated):
        client.finish(provider.authorize(late.url), late.state, late.state)


def test_a_code_stolen_from_another_login_fails_the_pkce_check(client: OidcClient, provider: FakeProvider) -> None:
    victim, thief = client.start(BACK), client.start(BACK)
    stolen = provider.authorize(victim.url)
    with pytest.raises(Unauthenticated):
        client.finish(stolen, thief.state, thief.state)


@pytest.mark.parametrize("forge", ["none", "hs256", "other key"])
def test_a_token_not_signed_by_the_provider_is_refused(client: OidcClient, provider: FakeProvider, forge: str) -> None:
    provider.forge = forge
    start = client.start(BACK)
    with pytest.raises(Unauthenticated):
        client.finish(provider.authorize(start.url), start.state, start.state)


@pytest.mark.parametrize(
    "override",
    [
        {"iss": "http://127.0.0.1:1"},
        {"aud": "another-client"},
        {"aud": [CLIENT_ID, "another-client"]},
        {"aud": [CLIENT_ID, "another-client"], "azp": "another-client"},
        {"nonce": "another login"},
        {"exp": 1_700_000_000},
        {"exp": "tomorrow"},
        {"iat": 4_000_000_000},
        {"sub": ""},
        {"sub": None},
        {"amr": "mfa"},
        {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"},
    ],
)
def test_a_token_for_another_place_time_or_login_is_refused(
    client: OidcClient, provider: FakeProvider, override: dict[str, object]
) -> None:
    provider.override = override
    start = client.start(BACK)
    with pytest.raises(Unauthenticated):
        client.finish(provider.authorize(start.url), start.state, start.state)


def test_changed_keys_are_fetched_again(client: OidcClient, provider: FakeProvider) -> None:
    for _ in range(2):
        start = client.start(BACK)
        client.finish(provider.authorize(start.url), start.state, start.state)
        provider.change_keys()


def test_a_provider_that_does_not_answer_says_so_in_plain_words(house: House, provider: FakeProvider) -> None:
    provider.broken = True
    broken = OidcClient(config_of(provider.issuer), house.clock)
    with pytest.raises(Unavailable, match="認証サーバーに接続できません"):
        broken.start(BACK)
    broken.close()


def test_half_a_configuration_is_refused() -> None:
    assert OidcConfig.of(SecuritySettings(), RULE) is None
    for issuer, client_id in (("http://idp.example", CLIENT_ID), ("https://idp.example", ""), ("idp", CLIENT_ID)):
        with pytest.raises(ConfigurationError):
            config_of(issuer, client_id)
    assert CLIENT_SECRET not in repr(config_of("https://idp.example"))


def test_an_issuer_that_calls_itself_otherwise_is_refused(house: House, provider: FakeProvider) -> None:
    wrong = OidcClient(config_of(provider.issuer + "/"), house.clock)
    with pytest.raises(ConfigurationError):
        wrong.start(BACK)
    wrong.close()


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({}, Role.VIEWER),
        ({"realm_access": {"roles": "faq-editors"}}, Role.EDITOR),
        ({"realm_access": {"roles": ["admin", "approver"]}}, Role.VIEWER),
        ({"realm_access": ["faq-editors"]}, Role.VIEWER),
        ({"realm_access": {"roles": [1, None, {"faq-editors": 1}]}}, Role.VIEWER),
        ({"realm_access": {"roles": {"faq-editors": True}}}, Role.VIEWER),
    ],
)
def test_only_mapped_groups_give_a_role(claims: dict[str, object], role: Role) -> None:
    assert role_of(claims, RULE) is role


# ---- accounts of people who come through the provider


def come_in(house: House, client: OidcClient, provider: FakeProvider) -> tuple[str, str]:
    start = client.start(BACK)
    identity = client.finish(provider.authorize(start.url), start.state, start.state)
    step = login_identity(house.accounts, identity, ADDRESS)
    return step.name, step.stage


def test_the_first_login_makes_an_account_and_the_next_finds_it(
    house: House, client: OidcClient, provider: FakeProvider
) -> None:
    assert come_in(house, client, provider) == ("hanako", "complete")
    provider.person |= {"preferred_username": "renamed", "realm_access": {"roles": ["faq-editors"]}}
    assert come_in(house, client, provider) == ("hanako", "complete")
    user = house.accounts.users.get("hanako")
    assert (user.role, user.is_oidc, user.has_password) == (Role.EDITOR, True, False)
    assert ("oidc", "user.change", "hanako") in house.audited()


def test_an_equal_name_never_takes_over_a_local_account(
    house: House, client: OidcClient, provider: FakeProvider
) -> None:
    house.user("hanako", Role.VIEWER)
    assert come_in(house, client, provider)[0] == "hanako-2"
    assert not house.accounts.users.get("hanako").is_oidc


@pytest.mark.parametrize(
    ("given", "name"), [("山田 花子", "oidc"), ("System", "system-2"), ("a", "a-1"), ("X+Y@z", "x-y@z")]
)
def test_strange_names_become_usable_ones(
    house: House, client: OidcClient, provider: FakeProvider, given: str, name: str
) -> None:
    provider.person["preferred_username"] = given
    assert come_in(house, client, provider)[0] == name


def test_a_role_that_needs_a_second_factor_needs_it_here_unless_the_provider_checked_one(
    house: House, client: OidcClient, provider: FakeProvider
) -> None:
    provider.person["realm_access"] = {"roles": ["faq-approvers"]}
    assert come_in(house, client, provider)[1] == "enrolment"
    provider.person["amr"] = ["pwd", "mfa"]
    assert come_in(house, client, provider)[1] == "complete"


def test_a_disabled_account_stays_out(house: House, client: OidcClient, provider: FakeProvider) -> None:
    come_in(house, client, provider)
    house.accounts.users.change("boss", "hanako", active=False)
    with pytest.raises(Forbidden):
        come_in(house, client, provider)


def test_a_hundred_people_of_one_name_are_told_apart_and_then_refused(
    house: House, client: OidcClient, provider: FakeProvider
) -> None:
    for number in range(1, 100):
        house.accounts.users.create("boss", "hanako" if number == 1 else f"hanako-{number}", Role.VIEWER)
    with pytest.raises(Conflict):
        come_in(house, client, provider)


# ---- the two routes


async def test_a_browser_goes_to_the_provider_and_comes_back_logged_in(
    house: House, client: OidcClient, provider: FakeProvider
) -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(oidc_router(house.accounts, client))

    async def handle(_request: Request, error: Exception) -> Response:
        assert isinstance(error, MadoguchiError)
        return problem_response(error)

    app.add_exception_handler(MadoguchiError, handle)
    protect(app, house.accounts, ServerSettings(), PublicSettings())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as browser:
        away = await browser.get("/v1/auth/oidc/start")
        assert away.status_code == 303
        assert away.headers["location"].startswith(f"{provider.issuer}/authorize?")
        state = parse_qs(urlsplit(away.headers["location"]).query)["state"][0]
        code = provider.authorize(away.headers["location"])
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://testserver") as other:
            stolen = await other.get("/v1/auth/oidc/callback", params={"code": code, "state": state})
            assert stolen.status_code == 401
        assert (await browser.get("/v1/auth/oidc/callback", params={"error": "denied"})).status_code == 401
        back = await browser.get("/v1/auth/oidc/callback", params={"code": code, "state": state})
        assert (back.status_code, back.headers["location"]) == (303, "/")
        token = browser.cookies["madoguchi_session"]
    principal = house.accounts.sessions.resolve(token)
    assert principal is not None
    assert principal.name == "hanako"
