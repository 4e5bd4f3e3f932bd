"""Records on a real database: from the exchange to the closed record, search, history, files, rights to see."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from desk.events.log import read_events
from desk.kpi.build import build_calls
from desk.kpi.figures import all_figures
from desk.kpi.rules import KpiRules
from desk.records.booking import read_back_items
from desk.records.exporting import ExportOrder
from desk.records.filters import RecordFilter
from desk.records.model import Status
from desk.records.saved import filter_from_json, filter_to_json
from desk.records.service import Step
from desk.service import open_desk
from desk.simulator.scenario import batches, simulated_month
from knowledge.domain import FaqEntry
from knowledge.errors import Conflict, Forbidden, IllegalTransition, InvalidInput, NotFound
from knowledge.faq.periods import Period, period_of
from knowledge.privacy.redacted import RedactedText
from knowledge.profile import load_profile
from knowledge.store import audit
from knowledge.store.database import Database
from tests.fakes.desk_house import NOW, DeskHouse, content, open_house

ITEMS = read_back_items(load_profile("mihon"))
REASON = RedactedText("入力の誤り")


@pytest.fixture
def house(database: Database, tmp_path: Path) -> DeskHouse:
    return open_house(database, tmp_path)


def done(house: DeskHouse, record_id: str, **given: str) -> None:
    record = house.desk.records.get(record_id)
    step = Step("done", told=frozenset(item.item_id for item in ITEMS))
    house.desk.records.save(record_id, content(**given), record.revision, "op1", step)


def test_the_exchange_opens_and_ends_a_record(house: DeskHouse) -> None:
    records = house.desk.records
    house.send("c1", "call_offered", line="main")
    opened = records.of_call("c1")
    assert opened is not None
    assert (opened.status, opened.operator) == ("open", "")
    house.send("c1", "answered", operator="op1")
    house.send("c1", "ended")
    ended = records.get(opened.record_id)
    assert (ended.status, ended.operator, ended.owner) == ("after_call", "op1", "op1")


def test_a_call_given_up_has_a_record_too(house: DeskHouse) -> None:
    house.send("c1", "abandoned")
    house.send("c1", "call_offered", line="main")
    record = house.desk.records.of_call("c1")
    assert record is not None
    assert (record.status, record.line) == ("no_contact", "main")


def test_an_answer_that_arrives_late_repairs_the_record(house: DeskHouse) -> None:
    house.send("c1", "call_offered")
    house.send("c1", "ended", NOW + timedelta(minutes=3))
    house.send("c1", "answered", NOW + timedelta(seconds=5), operator="op1")
    record = house.desk.records.of_call("c1")
    assert record is not None
    assert record.status == "after_call"


def test_closing_writes_the_event_the_figures_count(house: DeskHouse) -> None:
    record_id = house.call()
    house.desk.records.mark_faq(record_id, "faq_used", "MH1001", 2, "op1")
    done(house, record_id, booking="change")
    with house.db.read() as conn:
        calls = build_calls(read_events(conn, period_of(NOW.date(), "day")))
    figures = {figure.kpi_id: figure for figure in all_figures(calls, KpiRules())}
    assert figures["fcr"].value == figures["first_answer_rate"].value == 100.0
    assert (figures["faq_uses"].n, figures["booking_change"].n) == (1, 1)
    references = house.desk.records.faq_references(record_id)
    assert [(one.faq_id, one.version, one.kind) for one in references] == [("MH1001", 2, "faq_used")]
    found = house.desk.records.search(RecordFilter(faq_ids=("MH1001",)))
    assert [one.record_id for one in found.items] == [record_id]


@pytest.mark.parametrize("status", ["done", "no_contact"])
def test_a_booking_is_not_closed_before_everything_was_told(house: DeskHouse, status: Status) -> None:
    record_id = house.call()
    records = house.desk.records
    revision = records.get(record_id).revision
    with pytest.raises(InvalidInput) as refused:
        records.save(record_id, content(booking="new"), revision, "op1", Step(status, told=frozenset({"rb1"})))
    assert [problem.column for problem in refused.value.problems] == [item.item_id for item in ITEMS[1:]]
    assert records.get(record_id).status == "after_call"
    done(house, record_id, booking="new")
    told = [row.new for row in records.history(record_id) if row.field == "read_back"]
    assert told == ["、".join(item.label for item in ITEMS)]


def test_a_cancelled_booking_leaves_nothing_to_tell(house: DeskHouse) -> None:
    record_id = house.call()
    revision = house.desk.records.get(record_id).revision
    closed = house.desk.records.save(record_id, content(booking="cancel"), revision, "op1", Step("done"))
    assert closed.status == "done"


def test_saving_the_result_of_a_booking_does_not_close_it_by_the_back_door(house: DeskHouse) -> None:
    record_id = house.call()
    revision = house.desk.records.get(record_id).revision
    for step in (Step("after_call"), Step("waiting_city", "op1", NOW + timedelta(days=1))):
        saved = house.desk.records.save(record_id, content(booking="new"), revision, "op1", step)
        assert saved.status == step.status
        revision = saved.revision
    with pytest.raises(InvalidInput, match="すべて伝えてから"):
        house.desk.records.save(record_id, content(booking="new"), revision, "op1", Step("done"))


@pytest.mark.parametrize(("told", "status"), [(True, "done"), (False, "after_call")])
def test_another_system_closes_a_booking_only_when_everything_was_told(
    house: DeskHouse, told: bool, status: Status
) -> None:
    record_id = house.call()
    house.send("c1", "booking", kind="new", read_back=told)
    house.send("c1", "record_closed", outcome="booked", category="受取予約（新規）")
    record = house.desk.records.get(record_id)
    assert (record.status, record.content.booking, record.content.outcome) == (status, "new", "booked")


def test_the_pbx_does_not_overwrite_what_people_wrote(house: DeskHouse) -> None:
    record_id = house.call()
    done(house, record_id)
    house.send("c1", "record_closed", outcome="wrong_number", category="その他")
    record = house.desk.records.get(record_id)
    assert (record.content.category, record.content.outcome) == ("交付・受取", "answered")


def test_two_people_cannot_save_over_each_other(house: DeskHouse) -> None:
    record_id = house.call()
    revision = house.desk.records.get(record_id).revision
    house.desk.records.save(record_id, content(), revision, "op1")
    with pytest.raises(Conflict, match="op1"):
        house.desk.records.save(record_id, content("別の用件"), revision, "op2")


def test_status_steps(house: DeskHouse) -> None:
    records, record_id = house.desk.records, house.call()
    with pytest.raises(InvalidInput):
        records.save(record_id, content(), records.get(record_id).revision, "op1", Step("callback", "op1"))
    due = NOW + timedelta(hours=2)
    record = records.save(
        record_id, content(outcome="callback"), records.get(record_id).revision, "op1", Step("callback", "op2", due)
    )
    assert (record.owner, record.due_at) == ("op2", due)
    assert not record.overdue(NOW)
    house.clock.advance(timedelta(hours=3))
    assert [one.record_id for one in records.search(RecordFilter(overdue=True)).items] == [record_id]
    done(house, record_id)
    with pytest.raises(IllegalTransition):
        done(house, record_id)
    record = records.get(record_id)
    with pytest.raises(InvalidInput):
        records.reopen(record_id, record.revision, "op1", RedactedText(" "))
    assert records.reopen(record_id, record.revision, "op1", REASON).status == "after_call"
    assert [row.new for row in records.history(record_id) if row.field == "status"] == [
        "after_call",
        "callback",
        "done",
        "after_call",
    ]


LATE: tuple[tuple[str, dict[str, object]], ...] = (
    ("ended", {}),
    ("transferred", {"target": "department", "to": "市民課", "result": "done"}),
    ("record_closed", {"outcome": "answered", "category": "交付・受取", "completed": True}),
    ("abandoned", {}),
    ("bot_ended", {"outcome": "abandoned"}),
)


@pytest.mark.parametrize(("kind", "given"), LATE, ids=[kind for kind, _ in LATE])
def test_a_late_event_closes_no_record_that_somebody_reopened(
    house: DeskHouse, kind: str, given: dict[str, object]
) -> None:
    record_id = house.call()
    done(house, record_id)
    records = house.desk.records
    records.reopen(record_id, records.get(record_id).revision, "op1", REASON)
    house.send("c1", kind, NOW + timedelta(seconds=190), **given)
    record = records.get(record_id)
    assert (record.status, record.closed_at) == ("after_call", None)
    done(house, record_id)
    assert records.get(record_id).status == "done"
    house.send("c1", kind, NOW + timedelta(seconds=191), **given)
    assert records.get(record_id).status == "done"


def test_a_late_event_closes_no_record_that_was_taken_back_from_waiting(house: DeskHouse) -> None:
    records, record_id = house.desk.records, house.call()
    step = Step("callback", "op2", NOW + timedelta(hours=2))
    records.save(record_id, content(outcome="callback"), records.get(record_id).revision, "op1", step)
    step = Step("waiting_city", "op2", NOW + timedelta(hours=2))
    records.save(record_id, content(outcome="callback"), records.get(record_id).revision, "op1", step)
    records.save(
        record_id, content(outcome="callback"), records.get(record_id).revision, "op1", Step("after_call", "op2")
    )
    house.send("c1", "ended", NOW + timedelta(seconds=190))
    assert records.get(record_id).status == "after_call"


def test_a_call_that_was_lost_and_reopened_by_a_person_stays_open(house: DeskHouse) -> None:
    house.send("lost", "call_offered", NOW, line="main")
    house.send("lost", "abandoned", NOW + timedelta(seconds=30))
    records = house.desk.records
    record = records.of_call("lost")
    assert record is not None
    assert record.status == "no_contact"
    records.reopen(record.record_id, record.revision, "op1", REASON)
    house.send("lost", "ended", NOW + timedelta(seconds=40))
    assert records.get(record.record_id).status == "after_call"


def test_personal_data_never_reaches_the_database(house: DeskHouse) -> None:
    record_id = house.call()
    revision = house.desk.records.get(record_id).revision
    text = RedactedText("番号123456789012、電話090-1234-5678の件")
    saved = house.desk.records.save(record_id, content(text), revision, "op1")
    assert "123456789012" not in saved.content.inquiry
    assert "5678" not in saved.content.inquiry


def test_reclassification_keeps_the_old_class(house: DeskHouse) -> None:
    records, record_id = house.desk.records, house.call()
    done(house, record_id)
    record = records.reclassify(record_id, "電子証明書", records.get(record_id).revision, "sv1", REASON)
    assert record.content.category == "電子証明書"
    row = records.history(record_id)[-1]
    assert (row.field, row.old, row.new, row.reason) == ("category", "交付・受取", "電子証明書", REASON)
    with house.db.read() as conn:
        (call,) = build_calls(read_events(conn, period_of(NOW.date(), "day")))
    assert call.category == "電子証明書"
    with pytest.raises(InvalidInput):
        records.reclassify(record_id, "ない分類", record.revision, "sv1", REASON)


def test_deleting_hides_and_audits(house: DeskHouse) -> None:
    records, record_id = house.desk.records, house.call()
    done(house, record_id)
    records.delete(record_id, records.get(record_id).revision, "sv1", REASON)
    with pytest.raises(NotFound):
        records.get(record_id)
    assert records.search(RecordFilter()).total == 0
    with house.db.read() as conn:
        actions = [row.action for row in audit.search(conn, audit.AuditQuery(target=record_id))]
    assert actions == ["interaction.delete"]
    exported = house.desk.exports.export(ExportOrder(period_of(NOW.date(), "day")), "sv1")
    assert exported.rows == 1
    assert "持ち物" not in exported.data.decode("utf-8-sig")


def test_search_by_words_fields_and_or(house: DeskHouse) -> None:
    wanted = {
        "a": ("マイナンバーカードをなくした", "紛失・暗証番号・記載変更・返納"),
        "b": ("暗証番号がロックされた", "紛失・暗証番号・記載変更・返納"),
        "c": ("更新の通知が届いた", "電子証明書"),
    }
    ids = {}
    for call_id, (inquiry, category) in wanted.items():
        ids[call_id] = house.call(call_id, operator="op2" if call_id == "c" else "op1")
        done(house, ids[call_id], inquiry=inquiry, category=category)

    def found(**given: object) -> set[str]:
        page = house.desk.records.search(filter_from_json(given))
        assert page.total == len(page.items)
        return {key for key, record_id in ids.items() if record_id in {one.record_id for one in page.items}}

    assert found(text="マイナカード") == {"a"}
    assert found(text="暗証番号｜更新") == {"b", "c"}
    assert found(categories=["電子証明書"], operators=["op1"]) == set()
    assert found(any_of=[{"operators": ["op2"]}, {"text": "なくした"}]) == {"a", "c"}
    assert found(tags=["暗証番号"]) == {"b"}
    assert found(first="2026-11-20", last="2026-11-20") == {"a", "b", "c"}
    assert found(last="2026-11-19") == set()
    assert found(text=ids["b"].lower()) == {"b"}


def test_tags_removed_by_hand_stay_removed(house: DeskHouse) -> None:
    records, record_id = house.desk.records, house.call()
    records.save(record_id, content("暗証番号を忘れた"), records.get(record_id).revision, "op1")
    assert "暗証番号" in {tag.name for tag in records.get(record_id).tags}
    records.tag(record_id, RedactedText("暗証番号"), False, "op1")
    records.tag(record_id, RedactedText("要研修"), True, "op1")
    record = records.save(record_id, content("暗証番号を忘れた方"), records.get(record_id).revision, "op1")
    assert "暗証番号" not in {tag.name for tag in record.tags}
    assert "要研修" in {tag.name for tag in record.tags}


def test_the_faq_used_gives_the_tags_where_the_words_say_nothing(house: DeskHouse) -> None:
    entry = FaqEntry("MH3035", "4桁の暗証番号を忘れたときは、どうすればよいですか。", "窓口で設定し直します。")
    records = open_desk(
        replace(house.desk.parts, faq_entry=lambda faq_id: entry if faq_id == "MH3035" else None)
    ).records
    record_id = house.call()
    silent = replace(content("数字の件、ご案内"), answer=RedactedText("済み"))
    assert records.save(record_id, silent, records.get(record_id).revision, "op1").tags == ()
    records.mark_faq(record_id, "faq_used", "MH3035", 1, "op1")
    record = records.save(record_id, silent, records.get(record_id).revision, "op1")
    assert [(tag.name, tag.source) for tag in record.tags] == [("暗証番号", "auto")]
    records.mark_faq(record_id, "faq_unused", "MH3035", 1, "op1")
    assert records.save(record_id, silent, records.get(record_id).revision, "op1").tags == ()


def test_saved_searches(house: DeskHouse) -> None:
    wanted = RecordFilter(text="受け取り", statuses=("done",), first=NOW.date(), any_of=(RecordFilter(overdue=True),))
    assert filter_from_json(filter_to_json(wanted)) == wanted
    saved = house.desk.saved.add("op1", "今日の受け取り", wanted, shared=True)
    with pytest.raises(Conflict):
        house.desk.saved.add("op1", "今日の受け取り", wanted)
    (seen,) = house.desk.saved.of("op2")
    assert seen.wanted == wanted
    with pytest.raises(NotFound):
        house.desk.saved.remove(saved.search_id, "op2")
    house.desk.saved.remove(saved.search_id, "op1")
    assert house.desk.saved.of("op1") == []


def test_the_file_of_everything_has_a_row_for_each_call_of_the_report(house: DeskHouse) -> None:
    messages = [m for m in simulated_month(load_profile("matsusaka"), 2026, 11, seed=5) if m["at"] < "2026-11-10"]
    for batch in batches(messages):
        house.desk.log.append(batch, "pbx")
    period = Period(NOW.date().replace(day=1), NOW.date().replace(day=30))
    exported = house.desk.exports.export(ExportOrder(period, ids_as_header=True), "city1")
    lines = list(csv.DictReader(io.StringIO(exported.data.decode("utf-8-sig"))))
    with house.db.read() as conn:
        calls = build_calls(read_events(conn, period))
    assert {line["call_id"] for line in lines} == {call.call_id for call in calls}
    assert len(lines) == exported.rows == len(calls)
    answered = [line for line in lines if line["disposition"] == "応答"]
    assert all(line["talk_secs"] and line["operator"] and line["status"] == "完了" for line in answered)
    with pytest.raises(Forbidden):
        house.desk.exports.export(ExportOrder(period, unmask=True, purpose="audit"), "city1")


def test_a_record_without_a_call(house: DeskHouse) -> None:
    record = house.desk.records.create(content("窓口での相談"), "op1", channel="counter")
    assert (record.channel, record.status, record.operator) == ("counter", "after_call", "op1")
    with house.db.read() as conn:
        calls = build_calls(read_events(conn, period_of(NOW.date(), "day")))
    assert [call.is_inbound for call in calls] == [False]


def test_direction_and_calls_passed_on_by_another_line_are_kept(house: DeskHouse) -> None:
    house.send("inside", "call_offered", direction="internal")
    house.send("passed", "call_offered", direction="inbound", from_other_line=True)
    house.send("back", "call_offered", direction="outbound")
    records = {one.call_id: one for one in house.desk.records.search(RecordFilter()).items}
    assert {name: one.direction for name, one in records.items()} == {
        "inside": "internal",
        "passed": "inbound",
        "back": "outbound",
    }
    assert [name for name, one in records.items() if one.from_other_line] == ["passed"]
    day = house.clock.today()
    rows = list(
        csv.DictReader(
            io.StringIO(house.desk.exports.export(ExportOrder(Period(day, day)), "sv").data.decode("utf-8-sig"))
        )
    )
    assert {row["通話番号"]: row["他回線から"] for row in rows} == {"inside": "0", "passed": "1", "back": "0"}
