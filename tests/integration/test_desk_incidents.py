"""Incidents: the city is told at once, the records that were hit are found, nothing personal stays, the Word report."""

import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from api.security.permissions import Role
from desk.incidents.document import incident_docx
from desk.incidents.model import HEADINGS, Affected, IncidentContent
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import verify
from knowledge.store.database import Database
from tests.fakes.desk_house import NOW, DeskHouse, content, open_house
from tests.fakes.staff_site import OFF, opened_site, person
from tests.integration.test_desk_pages import desk_of


@pytest.fixture
def house(database: Database, tmp_path: Path) -> DeskHouse:
    made = open_house(database, tmp_path)
    for number in range(6):
        record_id = made.call(f"c{number}", "op1" if number < 4 else "op2", NOW - timedelta(hours=6 - number))
        record = made.desk.records.get(record_id)
        made.desk.records.save(record_id, content(), record.revision, "op1")
        if number % 2 == 0:
            made.desk.records.mark_faq(record_id, "faq_used", "MH2019", 3 if number < 4 else 4, "op1")
    return made


def incident(title: str = "誤った持ち物を案内", **given: Any) -> IncidentContent:
    return IncidentContent("personal_data", RedactedText(title), NOW, **given)


def whole(**given: Any) -> IncidentContent:
    words: dict[str, Any] = {name: RedactedText(f"{label}の内容") for name, label in HEADINGS.items()}
    return incident(**words, **given)


def test_the_city_is_told_at_once_by_notice_and_webhook(house: DeskHouse) -> None:
    house.desk.webhooks.add("https://example.jp/hook", ["incident.opened", "incident.moved"], "kanri")
    made = house.desk.incidents.open(incident(), "sv1")
    assert made.incident_id == "J20261120-01"
    assert house.desk.incidents.open(incident(), "sv1").incident_id == "J20261120-02"
    waiting = [notice for notice in house.desk.notices.waiting() if notice.kind == "incident.opened"]
    assert {notice.recipient for notice in waiting} == set(house.desk.incidents.contacts)
    sent: list[bytes] = []

    def post(url: str, body: bytes, headers: object) -> int:
        sent.append(body)
        return 200

    house.desk.webhooks.deliver_due(post)
    assert len(sent) == 2
    assert b"J20261120-01" in sent[0]
    assert "持ち物".encode() not in sent[0], "what happened is told on the page alone"


@pytest.mark.parametrize(
    ("hit", "count"),
    [
        (Affected(), 0),
        (Affected(operator="op1"), 4),
        (Affected(operator="op2"), 2),
        (Affected(faq_id="MH2019"), 3),
        (Affected(faq_id="MH2019", faq_version=3), 2),
        (Affected(faq_id="MH2019", faq_version=3, operator="op2"), 0),
        (Affected(NOW - timedelta(hours=6), NOW - timedelta(hours=4)), 2),
        (Affected(begins_at=NOW - timedelta(hours=2), faq_id="MH2019"), 1),
    ],
)
def test_the_records_that_may_be_hit(house: DeskHouse, hit: Affected, count: int) -> None:
    made = house.desk.incidents.open(incident(affected=hit), "sv1")
    assert house.desk.incidents.get(made.incident_id).content.affected == hit
    found = [one.record_id for one in house.desk.incidents.affected(made.incident_id)]
    assert len(found) == len(set(found)) == count


def test_from_the_first_word_to_the_end(house: DeskHouse) -> None:
    service = house.desk.incidents
    made = service.open(incident(), "sv1")
    with pytest.raises(Conflict, match="先に保存"):
        service.save(made.incident_id, incident(), 9, "sv1")
    service.note(made.incident_id, "市民から電話。番号は123456789012とのこと", "op1")
    with pytest.raises(Conflict, match="報告してから"):
        service.close(made.incident_id, "sv1")
    service.report(made.incident_id, "市民課", "sv1")
    with pytest.raises(InvalidInput) as refused:
        service.close(made.incident_id, "sv1")
    assert {problem.column for problem in refused.value.problems} == set(HEADINGS)
    newest = service.get(made.incident_id)
    service.save(made.incident_id, whole(), newest.revision, "sv1")
    assert service.close(made.incident_id, "sv1").state == "closed"
    with pytest.raises(Conflict, match="変更できません"):
        service.note(made.incident_id, "あとから", "sv1")
    (note,) = service.notes(made.incident_id)
    assert "123456789012" not in note.text
    with pytest.raises(NotFound):
        service.get("J20200101-01")
    with house.db.read() as conn:
        assert verify(conn) is None


def test_the_report_as_word(house: DeskHouse) -> None:
    service = house.desk.incidents
    made = service.open(whole(affected=Affected(operator="op2")), "sv1")
    service.note(made.incident_id, "調査を始めた", "sv1")
    affected = [one.record_id for one in service.affected(made.incident_id)]
    data = incident_docx("みほん市", made, service.notes(made.incident_id), affected)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        text = package.read("word/document.xml").decode()
    places = [text.index(f"{number}　{label}") for number, label in enumerate(HEADINGS.values(), start=1)]
    assert places == sorted(places)
    assert all(one in text for one in (*affected, "調査を始めた", "担当 op2", "2件"))
    assert data == incident_docx("みほん市", made, service.notes(made.incident_id), affected)


async def test_the_pages(tmp_path: Path) -> None:
    with opened_site(tmp_path, faqs=1, **OFF) as site:
        for name, role in (("sv1", Role.SUPERVISOR), ("op1", Role.OPERATOR), ("shi", Role.CITY)):
            site.user(name, role)
        DeskHouse(desk_of(site), site.clock, site.services.db).call(at=NOW)
        async with person(site) as supervisor, person(site) as city, person(site) as operator:
            await supervisor.log_in("sv1")
            await supervisor.get("/staff/desk/incident-new")
            fields = {"title": "画面が開かない", "kind": "failure", "found_at": "2026-11-20T10:00", "operator": "op1"}
            page = await supervisor.submit("/staff/desk/incident-new", fields | {"title": " "})
            assert supervisor.status == 422
            assert "件名を入力してください" in page
            page = await supervisor.submit("/staff/desk/incident-new", fields)
            assert "市へ通知しました" in page
            assert "<strong>1件</strong>" in page
            path = "/staff/desk/incidents/J20261120-01"
            page = await supervisor.submit(f"{path}/notes", note="再起動した")
            assert "再起動した" in page
            page = await supervisor.submit(f"{path}/report", to="市民課")
            assert "市へ報告済み" in page
            await supervisor.submit(f"{path}/close")
            assert supervisor.status == 422
            await city.log_in("shi")
            assert "J20261120-01" in await city.get("/staff/desk/complaints")
            assert "画面が開かない" in await city.get(path)
            await city.submit(f"{path}/notes", note="市から")
            assert city.status == 403
            await city.get(f"{path}/document")
            assert city.headers["content-type"].endswith("wordprocessingml.document")
            await operator.log_in("op1")
            await operator.get(path)
            assert operator.status == 403


async def test_the_page_says_when_and_with_whom_and_leads_to_no_deleted_record(tmp_path: Path) -> None:
    with opened_site(tmp_path, faqs=1, **OFF) as site:
        site.user("sv1", Role.SUPERVISOR)
        desk = desk_of(site)
        first, second = (DeskHouse(desk, site.clock, site.services.db, n * 100).call(f"c{n}", "op1") for n in (1, 2))
        desk.records.delete(second, desk.records.get(second).revision, "sv1", RedactedText("重複"))
        made = desk.incidents.open(incident(affected=Affected(operator="op1")), "sv1")
        async with person(site) as boss:
            await boss.log_in("sv1")
            page = await boss.get(f"/staff/desk/incidents/{made.incident_id}")
            assert f'href="/staff/desk/records/{first}"' in page
            assert f'href="/staff/desk/records/{second}"' not in page
            assert f"{second}</span>" in page
            assert "削除済み" in page
            assert "op1" in page
            new = await boss.get("/staff/desk/incident-new")
    assert new.index("すぐに知らせます") < new.index('name="title"'), "what saving does is said before the form"
    assert 'href="/staff/desk/incidents" aria-current="true"' in new
