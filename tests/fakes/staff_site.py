"""The whole product on a small city, and a person with a browser: a cookie jar, the form token, no JavaScript."""

import html
import re
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pyotp
from argon2 import PasswordHasher
from fastapi import FastAPI

from api.app import create_app
from api.doors import Doors
from api.security.accounts import Accounts
from api.security.csrf import csrf_token
from api.security.permissions import Role
from knowledge.bootstrap import Services, build
from knowledge.clock import FixedClock
from knowledge.domain import FaqEntry
from knowledge.faq.csv_rows import rows_of
from knowledge.settings import Settings
from tests.fakes import small_city

PASSWORD = "kaki-tsukue-fune"
START = datetime(2026, 11, 20, 3, 0, 10, tzinfo=UTC)
ORIGIN = "http://testserver"


@dataclass(frozen=True)
class Site:
    app: FastAPI
    services: Services
    accounts: Accounts
    clock: FixedClock

    def user(self, name: str, role: Role) -> None:
        self.accounts.users.create("system", name, role, password=PASSWORD)

    def code(self, secret: str) -> str:
        """What the authenticator shows now. Moves on afterwards: a code counts once."""
        shown = pyotp.TOTP(secret).at(self.clock.at)
        return str(shown)

    def next_code(self, secret: str) -> str:
        self.clock.advance(timedelta(seconds=30))
        return self.code(secret)

    def audited(self) -> list[tuple[str, str]]:
        from knowledge.store import audit

        with self.services.db.read() as conn:
            return [(row.who, row.action) for row in audit.search(conn, audit.AuditQuery(), 0, 500)]


OFF: Mapping[str, Any] = {"second_factor_roles": ()}
"""Security settings for tests where nobody needs a second factor."""


@contextmanager
def opened_site(
    folder: Path,
    faqs: int = 12,
    publishing: Mapping[str, object] | None = None,
    entries: Sequence[FaqEntry] = (),
    llm: Mapping[str, object] | None = None,
    **security: object,
) -> Iterator[Site]:
    """A city with `faqs` published FAQ, or these, that never trains by itself."""
    settings = Settings.model_validate(
        {
            "data_dir": folder,
            "search": {"training": {"background": False}},
            "security": security,
            "llm": llm or {},
            "publishing": {"patience_secs": 60, "run_after_import": False, **(publishing or {})},
        }
    )
    clock = FixedClock(START)
    services = build(settings, clock)
    try:
        chosen = [replace(entry, status="published") for entry in entries or small_city.entries()[:faqs]]
        services.faqs.import_rows(rows_of(chosen), True, "system")
        app = create_app(services, hasher=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        doors: Doors = app.state.doors
        yield Site(app, services, doors.accounts, clock)
    finally:
        services.close()


class Person:
    """Somebody at a browser. `text` is the page last seen, as text with its tags."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client
        self.text = ""
        self.status = 0
        self.path = ""
        self.headers: Mapping[str, str] = {}

    async def get(self, path: str, htmx: bool = False) -> str:
        headers = {"hx-request": "true"} if htmx else {}
        return self._seen(await self._client.get(path, headers=headers))

    async def submit(self, path: str, fields: Mapping[str, object] | None = None, **more: object) -> str:
        data = {"csrf_token": self._token(), **(fields or {}), **more}
        return self._seen(await self._client.post(path, data=data))

    async def go_public(self, page: str, step: str, **fields: object) -> str:
        """Take a step that citizens notice, looking at what the test questions say and going on all the same."""
        await self.submit(f"{page}/{step}", {"revision": self.field("revision"), **fields})
        while self.path.startswith("/staff/publication/") and "hx-trigger" in self.text:
            await self.get(self.path)
        if self.path.startswith("/staff/publication/"):
            again = {name: self.field(name) for name in ("revision", "check")}
            await self.submit(f"{page}/{step}", {**fields, **again}, confirm=1)
        return self.text

    async def upload(self, path: str, name: str, data: bytes, **fields: str) -> str:
        form = {"csrf_token": self._token(), **fields}
        return self._seen(await self._client.post(path, data=form, files={"file": (name, data)}))

    async def post_raw(self, path: str, fields: Mapping[str, object]) -> httpx.Response:
        return await self._client.post(path, data=dict(fields))

    def field(self, name: str) -> str:
        """The value of an input or text area on the page."""
        area = re.search(rf'<textarea[^>]* name="{name}"[^>]*>\n?(.*?)</textarea>', self.text, re.S)
        if area:
            return html.unescape(area.group(1))
        found = re.search(rf'<input[^>]* name="{name}"[^>]*?value="([^"]*)"', self.text)
        return html.unescape(found.group(1)) if found else ""

    async def log_in(self, name: str, secret: str = "", site: Site | None = None) -> str:
        """Through the pages; enrols where the role demands it and returns the authenticator's secret."""
        await self.get("/login")
        await self.submit("/login", name=name, password=PASSWORD)
        if self.path == "/login/code" and site is not None:
            await self.submit("/login/code", code=site.next_code(secret))
        if self.path == "/login/enrolment" and site is not None:
            found = re.search(r'class="secret"><code>([A-Z2-7]+)<', self.text)
            assert found, self.text
            secret = found.group(1)
            await self.submit("/login/enrolment", code=site.code(secret))
            await self.get("/staff")
        assert self.path == "/staff", (self.path, self.text)
        return secret

    def _token(self) -> str:
        cookies = [value for name, value in self._client.cookies.items() if name.endswith("madoguchi_session")]
        return csrf_token(cookies[0]) if cookies else ""

    def _seen(self, response: httpx.Response) -> str:
        self.status, self.path, self.headers = response.status_code, response.url.path, response.headers
        self.text = response.text
        assert self.status < 500, self.text
        return self.text


@asynccontextmanager
async def person(site: Site) -> AsyncIterator[Person]:
    transport = httpx.ASGITransport(site.app)
    headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
    async with httpx.AsyncClient(
        transport=transport, base_url=ORIGIN, headers=headers, follow_redirects=True
    ) as client:
        yield Person(client)
