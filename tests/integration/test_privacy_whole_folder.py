"""Personal data planted at every door of the product: afterwards no file of the data folder and no log line holds any of it.

The one exception is the vault of call-backs, which exists to hold a number until it has been rung.
"""

import logging
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest

from api.app import create_app
from api.security.permissions import Role
from tests.fakes.desk_house import DeskHouse, content
from tests.fakes.staff_site import OFF, Person, opened_site
from tests.integration.test_desk_pages import desk_of

# 123456789012 has a wrong check digit: it is nobody's number.
SECRETS = (
    "123456789012",
    "1234-5678-9012",
    "090-1234-5678",
    "09012345678",
    "hanako@example.com",
    "山田花子",
    "殿町1340番地",
)
PLANTED = (
    "山田花子と申します。住所は松阪市殿町1340番地2です。マイナンバーは123456789012、1234-5678-9012です。"
    "電話は090-1234-5678、09012345678、メールはhanako@example.comです。暗証番号を忘れました。"
)
VAULT = "callbacks.sqlite3"


async def test_nothing_planted_stays_in_any_file_or_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    lines: list[bytes] = []
    folder = tmp_path / "data"
    with opened_site(folder, faqs=3, **OFF) as site:
        site.user("op1", Role.OPERATOR)
        house = DeskHouse(desk_of(site), site.clock, site.services.db)
        record_id = house.call("c1")
        record = house.desk.records.get(record_id)
        house.desk.records.save(record_id, content(), record.revision, "op1")
        app = create_app(site.services, write_log=lines.append)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        headers = {"accept": "text/html", "sec-fetch-site": "same-origin"}
        async with httpx.AsyncClient(
            transport=transport, base_url="http://testserver", headers=headers, follow_redirects=True
        ) as client:
            await _as_a_citizen(client)
            await _as_an_operator(Person(client), record_id)
    found = {
        f"{path.relative_to(folder)}: {secret}"
        for path in folder.rglob("*")
        if path.is_file() and not path.name.startswith(VAULT)
        for secret in SECRETS
        if secret.encode() in path.read_bytes()
    }
    assert found == set()
    stored = b"".join(path.read_bytes() for path in folder.glob("madoguchi.sqlite3*"))
    assert stored.count("【個人番号】".encode()) >= 4, "what was planted arrived, hidden"
    # httpx is the browser of this test and logs what it sends.
    logged = [f"{one.name}: {one.getMessage()}" for one in caplog.records if not one.name.startswith("httpx")]
    said = [*logged, *(line.decode() for line in lines)]
    assert [line for line in said for secret in SECRETS if secret in line or quote(secret) in line] == []
    assert lines, "the access log was written"
    assert (folder / VAULT).is_file(), "the vault is where it is looked past"


async def _as_a_citizen(client: httpx.AsyncClient) -> None:
    await client.get("/", params={"q": PLANTED})
    await client.get("/answer", params={"q": PLANTED})
    await client.post("/v1/answers", json={"query": PLANTED, "channel": "web"})
    await client.post("/v1/search", json={"query": PLANTED})
    await client.post("/v1/answers", json={"query": [PLANTED], PLANTED: 1})
    await client.post("/v1/feedback", json={"answer_id": PLANTED, "verdict": "used"})
    await client.get(f"/faq/{quote(PLANTED)}")
    await client.get("/v1/faqs/123456789012")


async def _as_an_operator(operator: Person, record_id: str) -> None:
    await operator.log_in("op1")
    await operator.submit("/staff/desk/record-new", category="申請", channel="mail", inquiry=PLANTED, answer=PLANTED)
    await operator.submit(f"/staff/desk/records/{record_id}/tags", tag="090-1234-5678")
    await operator.submit(f"/staff/desk/complaints/{record_id}", severity="low", statement=PLANTED, intent=PLANTED)
    await operator.submit(f"/staff/desk/complaints/{record_id}/report", to="山田花子")
    await operator.submit("/staff/desk/searches", text=PLANTED, name="山田花子です")
    await operator.get(f"/staff/desk/records?text={quote(PLANTED)}")
    fields = {"record_id": record_id, "name": "山田花子", "phone": "090-1234-5678", "due_at": "2026-11-21T10:00"}
    await operator.submit("/staff/desk/callbacks/new", fields, content=PLANTED, department=PLANTED)
    await operator.get("/staff/desk/records/123456789012")
    await operator.get(f"/staff/search-log?text={quote(PLANTED)}")
    await operator.get("/staff/requests/new")
    await operator.submit("/staff/requests/new", kind="change", text=PLANTED, reason=PLANTED)
