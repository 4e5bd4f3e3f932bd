"""Import and export against the store: what is written, what is refused, what is left alone."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from knowledge.clock import FixedClock
from knowledge.domain import FaqEntry
from knowledge.errors import InvalidInput
from knowledge.faq.csv_rows import rows_of
from knowledge.faq.records import FaqFilter, FaqRules, Key
from knowledge.faq.service import FaqService
from knowledge.store.audit import AuditQuery, search
from knowledge.store.database import Database
from tests.fakes.faq_entries import many_entries

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
ENTRY = FaqEntry("F1", "カードの更新はいつからできますか。", "有効期限の3か月前からです。", category="申請")


@pytest.fixture
def service(database: Database) -> FaqService:
    return FaqService(database, FixedClock(NOW))


def _csv(*lines: str, header: str = "FAQ番号,質問,回答") -> bytes:
    return "\n".join((header, *lines)).encode()


def test_imported_rows_are_drafts_until_somebody_publishes(service: FaqService) -> None:
    data = _csv("F1,いつ？,あす", "F2,どこ？,窓口")
    first = service.import_file(data, publish=False, who="sato")
    assert (first.new, first.published, service.published()) == (2, 0, [])
    assert service.get("F1").entry.status == "draft"
    second = service.import_file(data, publish=True, who="chief")
    assert (second.new, second.changed, second.published) == (0, 2, 2)
    third = service.import_file(data, publish=True, who="chief")
    assert (third.unchanged, third.published, third.keys) == (2, 0, ())
    assert len(service.versions("F1")) == 1


def test_only_changed_rows_get_a_version_and_reach_the_index(service: FaqService) -> None:
    told: list[list[Key]] = []
    service.on_published = lambda keys: told.append(list(keys))
    service.import_file(_csv("F1,いつ？,あす", "F2,どこ？,窓口"), publish=True, who="chief")
    report = service.import_file(_csv("F1,いつ？,きょう", "F2,どこ？,窓口"), publish=True, who="chief")
    assert (report.changed, report.unchanged) == (1, 1)
    assert told == [[("F1", "ja"), ("F2", "ja")], [("F1", "ja")]]
    assert [version.entry.answer for version in service.versions("F1")] == ["きょう", "あす"]
    assert service.published()[0].answer == "きょう"


def test_one_bad_row_stops_everything(service: FaqService, database: Database) -> None:
    with pytest.raises(InvalidInput, match="何も登録していません") as caught:
        service.import_file(_csv("F1,いつ？,あす", "F2,,窓口", "F1,いつ？,x", "F 3,a,<script>"), True, "chief")
    assert [(problem.row, problem.column) for problem in caught.value.problems] == [
        (3, "question"),
        (4, "faq_id"),
        (5, "answer"),
        (5, "faq_id"),
    ]
    assert service.list_faqs().total == 0
    with database.read() as conn:
        assert search(conn, AuditQuery()) == []


def test_a_preview_shows_and_changes_nothing(service: FaqService) -> None:
    service.import_file(_csv("F1,いつ？,あす"), publish=True, who="chief")
    preview = service.preview_import(
        _csv("F1,いつ？,あさって", "F2,どこ？,窓口", *(f",q{n},a" for n in range(9))), True
    )
    assert (preview.encoding, preview.total, preview.new, preview.changed) == ("utf-8", 11, 10, 1)
    assert preview.header == ("FAQ番号", "質問", "回答")
    assert len(preview.first_rows) == 5
    assert service.list_faqs().total == 1
    refused = service.preview_import(_csv("F1,,"), True)
    assert [problem.column for problem in refused.problems] == ["question", "answer"]


def test_an_import_that_publishes_publishes_every_row_and_lists_the_words_to_change(service: FaqService) -> None:
    data = _csv("F1,いつ？,個人番号カードが要ります。", "F2,どこ？,窓口", "F3,何で？,バスで下さい")
    report = service.import_file(data, publish=True, who="chief")
    assert (report.published, report.held, len(service.published())) == (3, 0, 3)
    assert [(one.row, one.column) for one in report.wording] == [(2, "answer")]
    assert report.warnings[0] == report.wording[0]
    assert "マイナンバーカード" in report.wording[0].message
    assert service.import_file(data, publish=True, who="chief").unchanged == 3
    drafts = service.import_file(_csv("F9,いつ？,個人番号カード"), publish=False, who="sato")
    assert (drafts.wording, [one.row for one in drafts.warnings]) == ((), [2, 2])


@pytest.mark.parametrize("by_rule", [True, False])
def test_blocked_words_hold_their_row_back_where_that_is_asked_for(database: Database, by_rule: bool) -> None:
    service = FaqService(database, FixedClock(NOW), FaqRules(hold_terms_on_import=by_rule))
    hold = None if by_rule else True
    data = _csv("F1,いつ？,個人番号カードが要ります。", "F2,どこ？,窓口")
    assert service.preview_import(data, True, hold_terms=hold).held == 1
    report = service.import_file(data, publish=True, who="chief", hold_terms=hold)
    assert (report.published, report.held) == (1, 1)
    assert service.get("F1").entry.status == "draft"
    again = service.import_file(data, publish=True, who="chief", hold_terms=hold)
    assert (again.changed, again.unchanged, again.held) == (0, 2, 1)
    assert service.import_file(data, publish=True, who="chief", hold_terms=False).published == 1


def test_the_status_column_is_obeyed_only_as_far_as_allowed(service: FaqService) -> None:
    header = "FAQ番号,質問,回答,状態"
    data = _csv("F1,a,b,公開中", "F2,c,d,下書き", "F3,e,f,", "F4,g,h,廃止", header=header)
    service.import_file(data, publish=False, who="sato")
    assert {r.entry.status for r in service.list_faqs().items} == {"draft"}
    service.import_file(data, publish=True, who="chief")
    status = {r.entry.faq_id: r.entry.status for r in service.list_faqs().items}
    assert status == {"F1": "published", "F2": "draft", "F3": "published", "F4": "retired"}
    told: list[Key] = []
    service.on_published = told.extend
    service.import_file(_csv("F1,a,b,廃止", header=header), publish=True, who="chief")
    assert told == [("F1", "ja")]
    assert [entry.faq_id for entry in service.published()] == ["F3"]


def test_a_change_without_publishing_leaves_the_public_text(service: FaqService) -> None:
    service.import_file(_csv("F1,a,旧"), publish=True, who="chief")
    service.import_file(_csv("F1,a,新"), publish=False, who="sato")
    assert service.published()[0].answer == "旧"
    record = service.get("F1")
    assert (record.entry.status, record.entry.answer, record.drafters) == ("draft", "新", ("sato",))
    preview = service.preview_import(_csv("F1,a,別"), publish=False)
    assert any("sato" in warning.message for warning in preview.warnings)


def test_rows_without_id_update_the_same_question_instead_of_doubling_it(service: FaqService) -> None:
    data = "質問,回答\nいつ？,あす\nいつ？,別の答え\nどこ？,窓口\n".encode()
    assert service.import_file(data, publish=True, who="chief").new == 3
    report = service.import_file(data, publish=True, who="chief")
    assert (report.new, report.unchanged) == (0, 3)


def test_similar_questions_and_new_categories_are_flagged(service: FaqService) -> None:
    service.import_rows(rows_of([ENTRY]), publish=True, who="chief")
    header = "FAQ番号,質問,回答,大分類"
    lines = ("F2,カードの更新はいつからできますか？,a,申請", "F3,全く別の質問,b,しんせい", "F4,全く別の質問。,c,申請")
    report = service.import_file(_csv(*lines, header=header), publish=True, who="chief")
    flagged = [(warning.row, warning.column) for warning in report.warnings]
    assert flagged == [(3, "category"), (2, "question"), (4, "question")]
    messages = " ".join(warning.message for warning in report.warnings)
    assert "登録済みの F1" in messages
    assert "3行目と同じ" in messages


def test_translations_in_a_file_follow_the_source_in_the_file(service: FaqService) -> None:
    english = replace(ENTRY, lang="en", question="When?", answer="From three months before.")
    service.import_rows(rows_of([english, ENTRY]), publish=True, who="chief")
    assert service.get("F1", "en").source_version == 1
    assert {entry.lang for entry in service.published()} == {"ja", "en"}
    service.import_rows(rows_of([replace(ENTRY, answer="6か月前からです。"), english]), publish=True, who="chief")
    assert service.get("F1", "en").stale
    assert {entry.lang for entry in service.published()} == {"ja"}
    revised = replace(english, answer="From six months before.")
    service.import_rows(rows_of([revised]), publish=True, who="chief")
    assert not service.get("F1", "en").stale
    assert {entry.lang for entry in service.published()} == {"ja", "en"}


def test_import_and_edit_share_one_version_history(service: FaqService) -> None:
    later = replace(ENTRY, answer="6か月前からです。", valid_from=date(2026, 12, 1))
    service.import_rows(rows_of([ENTRY]), publish=True, who="chief")
    service.import_rows(rows_of([later]), publish=True, who="chief")
    assert [entry.answer for entry in service.published() if entry.in_force(date(2026, 11, 30))] == [ENTRY.answer]
    record = service.get("F1")
    assert service.rollback(record.key, 1, record.revision, "chief").live_version == 3
    service.retire(record.key, record.revision + 1, "chief")
    report = service.import_rows(rows_of([ENTRY]), publish=True, who="chief")
    assert (report.published, service.get("F1").live_version) == (1, 4)


@pytest.mark.parametrize("encoding", ["utf-8-bom", "utf-8", "cp932", "xlsx"])
def test_export_then_import_changes_nothing(service: FaqService, encoding: str) -> None:
    odd = replace(ENTRY, answer="=1+1 〜𠮷−①é", tags=("-x", "y"), facets=(("誰", "本人"),))
    draft = replace(ENTRY, faq_id="F2", question="下書き")
    service.import_rows(rows_of([odd, *many_entries(40)]), publish=True, who="chief")
    service.create_draft(draft, "sato")
    before = service.list_faqs(limit=100)
    state = service.state()
    exported = service.export("chief", encoding)  # type: ignore[arg-type]
    report = service.import_file(exported.data, publish=True, who="chief")
    assert (report.total, report.unchanged) == (42, 42)
    assert service.list_faqs(limit=100) == before
    assert service.state() == state
    assert bool(exported.problems) == (encoding == "cp932")


def test_a_cp932_edit_does_not_silently_lose_characters(service: FaqService) -> None:
    service.import_rows(rows_of([replace(ENTRY, question="𠮷野さんの手続き〜", answer="旧い答え")]), True, "chief")
    text = service.export("chief", "cp932").data.decode("cp932")
    service.import_file(text.replace("旧い答え", "新しい答え").encode("cp932"), publish=True, who="chief")
    entry = service.get("F1").entry
    assert (entry.question, entry.answer) == ("𠮷野さんの手続き〜", "新しい答え")
    with pytest.raises(InvalidInput) as caught:
        service.import_file(text.replace("の手続き", "の届出").encode("cp932"), publish=True, who="chief")
    assert [(problem.row, problem.column) for problem in caught.value.problems] == [(2, "question")]


def test_an_import_announces_what_it_will_publish(database: Database) -> None:
    """As people will see it, before the index is told; nothing else, and whoever listens cannot stop it."""
    service = FaqService(database, FixedClock(NOW), variables={"窓口": "市民課"})
    steps: list[object] = []
    service.on_published = lambda keys: steps.append(sorted(keys))
    service.on_publishing = lambda entries: steps.append([(one.faq_id, one.answer) for one in entries])
    data = _csv(
        "F1,いつ？,あす,published",
        "F2,どこ？,{{窓口}},published",
        "F3,だれ？,未定,draft",
        header="FAQ番号,質問,回答,状態",
    )
    service.preview_import(data, publish=True)
    with pytest.raises(InvalidInput):
        service.import_file(data + "\nF4,,答えだけ,published".encode(), publish=True, who="chief")
    service.import_file(data, publish=False, who="chief")
    assert [step for step in steps if step] == []
    service.import_file(data, publish=True, who="chief")
    assert [step for step in steps if step] == [[("F1", "あす"), ("F2", "市民課")], [("F1", "ja"), ("F2", "ja")]]

    def refuses(_: object) -> None:
        raise OSError("no room")

    service.on_publishing = refuses
    assert service.import_file(_csv("F1,いつ？,あさって"), publish=True, who="chief").published == 1


def test_exports_can_be_filtered_and_leave_a_trace(service: FaqService, database: Database) -> None:
    service.import_rows(rows_of(many_entries(20)), publish=True, who="chief")
    category = service.list_faqs().items[0].entry.category
    exported = service.export("city", "utf-8", "label", FaqFilter(category=category))
    assert 0 < exported.data.count("市民課".encode()) < 21 * 20
    with database.read() as conn:
        assert [(row.who, row.target) for row in search(conn, AuditQuery(action="faq.export"))] == [("city", "utf-8")]


def test_ten_thousand_rows_go_out_and_back_unchanged(sqlite: Database) -> None:
    service = FaqService(sqlite, FixedClock(NOW))
    seen: list[tuple[str, int, int]] = []
    entries = many_entries(10_000)
    report = service.import_rows(rows_of(entries), True, "chief", lambda *step: seen.append(step))
    assert (report.new, report.published) == (10_000, 10_000)
    assert seen[0] == ("確認", 0, 10_000)
    assert ("登録", 10_000, 10_000) in seen
    assert seen[-1] == ("検索への反映", 10_000, 10_000)
    again = service.import_file(service.export("chief").data, publish=True, who="chief")
    assert (again.total, again.unchanged) == (10_000, 10_000)
    assert len(service.published()) == 10_000
