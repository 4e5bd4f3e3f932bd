"""The security layer around a small application: who gets in, from where, how often, and with which headers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

import httpx
import pytest
from fastapi import APIRouter, FastAPI, Form, Request, UploadFile, WebSocket
from fastapi.exceptions import RequestValidationError
from starlette.responses import JSONResponse, Response

from api.security.admin_routes import keys_router, users_router
from api.security.auth_routes import auth_router
from api.security.csrf import csrf_token
from api.security.declare import declare_path, login_only, public, requires, route_permissions, staff_network
from api.security.permissions import Permission, Role
from api.security.principal import Principal
from api.security.protect import protect
from api.security.refusal import invalid_request, problem_response
from knowledge.errors import ConfigurationError, MadoguchiError
from knowledge.settings import PublicSettings, ServerSettings
from knowledge.store.database import Database
from tests.fakes.accounts import PASSWORD, House, open_house
from tests.fakes.route_walk import handshake_status, walk_routes

SAME = {"sec-fetch-site": "same-origin"}
SITE = "http://testserver"


@pytest.fixture
def house(sqlite: Database) -> House:
    return open_house(sqlite)


def build(house: House, server: ServerSettings | None = None, public_settings: PublicSettings | None = None) -> FastAPI:
    app = FastAPI(openapi_url=None)
    router = APIRouter()

    @router.get("/", dependencies=[public()])
    def home() -> dict[str, str]:
        return {"page": "home"}

    @router.post("/v1/search")
    async def search(principal: Annotated[Principal, requires(Permission.SEARCH_USE)]) -> dict[str, str]:
        return {"who": principal.who}

    @router.get("/metrics", dependencies=[staff_network()])
    def metrics() -> dict[str, str]:
        return {}

    @router.get("/faq", dependencies=[requires(Permission.FAQ_READ)])
    def faq_page() -> dict[str, str]:
        return {}

    @router.post("/faq", dependencies=[requires(Permission.FAQ_EDIT)])
    async def save(request: Request, text: Annotated[str, Form()] = "") -> dict[str, object]:
        return {"text": text}

    @router.post("/upload", dependencies=[requires(Permission.FAQ_IMPORT)])
    async def upload(file: UploadFile) -> dict[str, int]:
        return {"bytes": len(await file.read())}

    @router.post("/echo", dependencies=[public()])
    async def echo(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @router.get("/whoami", dependencies=[login_only()])
    def whoami(request: Request) -> dict[str, object]:
        return {"client": request.client.host if request.client else "", "scheme": request.url.scheme}

    @router.websocket("/ws", dependencies=[requires(Permission.ASSIST_USE)])
    async def socket(ws: WebSocket) -> None:
        await ws.accept()
        await ws.close()

    app.include_router(router)
    for made in (auth_router(house.accounts), users_router(house.accounts), keys_router(house.accounts)):
        app.include_router(made)
    for path in ("/docs", "/docs/oauth2-redirect", "/redoc"):
        declare_path(app, path, public())

    async def handle(_request: Request, error: Exception) -> Response:
        assert isinstance(error, MadoguchiError)
        return problem_response(error)

    async def handle_invalid(_request: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        return problem_response(invalid_request(error))

    app.add_exception_handler(MadoguchiError, handle)
    app.add_exception_handler(RequestValidationError, handle_invalid)
    protect(app, house.accounts, server or ServerSettings(), public_settings or PublicSettings())
    return app


@asynccontextmanager
async def browser(app: FastAPI, address: str = "127.0.0.1", base: str = SITE) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app, client=(address, 1234))
    async with httpx.AsyncClient(transport=transport, base_url=base, headers=SAME) as client:
        yield client


async def login(client: httpx.AsyncClient, name: str) -> httpx.Response:
    return await client.post("/v1/auth/login", json={"name": name, "password": PASSWORD})


def cookie_of(client: httpx.AsyncClient) -> str:
    return next(value for name, value in client.cookies.items() if name.endswith("madoguchi_session"))


# ---- the walk


async def test_every_route_refuses_every_role_without_the_right(house: House) -> None:
    assert await walk_routes(build(house), house.accounts) == []


async def test_the_walk_finds_an_undeclared_route_and_a_hollow_declaration(house: House) -> None:
    app = build(house)

    @app.get("/forgotten")
    def forgotten() -> dict[str, str]:
        return {}

    app.mount("/files", JSONResponse({}))
    defects = await walk_routes(app, house.accounts)
    assert [defect.split(":")[0] for defect in defects] == ["GET /forgotten", "MOUNT /files"]


async def test_without_the_middleware_nothing_but_public_routes_opens(house: House) -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/faq", dependencies=[requires(Permission.FAQ_READ)])
    def faq_page() -> dict[str, str]:
        return {}

    async def handle(_request: Request, error: Exception) -> Response:
        assert isinstance(error, MadoguchiError)
        return problem_response(error)

    app.add_exception_handler(MadoguchiError, handle)
    async with browser(app) as client:
        assert (await client.get("/faq")).status_code == 403


def test_the_registry_knows_routers_nested_routes_and_sockets(house: House) -> None:
    found = {(route.method, route.path): route.declaration for route in route_permissions(build(house))}
    socket, users = found["WEBSOCKET", "/ws"], found["POST", "/v1/users"]
    assert socket is not None
    assert users is not None
    assert (socket.permission, users.permission) == (Permission.ASSIST_USE, Permission.USER_MANAGE)


def test_a_route_must_not_say_two_things() -> None:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)

    @app.get("/x", dependencies=[public(), requires(Permission.FAQ_READ)])
    def both() -> None: ...

    with pytest.raises(ConfigurationError):
        route_permissions(app)
    with pytest.raises(ConfigurationError):
        declare_path(app, "/static", requires(Permission.FAQ_READ))


# ---- logging in over HTTP


async def test_login_logout_and_the_cookie(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    async with browser(build(house)) as client:
        assert (await client.get("/faq")).status_code == 401
        answer = await login(client, "hanako")
        assert answer.json() == {"stage": "complete", "name": "hanako", "role": "viewer"}
        set_cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in set_cookie
        assert "SameSite=lax" in set_cookie
        assert "Secure" not in set_cookie
        assert (await client.get("/faq")).status_code == 200
        me = (await client.get("/v1/auth/me")).json()
        assert me["csrf_token"] == csrf_token(cookie_of(client))
        assert (await client.post("/v1/auth/logout")).status_code == 204
        assert (await client.get("/faq")).status_code == 401


async def test_under_tls_the_cookie_is_secure_and_bound_to_the_host(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    async with browser(build(house), base="https://testserver") as client:
        answer = await login(client, "hanako")
        assert answer.headers["set-cookie"].startswith("__Host-madoguchi_session=")
        assert "Secure" in answer.headers["set-cookie"]
        assert "max-age=31536000" in answer.headers["strict-transport-security"]
        assert (await client.get("/faq")).status_code == 200


async def test_the_forced_enrolment_from_first_password_to_first_page(house: House) -> None:
    house.user("boss", Role.ADMIN)
    async with browser(build(house)) as client:
        assert (await login(client, "boss")).json()["stage"] == "enrolment"
        refused = await client.get("/v1/users")
        assert (refused.status_code, refused.json()["stage"]) == (401, "enrolment")
        assert (await client.post("/v1/search")).status_code == 200, "what is public stays public"
        page = (await client.get("/v1/auth/enrolment")).json()
        done = await client.post("/v1/auth/enrolment", json={"code": house.code(page["secret"])})
        assert len(done.json()["recovery_codes"]) == 10
        assert (await client.get("/v1/users")).status_code == 200
        await client.post("/v1/auth/logout")
        assert (await login(client, "boss")).json()["stage"] == "second_factor"
        wrong = await client.post("/v1/auth/code", json={"code": "000000"})
        assert wrong.status_code == 401
        right = await client.post("/v1/auth/code", json={"code": done.json()["recovery_codes"][0]})
        assert right.json()["stage"] == "complete"


@pytest.mark.parametrize("strange", ["\\u0000", "\\ud800", "\\u202e", "' OR 1=1 --", "あ" * 200])
async def test_strange_text_is_refused_and_breaks_nothing(house: House, strange: str) -> None:
    key, _ = house.accounts.keys.create("boss", "a", Role.ADMIN)
    house.user("boss", Role.ADMIN)
    first = house.accounts.logins.with_password("boss", PASSWORD, "192.0.2.1").token
    bodies = {
        "/v1/auth/login": f'{{"name": "{strange}", "password": "{strange}"}}',
        "/v1/auth/enrolment": f'{{"code": "{strange}"}}',
        "/v1/auth/code": f'{{"code": "{strange}"}}',
        "/v1/users": f'{{"name": "{strange}", "role": "viewer", "display_name": "{strange}"}}',
        "/v1/apikeys": f'{{"label": "", "role": "{strange}"}}',
    }
    async with browser(build(house)) as client:
        client.headers["content-type"] = "application/json"
        for path, body in bodies.items():
            auth = {} if "auth" in path else {"authorization": f"Bearer {key}"}
            client.cookies.set("madoguchi_session", first)
            answer = await client.post(path, content=body.encode(), headers=auth)
            assert 400 <= answer.status_code < 500, path


async def test_a_refused_body_is_not_repeated_in_the_answer(house: House) -> None:
    body = b'{"name": ["x"], "password": 20260401, "extra": "20260401"}'
    async with browser(build(house)) as client:
        answer = await client.post("/v1/auth/login", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert "20260401" not in answer.text
    assert {problem["column"] for problem in answer.json()["problems"]} == {"name", "password", "extra"}


async def test_lock_out_answers_429_with_the_time_to_wait(house: House) -> None:
    async with browser(build(house)) as client:
        for _ in range(5):
            assert (await login(client, "nobody")).status_code == 401
        answer = await login(client, "nobody")
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30")
    assert answer.headers["content-type"] == "application/problem+json"


async def test_an_administrator_invites_a_colleague(house: House) -> None:
    house.user("boss", Role.ADMIN)
    token = house.login("boss")
    app = build(house)
    async with browser(app) as client:
        client.cookies.set("madoguchi_session", token)
        made = await client.post("/v1/users", json={"name": "taro", "role": "operator", "display_name": "太郎"})
        assert made.status_code == 201
    async with browser(app) as client:
        link = f"/v1/auth/setup/{made.json()['setup_token']}"
        assert (await client.get(link)).json() == {"name": "taro", "display_name": "太郎", "role": "operator"}
        assert (await client.post(link, json={"password": "short"})).status_code == 422
        assert (await client.post(link, json={"password": PASSWORD})).json() == {"name": "taro"}
        assert (await client.get(link)).status_code == 404
        assert (await login(client, "taro")).json()["stage"] == "complete"


async def test_user_changes_over_http(house: House) -> None:
    house.user("boss", Role.ADMIN)
    house.user("taro", Role.OPERATOR)
    async with browser(build(house)) as client:
        client.cookies.set("madoguchi_session", house.login("boss"))
        changed = await client.patch("/v1/users/taro", json={"role": "editor", "active": False})
        assert (changed.json()["role"], changed.json()["active"]) == ("editor", False)
        assert (await client.patch("/v1/users/boss", json={"active": False})).status_code == 409
        assert (await client.patch("/v1/users/n%00body", json={})).status_code == 404
        assert (await client.patch("/v1/users/taro", json={"password": "x"})).status_code == 422
        assert (await client.post("/v1/users/taro/reset-second-factor")).status_code == 204


# ---- API keys


async def test_a_key_opens_what_its_role_may_and_a_wrong_one_opens_not_even_the_public_search(house: House) -> None:
    house.user("boss", Role.ADMIN)
    async with browser(build(house)) as client:
        token = house.login("boss")
        client.cookies.set("madoguchi_session", token)
        made = (await client.post("/v1/apikeys", json={"label": "PBX", "role": "viewer"})).json()
        client.cookies.clear()
        bearer = {"authorization": f"Bearer {made['key']}"}
        assert (await client.post("/v1/search", headers=bearer)).json() == {"who": f"key:{made['key_id']}"}
        assert (await client.get("/v1/users", headers=bearer)).status_code == 403
        for wrong in ("Bearer nonsense", "Basic Zm9vOmJhcg==", "Bearer"):
            answer = await client.post("/v1/search", headers={"authorization": wrong})
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert (await client.post("/v1/search")).json() == {"who": "anonymous"}
        client.cookies.set("madoguchi_session", token)
        assert (await client.delete(f"/v1/apikeys/{made['key_id']}")).status_code == 204
        client.cookies.clear()
        assert (await client.get("/faq", headers=bearer)).status_code == 401


async def test_a_key_cannot_act_as_a_person(house: House) -> None:
    key, _ = house.accounts.keys.create("boss", "a", Role.ADMIN)
    async with browser(build(house)) as client:
        client.headers["authorization"] = f"Bearer {key}"
        assert (await client.post("/v1/auth/logout-everywhere")).status_code == 403
        assert (await client.get("/v1/auth/sessions")).status_code == 403


async def test_the_public_service_can_be_switched_off(house: House) -> None:
    async with browser(build(house, public_settings=PublicSettings(enabled=False))) as client:
        assert (await client.post("/v1/search")).status_code == 401


# ---- cross-site requests


def form_cases(token: str) -> list[tuple[dict[str, str], str, int]]:
    good = csrf_token(token)
    return [
        (SAME, f"csrf_token={good}&text=a", 200),
        ({**SAME, "x-csrf-token": good}, "text=a", 200),
        ({"origin": SITE}, f"csrf_token={good}&text=a", 200),
        ({}, f"csrf_token={good}&text=a", 200),
        (SAME, "text=a", 403),
        (SAME, f"csrf_token={'0' * 64}&text=a", 403),
        (SAME, f"text={'x' * 70_000}&csrf_token={good}", 403),
        ({"sec-fetch-site": "cross-site"}, f"csrf_token={good}&text=a", 403),
        ({"sec-fetch-site": "same-site"}, f"csrf_token={good}&text=a", 403),
        ({"origin": "http://evil.example"}, f"csrf_token={good}&text=a", 403),
        ({"origin": "https://testserver"}, f"csrf_token={good}&text=a", 403),
        ({"origin": "null"}, f"csrf_token={good}&text=a", 403),
    ]


@pytest.mark.parametrize("number", range(12))
async def test_forms_need_our_origin_and_our_token(house: House, number: int) -> None:
    house.user("ed", Role.EDITOR)
    token = house.login("ed")
    headers, body, status = form_cases(token)[number]
    async with browser(build(house)) as client:
        client.headers.pop("sec-fetch-site")
        client.cookies.set("madoguchi_session", token)
        form = {"content-type": "application/x-www-form-urlencoded"}
        answer = await client.post("/faq", content=body, headers={**form, **headers})
    assert answer.status_code == status
    if status == 200:
        assert answer.json() == {"text": "a"}, "the body reaches the route whole"


async def test_an_upload_carries_the_token_as_its_first_field(house: House) -> None:
    house.user("ed", Role.EDITOR)
    async with browser(build(house)) as client:
        client.cookies.set("madoguchi_session", house.login("ed"))
        good = csrf_token(cookie_of(client))
        files = {"file": ("faq.csv", b"x" * 300_000)}
        answer = await client.post("/upload", data={"csrf_token": good}, files=files)
        assert answer.json() == {"bytes": 300_000}
        assert (await client.post("/upload", files=files)).status_code == 403
        forged = {"file": ("a.csv", f'name="csrf_token"\r\n\r\n{"0" * 64}\r\n'.encode())}
        assert (await client.post("/upload", files=forged)).status_code == 403


async def test_json_needs_the_token_only_from_a_sender_that_says_nothing_about_itself(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    async with browser(build(house)) as client:
        client.cookies.set("madoguchi_session", house.login("hanako"))
        assert (await client.post("/v1/search", json={})).status_code == 200
        client.headers.pop("sec-fetch-site")
        assert (await client.post("/v1/search", json={})).status_code == 403
        token = {"x-csrf-token": csrf_token(cookie_of(client))}
        assert (await client.post("/v1/search", json={}, headers=token)).status_code == 200


async def test_nobody_can_be_logged_in_from_a_foreign_page(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    async with browser(build(house)) as client:
        client.headers["sec-fetch-site"] = "cross-site"
        assert (await login(client, "hanako")).status_code == 403
        assert (await client.post("/v1/search")).status_code == 200, "harmless without a cookie"


async def test_a_foreign_page_cannot_open_a_socket_with_the_cookie(house: House) -> None:
    house.user("op", Role.OPERATOR)
    app = build(house)
    cookie = {"cookie": f"madoguchi_session={house.login('op')}"}
    assert await handshake_status(app, "/ws", {**cookie, "origin": SITE}) == 101
    assert await handshake_status(app, "/ws", {**cookie, "origin": "http://evil.example"}) == 403
    assert await handshake_status(app, "/ws", {"origin": SITE}) == 403


# ---- headers


async def test_every_answer_carries_the_security_headers_even_a_refusal(house: House) -> None:
    async with browser(build(house)) as client:
        answers = [await client.get("/"), await client.get("/faq"), await client.get("/nowhere")]
        client.headers["authorization"] = "Bearer nonsense"
        answers.append(await client.get("/faq"))
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "script-src 'self';" in policy
        assert "connect-src 'self' ws://testserver;" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["permissions-policy"].startswith("microphone=(self)")
        assert answer.headers["cache-control"] == "no-store"
        assert "strict-transport-security" not in answer.headers


async def test_a_strange_host_header_cannot_widen_the_policy(house: House) -> None:
    async with browser(build(house)) as client:
        answer = await client.get("/", headers={"host": "x; script-src *"})
    assert "connect-src 'self';" in answer.headers["content-security-policy"]
    assert "*" not in answer.headers["content-security-policy"]


async def test_a_browser_gets_a_page_and_a_program_gets_problem_json(house: House) -> None:
    async with browser(build(house)) as client:
        client.headers["authorization"] = "Bearer <b>"
        page = await client.get("/faq", headers={"accept": "text/html"})
        problem = await client.get("/v1/users", headers={"accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert "<b>" not in page.text
    assert problem.json()["status"] == 401


# ---- sizes, rates, networks


async def test_too_large_a_body_is_refused_announced_or_not(house: House) -> None:
    async def chunks(count: int, head: bytes = b"") -> AsyncIterator[bytes]:
        yield head
        for _ in range(count):
            yield b"x" * 1024

    key, _ = house.accounts.keys.create("boss", "a", Role.EDITOR)
    async with browser(build(house, ServerSettings(max_body_bytes=4096))) as client:
        assert (await client.post("/echo", content=b"x" * 4096)).json() == {"bytes": 4096}
        assert (await client.post("/echo", content=b"x" * 4097)).status_code == 413
        assert (await client.post("/echo", content=chunks(4))).json() == {"bytes": 4096}
        answer = await client.post("/echo", content=chunks(50))
        head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
        kind = {"content-type": "multipart/form-data; boundary=b", "authorization": f"Bearer {key}"}
        form = await client.post("/upload", content=chunks(50, head), headers=kind)
    assert answer.status_code == form.status_code == 413
    assert "4KB" in answer.json()["detail"]


async def test_the_public_rate_limit_counts_addresses_and_spares_staff(house: House) -> None:
    key, _ = house.accounts.keys.create("boss", "a", Role.VIEWER)
    app = build(house, public_settings=PublicSettings(rate_per_minute=3))
    async with browser(app, "198.51.100.1") as client:
        statuses = [(await client.post("/v1/search")).status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        bearer = {"authorization": f"Bearer {key}"}
        assert (await client.post("/v1/search", headers=bearer)).status_code == 200
    async with browser(app, "198.51.100.2") as client:
        assert (await client.post("/v1/search")).status_code == 200


async def test_guessing_many_accounts_from_one_address_is_limited(house: House) -> None:
    async with browser(build(house)) as client:
        statuses = {(await client.post("/v1/auth/login", json={})).status_code for _ in range(120)}
    assert statuses == {422, 429}


async def test_staff_pages_open_only_from_the_allow_list_and_the_public_ones_from_everywhere(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    key, _ = house.accounts.keys.create("boss", "a", Role.VIEWER)
    token = house.login("hanako")
    app = build(house, ServerSettings(allowed_networks=("192.0.2.0/24",)))
    expected = {"192.0.2.7": (200, 200, 200, 200, 200), "198.51.100.7": (200, 403, 403, 403, 403)}
    for address, statuses in expected.items():
        async with browser(app, address) as client:
            bearer = {"authorization": f"Bearer {key}"}
            found = [
                (await client.post("/v1/search")).status_code,
                (await client.get("/metrics")).status_code,
                (await client.get("/faq", headers=bearer)).status_code,
                (await login(client, "hanako")).status_code,
            ]
            client.cookies.clear()
            client.cookies.set("madoguchi_session", token)
            found.append((await client.get("/faq")).status_code)
        assert tuple(found) == statuses


async def test_a_trusted_proxy_tells_address_and_scheme_and_a_stranger_does_not(house: House) -> None:
    house.user("hanako", Role.VIEWER)
    app = build(house, ServerSettings(trusted_proxies=("10.0.0.0/8",)))
    forwarded = {"x-forwarded-for": "198.51.100.7", "x-forwarded-proto": "https"}
    token = house.login("hanako")
    for peer, expected in (("10.0.0.1", ("198.51.100.7", "https")), ("203.0.113.1", ("203.0.113.1", "http"))):
        async with browser(app, peer) as client:
            name = "__Host-madoguchi_session" if expected[1] == "https" else "madoguchi_session"
            answer = await client.get("/whoami", headers={**forwarded, "cookie": f"{name}={token}"})
        assert (answer.json()["client"], answer.json()["scheme"]) == expected
