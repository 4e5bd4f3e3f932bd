"""Every staff page as every role; refusals are pages that say what to do."""

from collections.abc import Iterator

import pytest

from api.security.declare import route_permissions
from api.security.permissions import PERSON_ROLES, Permission, Role, permissions_of
from api.web.staff.navigation import MENU
from tests.fakes.route_walk import walk_routes
from tests.fakes.staff_site import Site, opened_site, person

_SHOWN = {200, 204}
"""A part that shows progress has nothing to show when nothing runs."""
_STRONG = (Role.ADMIN, Role.APPROVER, Role.AUDITOR)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with opened_site(tmp_path_factory.mktemp("site"), faqs=5) as made:
        for role in PERSON_ROLES:
            made.user(role.value, role)
        yield made


def _plain_pages(site: Site) -> list[tuple[str, Permission | None]]:
    """GET routes without parameters in their path, with the permission they ask for."""
    return [
        (route.path, route.declaration.permission)
        for route in route_permissions(site.app)
        if route.declaration and route.method == "GET" and route.path.startswith("/staff") and "{" not in route.path
    ]


async def test_every_route_refuses_every_role_without_the_right(site: Site) -> None:
    assert await walk_routes(site.app, site.accounts) == []


@pytest.mark.parametrize("role", list(PERSON_ROLES))
async def test_each_role_sees_its_pages_and_no_others(site: Site, role: Role) -> None:
    allowed = permissions_of(role)
    async with person(site) as someone:
        await someone.log_in(role.value, site=site if role in _STRONG else None)
        for path, permission in _plain_pages(site):
            await someone.get(path)
            expected = _SHOWN if permission is None or permission in allowed else {403}
            assert someone.status in expected, (path, someone.text)
        await someone.get("/staff")
        for link in (link for section in MENU for link in section.links):
            assert (f'href="{link.path}"' in someone.text) == (link.permission in allowed), link


async def test_one_faq_in_every_view_for_a_reader(site: Site) -> None:
    faq_id = site.services.faqs.list_faqs(limit=1).items[0].entry.faq_id
    async with person(site) as someone:
        await someone.log_in("viewer")
        for view in ("", "/history", "/versions/1", "/diff?old=1"):
            await someone.get(f"/staff/faqs/{faq_id}/ja{view}")
            assert someone.status == 200
            assert '<form method="post" action="/staff/faqs/' not in someone.text, "a reader has no buttons"


_ODD = (
    "/staff/faqs/NOPE/ja",
    "/staff/faqs/%00/ja",
    "/staff/faqs/a%2Fb/ja",
    "/staff/faqs?page=0",
    "/staff/faqs?page=abc",
    "/staff/rankings?by=nonsense",
    "/staff/search-log?since=0001-01-01",
    "/staff/usage-report?day=9999-12-31",
    "/staff/usage-report?unit=month&day=99999-99-99",
    "/staff/faqs?text=%00%ff%F0%9F%98%80",
    "/staff/synonyms?text=" + "あ" * 201,
    "/staff/faqs?status='%20OR%201=1",
)


async def test_odd_addresses_get_a_page_and_never_a_fault(site: Site) -> None:
    async with person(site) as someone:
        await someone.log_in("editor")
        for path in _ODD:
            await someone.get(path)
            assert someone.status in (200, 404, 422), path
            assert "<h1" in someone.text


async def test_what_people_type_is_shown_and_never_run(site: Site) -> None:
    async with person(site) as someone:
        await someone.log_in("operator")
        await someone.get('/staff/faqs?text="><script>alert(1)</script>')
        assert "<script>alert" not in someone.text
        assert "&lt;script&gt;alert" in someone.text


async def test_strangers_go_to_the_login_and_on_to_the_page_they_wanted(site: Site) -> None:
    async with person(site) as someone:
        await someone.get("/staff/faqs?text=カード")
        assert someone.path == "/login"
        await someone.submit("/login", name="viewer", password="kaki-tsukue-fune", next=someone.field("next"))
        assert someone.path == "/staff/faqs"
        assert someone.field("text") == "カード"


@pytest.mark.parametrize(
    "wanted", ["https://evil.example/", "//evil.example", "/staff\\evil", "/v1/users", "javascript:"]
)
async def test_the_login_leads_nowhere_else(site: Site, wanted: str) -> None:
    async with person(site) as someone:
        await someone.submit("/login", name="viewer", password="kaki-tsukue-fune", next=wanted)
        assert someone.path == "/staff"


async def test_htmx_parts_send_an_expired_login_to_the_login_page(site: Site) -> None:
    async with person(site) as someone:
        await someone.get("/staff/faqs", htmx=True)
        assert someone.status == 204
        assert someone.headers["hx-redirect"].startswith("/login?next=")


async def test_a_form_without_its_token_changes_nothing(site: Site) -> None:
    async with person(site) as someone:
        await someone.log_in("editor")
        before = site.services.faqs.list_faqs().total
        refused = await someone.post_raw("/staff/faqs/new", {"question": "質問", "answer": "回答"})
        assert refused.status_code == 403
        assert site.services.faqs.list_faqs().total == before
