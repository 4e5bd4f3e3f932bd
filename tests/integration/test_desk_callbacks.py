"""Call-backs, complaints, notices and webhooks on a real database."""

import json
from collections.abc import Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import text

from desk.callbacks.vault import Contact
from desk.complaints.model import ComplaintContent
from desk.records.exporting import ExportOrder
from desk.records.service import Step
from desk.webhooks.http_post import http_post
from desk.webhooks.service import signature
from knowledge.errors import Conflict, Forbidden, IllegalTransition, InvalidInput, NotFound
from knowledge.faq.periods import period_of
from knowledge.privacy.redacted import RedactedText
from knowledge.store import audit
from knowledge.store.database import Database
from tests.fakes.desk_house import NOW, DeskHouse, content, open_house

CONTACT = Contact("見本 花子", "090-0000-1234")
DUE = NOW + timedelta(hours=4)
COMPLAINT = ComplaintContent("high", RedactedText("案内が間違っていたとのお申し出"))


@pytest.fixture
def house(database: Database, tmp_path: Path) -> DeskHouse:
    return open_house(database, tmp_path)


def dump(db: Database) -> str:
    with db.read() as conn:
        tables = ("desk_callbacks", "desk_records", "audit_log", "desk_record_history", "desk_events")
        return "\n".join(repr(conn.execute(text(f"SELECT * FROM {table}")).all()) for table in tables)  # noqa: S608


def test_contact_lives_in_the_vault_only_and_goes_with_the_ticket(house: DeskHouse, tmp_path: Path) -> None:
    callbacks = house.desk.callbacks
    ticket = callbacks.open(house.call(), CONTACT, "交付場所の確認", "市民課", DUE, "op1")
    assert callbacks.contact(ticket.ticket_id, "op1", may_unmask=False) == CONTACT
    with pytest.raises(Forbidden):
        callbacks.contact(ticket.ticket_id, "op2", may_unmask=False)
    assert "花子" not in dump(house.db)
    assert "1234" not in dump(house.db)
    callbacks.tried(ticket.ticket_id, "op1")
    closed = callbacks.close(ticket.ticket_id, "op1")
    assert (closed.status, closed.attempts, closed.purged_at) == ("done", 1, NOW)
    with pytest.raises(NotFound):
        callbacks.contact(ticket.ticket_id, "op1", may_unmask=True)
    with pytest.raises(Conflict):
        callbacks.close(ticket.ticket_id, "op1")
    assert "花子".encode() not in (tmp_path / "callbacks.sqlite3").read_bytes()
    with house.db.read() as conn:
        actions = [row.action for row in audit.search(conn, audit.AuditQuery(target=ticket.ticket_id))]
    assert actions == ["callback.purge", "callback.tried", "callback.unmask", "callback.open"]


def test_what_is_past_its_time_is_forgotten(house: DeskHouse) -> None:
    callbacks = house.desk.callbacks
    ticket = callbacks.open(house.call(), CONTACT, "", "", DUE, "op1")
    assert callbacks.purge() == 0
    house.clock.advance(timedelta(days=8))
    assert callbacks.purge() == 1
    assert callbacks.purge() == 0
    (left,) = callbacks.tickets("open")
    assert left.ticket_id == ticket.ticket_id
    assert left.purged_at is not None
    assert left.overdue(house.clock.at)


@pytest.mark.parametrize(
    ("name", "phone", "column"),
    [("", "090-0000-1234", "name"), ("見本", "電話", "phone"), ("見本", "1234-5678-9012", "phone")],
)
def test_nonsense_and_personal_numbers_are_refused(house: DeskHouse, name: str, phone: str, column: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        house.desk.callbacks.open(house.call(), Contact(name, phone), "", "", DUE, "op1")
    assert [problem.column for problem in refused.value.problems] == [column]


def test_a_ticket_for_no_record_leaves_no_contact(house: DeskHouse, tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        house.desk.callbacks.open("R99999999", CONTACT, "", "", DUE, "op1")
    assert house.desk.callbacks.purge() == 0
    assert "花子".encode() not in (tmp_path / "callbacks.sqlite3").read_bytes()


def test_export_masks_contacts_unless_permitted_with_a_purpose(house: DeskHouse) -> None:
    house.desk.callbacks.open(house.call(), CONTACT, "", "", DUE, "op1")
    period = period_of(NOW.date(), "day")
    masked = house.desk.exports.export(ExportOrder(period), "city1").data.decode("utf-8-sig")
    assert "＊＊＊" in masked
    assert "花子" not in masked
    with pytest.raises(InvalidInput):
        house.desk.exports.export(ExportOrder(period, unmask=True), "city1", may_unmask=True)
    clear = house.desk.exports.export(ExportOrder(period, unmask=True, purpose="callback"), "city1", may_unmask=True)
    assert "見本 花子" in clear.data.decode("utf-8-sig")


def test_a_complaint_reaches_the_city_and_its_time_is_measured(house: DeskHouse) -> None:
    complaints, record_id = house.desk.complaints, house.call()
    complaint = complaints.receive(record_id, COMPLAINT, "op1")
    assert house.desk.records.get(record_id).kind == "complaint"
    notices = house.desk.notices.waiting()
    assert {notice.record_id for notice in notices} == {record_id}
    house.clock.advance(timedelta(minutes=12))
    reported = complaints.report(record_id, "市民課", "sv1")
    assert reported.report_secs == 720
    assert reported.reported_at is not None
    assert reported.reported_at < complaint.report_due()
    house.clock.advance(timedelta(minutes=5))
    assert complaints.report(record_id, "市民課", "sv1").report_secs == 720
    house.desk.notices.seen(notices[0].notice_id, "city1")
    assert notices[0].notice_id not in {notice.notice_id for notice in house.desk.notices.waiting()}


def test_a_serious_complaint_is_not_closed_before_the_city_knows(house: DeskHouse) -> None:
    complaints, record_id = house.desk.complaints, house.call()
    complaint = complaints.receive(record_id, COMPLAINT, "op1")
    full = ComplaintContent(
        "high",
        COMPLAINT.statement,
        intent=RedactedText("正しい案内"),
        response=RedactedText("おわびと訂正"),
        result=RedactedText("了承"),
        root_cause="faq_error",
        linked_faq="MH1001",
    )
    with pytest.raises(IllegalTransition):
        complaints.save(record_id, full, complaint.revision, "sv1", "closed")
    reported = complaints.report(record_id, "市民課", "sv1")
    with pytest.raises(InvalidInput) as refused:
        complaints.save(record_id, COMPLAINT, reported.revision, "sv1", "closed")
    assert [problem.column for problem in refused.value.problems] == ["intent", "response", "result", "root_cause"]
    assert complaints.save(record_id, full, reported.revision, "sv1", "closed").state == "closed"


def test_callers_who_were_told_the_same_are_found(house: DeskHouse) -> None:
    ids = [house.call(call_id) for call_id in ("a", "b", "c")]
    for record_id in ids[:2]:
        house.desk.records.mark_faq(record_id, "faq_used", "MH1001", 1, "op1")
    wrong = ComplaintContent("low", COMPLAINT.statement, root_cause="faq_error", linked_faq="MH1001")
    house.desk.complaints.receive(ids[0], wrong, "op1")
    assert house.desk.complaints.told_the_same(ids[0]) == [ids[1]]


def test_webhooks_are_signed_retried_and_carry_no_text(house: DeskHouse) -> None:
    hook, secret = house.desk.webhooks.add("http://127.0.0.1:9/x", ["record.closed", "complaint.received"], "admin1")
    records, record_id = house.desk.records, house.call()
    records.save(record_id, content(), records.get(record_id).revision, "op1", Step("done"))
    sent: list[tuple[bytes, Mapping[str, str]]] = []

    def broken(_url: str, _body: bytes, _headers: Mapping[str, str]) -> int:
        raise ConnectionRefusedError

    def working(_url: str, body: bytes, headers: Mapping[str, str]) -> int:
        sent.append((body, headers))
        return 204

    assert house.desk.webhooks.deliver_due(broken) == 0
    assert house.desk.webhooks.deliver_due(working) == 0
    house.clock.advance(timedelta(minutes=2))
    assert house.desk.webhooks.deliver_due(working) == 1
    assert house.desk.webhooks.deliver_due(working) == 0
    (body, headers) = sent[0]
    assert headers["x-madoguchi-signature"] == signature(secret, body)
    message = json.loads(body)
    assert (message["kind"], message["data"]["record_id"]) == ("record.closed", record_id)
    assert "持ち物" not in body.decode()
    house.desk.webhooks.remove(hook.hook_id, "admin1")
    assert house.desk.webhooks.hooks() == []


@pytest.mark.parametrize("url", ["ftp://x/y", "http://", "http://user:pw@x/", "http://169.254.169.254/latest"])
def test_strange_receivers_are_refused(house: DeskHouse, url: str) -> None:
    with pytest.raises(InvalidInput):
        house.desk.webhooks.add(url, ["record.closed"], "admin1")


def test_the_answer_rate_alarm_rings_once_a_day(house: DeskHouse) -> None:
    house.desk.webhooks.add("http://127.0.0.1:9/x", ["answer_rate.alert"], "admin1")
    assert house.desk.rate_alert.check().level == "no_data"
    for number in range(4):
        house.send(f"lost{number}", "call_offered", NOW)
        house.send(f"lost{number}", "abandoned", NOW + timedelta(seconds=60))
    for _ in range(3):
        assert house.desk.rate_alert.check().level == "alert"
    notices = [notice for notice in house.desk.notices.waiting() if notice.kind == "answer_rate.alert"]
    assert {notice.record_id for notice in notices} == {"2026-11-20"}
    bodies: list[bytes] = []

    def receive(_url: str, body: bytes, _headers: Mapping[str, str]) -> int:
        bodies.append(body)
        return 200

    assert house.desk.webhooks.deliver_due(receive) == 1
    assert json.loads(bodies[0])["data"]["month"] == 0.0


def test_messages_travel_over_http() -> None:
    got: list[tuple[str, bytes]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append((self.headers["x-test"], self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(202)
            self.end_headers()

        def log_message(self, *_arguments: object) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/"
        assert http_post(url, b"{}", {"x-test": "1"}) == 202
        thread.join()
    assert got == [("1", b"{}")]
    with pytest.raises(OSError):
        http_post(url, b"{}", {})
