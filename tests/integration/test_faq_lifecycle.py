"""An FAQ's life on a real database: drafts, approval, versions, conflicts, what is in force, and the audit trail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from knowledge.clock import FixedClock
from knowledge.domain import FaqEntry, SynonymGroup
from knowledge.errors import Conflict, Forbidden, IllegalTransition, InvalidInput, NotFound, Unavailable
from knowledge.faq import synonyms
from knowledge.faq.records import EditConflict, FaqFilter, FaqRecord, FaqRules, Key
from knowledge.faq.service import FaqService
from knowledge.privacy.redacted import approved
from knowledge.store.audit import AuditQuery, search, verify
from knowledge.store.database import Database
from tests.fakes.faq_entries import many_entries

NOON = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # 12:00 in Japan
TODAY = date(2026, 11, 21)
ENTRY = FaqEntry("F1", "手数料はいくらですか。", "800円です。", category="申請", tags=("手数料",))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOON)


@pytest.fixture
def service(database: Database, clock: FixedClock) -> FaqService:
    return FaqService(database, clock, variables={"phone": "0120-000-000"})


def _publish(service: FaqService, entry: FaqEntry, minor: bool = False) -> FaqRecord:
    """Take the text of `entry` all the way, by three people."""
    try:
        record = service.save_draft(entry, service.get(*entry.key).revision, "drafter")
    except NotFound:
        record = service.create_draft(entry, "drafter")
    record = service.submit(record.key, record.revision, "drafter")
    record = service.approve(record.key, record.revision, "approver")
    return service.publish(record.key, record.revision, "publisher", "年度改定", minor)


def _answers(service: FaqService, day: date) -> dict[Key, str]:
    return {entry.key: entry.answer for entry in service.published() if entry.in_force(day)}


def test_from_draft_to_published(service: FaqService) -> None:
    told: list[list[Key]] = []
    service.on_published = lambda keys: told.append(list(keys))
    record = service.create_draft(ENTRY, "drafter")
    assert service.published() == []
    assert told == []
    record = _publish(service, record.entry)
    assert (record.entry.status, record.live_version, record.drafters) == ("published", 1, ())
    assert told == [[("F1", "ja")]]
    version = service.version("F1", 1)
    assert (version.author, version.approver, version.published_by) == ("drafter", "approver", "publisher")
    assert (version.reason, version.published_at) == ("年度改定", NOON)
    assert [entry.version for entry in service.published()] == [1]


def test_ids_are_given_where_none_is(service: FaqService) -> None:
    service.create_draft(replace(ENTRY, faq_id="F00002"), "drafter")
    given = [service.create_draft(replace(ENTRY, faq_id=""), "drafter").entry.faq_id for _ in range(2)]
    assert given == ["F00001", "F00003"]
    with pytest.raises(Conflict, match="F00001"):
        service.create_draft(replace(ENTRY, faq_id="F00001"), "drafter")


def test_whoever_touched_the_text_cannot_approve_it(service: FaqService, database: Database, clock: FixedClock) -> None:
    record = service.create_draft(ENTRY, "sato")
    record = service.save_draft(replace(record.entry, answer="900円です。"), record.revision, "suzuki")
    record = service.submit(record.key, record.revision, "sato")
    for who in ("sato", "suzuki"):
        with pytest.raises(Forbidden):
            service.approve(record.key, record.revision, who)
    relaxed = FaqService(database, clock, FaqRules(self_approval=True))
    assert relaxed.approve(record.key, record.revision, "sato").approver == "sato"


def test_a_late_save_gets_both_texts_and_changes_nothing(service: FaqService) -> None:
    base = service.create_draft(ENTRY, "sato")
    first = service.save_draft(replace(ENTRY, answer="900円です。"), base.revision, "suzuki")
    with pytest.raises(EditConflict, match="suzuki") as caught:
        service.save_draft(replace(ENTRY, answer="1000円です。"), base.revision, "sato")
    assert caught.value.yours.answer == "1000円です。"
    assert caught.value.theirs == first
    assert service.get("F1") == first


def test_nobody_approves_a_text_they_have_not_seen(service: FaqService) -> None:
    record = service.create_draft(ENTRY, "sato")
    seen = service.submit(record.key, record.revision, "sato")
    taken = service.withdraw(seen.key, seen.revision, "sato")
    taken = service.save_draft(replace(ENTRY, answer="ただです。"), taken.revision, "sato")
    service.submit(taken.key, taken.revision, "sato")
    with pytest.raises(Conflict, match="最新の内容"):
        service.approve(seen.key, seen.revision, "approver")


def test_a_revision_leaves_the_published_text_in_force(service: FaqService) -> None:
    record = _publish(service, ENTRY)
    record = service.save_draft(replace(record.entry, answer="1000円です。"), record.revision, "sato")
    assert (record.entry.status, record.live_version) == ("draft", 1)
    assert _answers(service, TODAY) == {("F1", "ja"): "800円です。"}
    with pytest.raises(IllegalTransition):
        service.publish(record.key, record.revision, "publisher")
    record = service.discard(record.key, record.revision, "sato")
    assert (record.entry.status, record.entry.answer) == ("published", "800円です。")


def test_texts_in_review_cannot_be_edited(service: FaqService) -> None:
    record = service.create_draft(ENTRY, "sato")
    record = service.submit(record.key, record.revision, "sato")
    with pytest.raises(IllegalTransition, match="取り下げて"):
        service.save_draft(replace(ENTRY, answer="x"), record.revision, "sato")
    assert service.send_back(record.key, record.revision, "approver").entry.status == "draft"


def test_retired_answers_are_gone_at_once_and_stay_in_the_history(service: FaqService) -> None:
    record = _publish(service, ENTRY)
    record = service.retire(record.key, record.revision, "publisher", "制度終了")
    assert service.published() == []
    assert [version.entry.answer for version in service.versions("F1")] == ["800円です。"]
    again = _publish(service, replace(ENTRY, answer="復活", valid_from=TODAY + timedelta(days=3)))
    assert again.live_version == 2
    assert _answers(service, TODAY) == {}  # the retired version must not come back while the new one waits


def test_rollback_is_a_new_version_and_keeps_a_draft_in_work(service: FaqService) -> None:
    _publish(service, replace(ENTRY, valid_to=TODAY + timedelta(days=1)))
    record = _publish(service, replace(ENTRY, answer="間違い"))
    record = service.save_draft(replace(ENTRY, answer="書きかけ"), record.revision, "sato")
    record = service.rollback(record.key, 1, record.revision, "publisher")
    assert (record.live_version, record.entry.status, record.entry.answer) == (3, "draft", "書きかけ")
    assert _answers(service, TODAY) == {("F1", "ja"): "800円です。"}
    assert [version.entry.answer for version in service.versions("F1")] == ["800円です。", "間違い", "800円です。"]
    assert service.version("F1", 3).reason == "第1版に戻す"
    assert service.version("F1", 3).author == "publisher"


def test_scheduled_versions_change_over_at_midnight_in_japan(service: FaqService, clock: FixedClock) -> None:
    told: list[Key] = []
    _publish(service, ENTRY)
    _publish(service, replace(ENTRY, answer="1000円です。", valid_from=date(2026, 11, 22), valid_to=date(2026, 11, 23)))
    service.on_published = told.extend
    indexed = service.published()  # what an index that is never refreshed would hold
    clock.at = datetime(2026, 11, 21, 14, 59, 59, tzinfo=UTC)
    assert _answers(service, clock.today()) == {("F1", "ja"): "800円です。"}
    clock.advance(timedelta(seconds=1))
    assert _answers(service, clock.today()) == {("F1", "ja"): "1000円です。"}
    assert [entry for entry in indexed if entry.in_force(clock.today())] == []
    assert service.start_day() == [("F1", "ja")]
    assert told == [("F1", "ja")]
    clock.advance(timedelta(days=2))
    assert _answers(service, clock.today()) == {}
    assert service.start_day() == [("F1", "ja")]
    clock.advance(timedelta(days=1))
    assert service.start_day() == []


def test_what_may_not_be_published(service: FaqService) -> None:
    for bad, column in (
        (replace(ENTRY, answer="個人番号カードをお持ちください。"), "answer"),
        (replace(ENTRY, valid_to=TODAY - timedelta(days=1)), "valid_to"),
    ):
        with pytest.raises(InvalidInput) as caught:
            _publish(service, bad)
        assert [problem.column for problem in caught.value.problems] == [column]
        record = service.get("F1")
        service.discard(record.key, record.revision, "sato")
    assert service.published() == []


def test_translations_follow_their_source(service: FaqService) -> None:
    _publish(service, ENTRY)
    english = replace(ENTRY, lang="en", question="How much?", answer="800 yen.")
    assert _publish(service, english).source_version == 1
    assert set(_answers(service, TODAY)) == {("F1", "ja"), ("F1", "en")}

    _publish(service, replace(ENTRY, answer="８００円です。"), minor=True)
    assert not service.get("F1", "en").stale
    told: list[Key] = []
    service.on_published = told.extend
    _publish(service, replace(ENTRY, answer="1000円です。"))
    assert told == [("F1", "en"), ("F1", "ja")]
    assert service.get("F1", "en").stale
    assert set(_answers(service, TODAY)) == {("F1", "ja")}
    assert [r.key for r in service.list_faqs(FaqFilter(stale_only=True)).items] == [("F1", "en")]

    _publish(service, replace(english, answer="1000 yen."))
    assert not service.get("F1", "en").stale
    assert _answers(service, TODAY)[("F1", "en")] == "1000 yen."
    source = service.get("F1")
    service.retire(source.key, source.revision, "publisher")
    assert _answers(service, TODAY) == {}
    assert [record.entry.lang for record in service.languages("F1")] == ["ja", "en"]


def test_variables_are_filled_for_readers_and_kept_for_editors(service: FaqService) -> None:
    _publish(service, replace(ENTRY, answer="{{phone}}へお電話ください。{{unknown}}"))
    assert service.published()[0].answer == "0120-000-000へお電話ください。{{unknown}}"
    assert service.get("F1").entry.answer == "{{phone}}へお電話ください。{{unknown}}"
    assert [finding.word for finding in service.lint(service.get("F1").entry)] == ["unknown"]


def test_the_state_moves_with_everything_a_channel_can_show(service: FaqService, clock: FixedClock) -> None:
    states = [service.state()]
    steps: tuple[Callable[[], object], ...] = (
        lambda: _publish(service, ENTRY),
        lambda: _publish(service, replace(ENTRY, answer="1000円です。")),
        lambda: service.retire(("F1", "ja"), service.get("F1").revision, "p"),
    )
    for step in steps:
        step()
        states.append(service.state())
    revisions = [state.revision for state in states]
    assert revisions == sorted(set(revisions))
    assert states[0].hashes == states[3].hashes == {}
    assert states[1].hashes != states[2].hashes
    record = service.create_draft(replace(ENTRY, faq_id="F2"), "sato")
    assert service.state() == states[3]
    assert record.live_version == 0


def test_a_failing_index_is_reported_but_the_change_stands(service: FaqService) -> None:
    def fail(keys: object) -> None:
        raise RuntimeError("index gone")

    service.on_published = fail
    with pytest.raises(Unavailable, match="保存しました"):
        _publish(service, ENTRY)
    assert service.get("F1").live_version == 1


def test_the_audit_log_tells_who_did_what_without_any_text(service: FaqService, database: Database) -> None:
    record = _publish(service, ENTRY)
    service.rollback(record.key, 1, record.revision, "chief")
    with database.read() as conn:
        rows = search(conn, AuditQuery(target="F1/ja"))
        assert verify(conn) is None
    told = [(row.who, row.action) for row in reversed(rows)]
    assert told == [
        ("drafter", "faq.create"),
        ("drafter", "faq.submit"),
        ("approver", "faq.approve"),
        ("publisher", "faq.publish"),
        ("chief", "faq.rollback"),
    ]
    assert not any("円" in row.detail for row in rows)


def test_lists_filter_search_and_page(service: FaqService) -> None:
    for entry in many_entries(30):
        service.create_draft(entry, "sato")
    service.create_draft(replace(ENTRY, review_due=TODAY, department="税務課", evidence="ＪＩＳ規格"), "sato")
    everything = service.list_faqs(limit=10)
    assert (everything.total, len(everything.items)) == (31, 10)
    second = service.list_faqs(offset=10, limit=10)
    assert not {r.key for r in everything.items} & {r.key for r in second.items}

    def keys(wanted: FaqFilter) -> list[str]:
        return [record.entry.faq_id for record in service.list_faqs(wanted, limit=100).items]

    assert keys(FaqFilter(department="税務課")) == ["F1"]
    assert keys(FaqFilter(tag="手数料", category="申請", text="jis 800")) == ["F1"]
    assert keys(FaqFilter(text="第17号")) == ["T00017"]
    assert keys(FaqFilter(text="100%")) == []
    assert keys(FaqFilter(tag="手数")) == []
    assert keys(FaqFilter(review_due_before=TODAY + timedelta(days=1))) == ["F1"]
    assert keys(FaqFilter(status="published")) == []
    assert service.review_due().total == 1
    assert service.review_due(TODAY - timedelta(days=1)).total == 0
    assert sum(count for *_, count in service.categories()) == 31


def test_bulk_category_gives_published_entries_a_version(service: FaqService) -> None:
    _publish(service, ENTRY)
    service.create_draft(replace(ENTRY, faq_id="F2"), "sato")
    told: list[Key] = []
    service.on_published = told.extend
    service.bulk_category([("F1", "ja"), ("F2", "ja")], "交付", "受取", "editor")
    assert service.published()[0].category == "交付"
    assert service.version("F1", 2).reason == "分類の一括変更"
    assert service.get("F2").entry.subcategory == "受取"
    assert ("F1", "ja") in told
    with pytest.raises(NotFound):
        service.bulk_category([("F1", "ja"), ("F9", "ja")], "その他", "", "editor")
    assert service.get("F1").entry.category == "交付"


def test_related_entries_are_linked_from_both_sides(service: FaqService) -> None:
    service.create_draft(replace(ENTRY, related_ids=("F2", "F9")), "sato")
    for faq_id in ("F2", "F3", "F4"):
        links = ("F1",) if faq_id == "F3" else ()
        service.create_draft(replace(ENTRY, faq_id=faq_id, question=faq_id, related_ids=links), "sato")
    found = service.related("F1", neighbours=[("F4", 0.8), ("F2", 0.7), ("F1", 1.0)])
    assert [(r.faq_id, r.manual, r.similarity) for r in found] == [
        ("F2", True, 0.7),
        ("F3", True, 0.0),
        ("F4", False, 0.8),
    ]


def test_diff_between_versions_and_the_working_copy(service: FaqService) -> None:
    _publish(service, ENTRY)
    _publish(service, replace(ENTRY, answer="1000円です。"))
    record = service.get("F1")
    service.save_draft(replace(record.entry, category="交付"), record.revision, "sato")
    assert [found.field for found in service.diff(("F1", "ja"), 1, 2)] == ["answer"]
    assert [found.field for found in service.diff(("F1", "ja"), 2, 0)] == ["category"]


def test_update_requests_have_a_lead_time(service: FaqService, clock: FixedClock) -> None:
    first = service.add_request("税務課", approved("手数料が変わります"), "zeimu", "F1", TODAY)
    service.add_request("市民課", approved("様式の変更"), "shimin")
    assert [r.department for r in service.list_requests()] == ["税務課", "市民課"]
    clock.advance(timedelta(days=2))
    assert first.is_overdue(clock.today())
    service.move_request(first.request_id, "in_progress", "editor", approved(""))
    done = service.move_request(first.request_id, "done", "editor", approved("第2版で対応"))
    assert done.lead_secs == 2 * 86400
    assert not done.is_overdue(clock.today())
    with pytest.raises(IllegalTransition, match="完了"):
        service.move_request(first.request_id, "open", "editor", approved(""))
    times = service.lead_times(NOON, clock.now() + timedelta(seconds=1))
    assert (times.done, times.median_secs, times.late) == (1, 2 * 86400, 1)
    with pytest.raises(InvalidInput):
        service.add_request("", approved("x"), "zeimu")


def test_synonyms_are_read_with_the_published_faq(service: FaqService) -> None:
    before = service.state().revision
    with service.editing("sato") as edit:
        synonyms.add(edit, SynonymGroup("暗証番号", ("パスワード", "ＰＩＮ", "pin")))
    assert [group.terms for group in service.synonyms()] == [("暗証番号", "パスワード", "ＰＩＮ")]
    assert service.state().revision > before
