"""The staff pages in a real browser: a server, Chromium, and a page that fails the test when it complains."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests.fakes.staff_site import PASSWORD, Site

CHROMIUM = Path("/usr/bin/chromium")
AXE = Path(__file__).resolve().parents[1] / "fixtures" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIZES = ((1366, 768), (390, 844))
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# A busy machine draws a page late: as patient as `wait_for_selector` is.
expect.set_options(timeout=30_000)
IN_BROWSER = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium not installed: apt-get install chromium"),
]


@dataclass(frozen=True)
class Running:
    site: Site
    address: str


@contextmanager
def serving(site: Site) -> Iterator[Running]:
    """The site behind a real server on a free port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(site.app, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Running(site, f"http://127.0.0.1:{listener.getsockname()[1]}")
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@contextmanager
def running_browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        made = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGS)
        yield made
        made.close()


@contextmanager
def watched_page(browser: Browser) -> Iterator[Page]:
    """A page with axe-core in it; anything said in its console or by the content policy fails the test."""
    context = browser.new_context(locale="ja-JP")
    context.add_init_script(AXE.read_text(encoding="utf-8"))
    made = context.new_page()
    said: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        # A refused form is an answer with a 4xx status, which the console calls an error.
        if message.type in ("error", "warning") and "Failed to load resource" not in message.text:
            said.append(message.text)

    made.on("console", heard)
    made.on("pageerror", lambda error: said.append(str(error)))
    yield made
    context.close()
    assert said == [], "the content security policy or a script complained"


def log_in(page: Page, running: Running, name: str) -> None:
    """Enrols a second factor where the role needs one."""
    page.goto(f"{running.address}/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url(re.compile("/staff|/login/"))
    if "/login/enrolment" in page.url:
        page.click("summary")
        secret = page.inner_text(".secret code")
        check_both_sizes(page)
        page.fill("#code", running.site.code(secret))
        page.press("#code", "Enter")
        page.click("text=保管したので次へ進む")
    if "/login/code" in page.url:
        raise AssertionError(f"{name} is enrolled already")


def check_both_sizes(page: Page) -> None:
    """No accessibility violation, and nothing wider than the screen, on a desk and on a telephone."""
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        beyond = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert beyond <= 0, f"{page.url} is {beyond} px too wide at {width}"
        found = page.evaluate("rules => axe.run(document, {runOnly: rules})", RULES)
        defects = [(one["id"], node["html"][:200]) for one in found["violations"] for node in one["nodes"]]
        assert defects == [], f"{page.url} at {width} px"
    page.set_viewport_size({"width": 1366, "height": 768})
