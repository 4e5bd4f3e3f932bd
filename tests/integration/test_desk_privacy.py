"""Personal data planted at every entrance of the desk: afterwards no table and no log line holds any of it."""

import logging
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from desk.assist.model import Heard, Speaker
from desk.callbacks.vault import Contact
from desk.complaints.model import ComplaintContent
from desk.records.filters import RecordFilter
from desk.records.model import RecordContent
from desk.records.service import Step
from knowledge.privacy.redacted import RedactedText
from knowledge.store.database import Database
from knowledge.store.schema import complete_metadata
from tests.fakes.desk_house import NOW, open_house

# 123456789012 has a wrong check digit: it is nobody's number.
PLANTED = "個人番号123456789012、電話090-1234-5678、メールhanako@example.com、申請書ID12345678901234567890123"
SECRETS = ("123456789012", "90-1234", "1234-5678", "hanako@", "12345678901234567890123")


def everything(db: Database) -> str:
    with db.read() as conn:
        return "\n".join(repr(conn.execute(select(table)).all()) for table in complete_metadata().sorted_tables)


def test_nothing_planted_is_found_again(database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    house = open_house(database, tmp_path)
    desk, text = house.desk, RedactedText(PLANTED)
    house.send("090-1234-5678", "call_offered", line="main")
    house.send("c2", "transferred", target="other", to="090-1234-5678へ")
    desk.log.append([{"event_id": PLANTED, "type": PLANTED, "call_id": "123456789012"}, PLANTED], "pbx")
    session = desk.assist.start("", "op1").session_id
    desk.assist.hear(session, Heard("citizen", f"持ち物を教えてください。{PLANTED}"), "op1")
    desk.assist.hear(session, Heard("operator", f"後日、折り返しご連絡します。{PLANTED}"), "op1")
    desk.assist.mark(session, "MH2019", "faq_used", "op1")
    draft = desk.assist.finish(session, "op1")
    full = RecordContent("本人", "申請", text, text, text, text, text, "done", "transferred")
    record = desk.records.save(draft.record_id, full, draft.revision, "op1", Step("done"))
    record = desk.records.reopen(record.record_id, record.revision, "op1", desk.parts.redactor.redact(PLANTED).text)
    desk.complaints.receive(record.record_id, ComplaintContent("high", text, text, text, text, text), "op1")
    desk.complaints.report(record.record_id, f"市民課 {PLANTED}", "op1")
    desk.saved.add("op1", PLANTED, RecordFilter(text=PLANTED, any_of=(RecordFilter(transfer_to=PLANTED),)))
    due = NOW + timedelta(hours=1)
    desk.callbacks.open(record.record_id, Contact("花子", "090-1234-5678"), PLANTED, PLANTED, due, "op1")
    desk.records.search(replace(RecordFilter(), text=PLANTED))
    found = everything(database) + caplog.text
    assert [secret for secret in SECRETS if secret in found] == []
    assert "MH2019" in found


def test_contacts_do_not_show_themselves() -> None:
    contact = Contact("花子", "090-1234-5678")
    assert "花子" not in f"{contact!r}{contact}"
    assert "5678" not in repr(Heard("citizen", "090-1234-5678"))


def test_a_number_told_over_several_turns_is_hidden_on_the_operators_screen(database: Database, tmp_path: Path) -> None:
    assist = open_house(database, tmp_path).desk.assist
    session = assist.start("", "op1").session_id
    turns: list[tuple[Speaker, str]] = [
        ("operator", "お名前をお願いいたします。"),
        ("citizen", "東です"),
        ("citizen", "4433です"),
        ("operator", "4433ですね"),
        ("citizen", "えっと、ニーニーイチイチ"),
        ("citizen", "0099です"),
        ("citizen", "持ち物は3点ですか"),
    ]
    for speaker, words in turns:
        assist.hear(session, Heard(speaker, words), "op1")
    shown = [segment.text for segment in assist.live()[0].transcript]
    assert shown[1] == "【氏名】です"
    assert shown[2:6] == ["【番号】"] * 4
    assert shown[6] == "持ち物は3点ですか"
