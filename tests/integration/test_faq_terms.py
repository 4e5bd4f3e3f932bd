"""Terminology in the store: the city's own words, what they do to saving and publishing, and the list of words to change."""

from datetime import UTC, datetime

import pytest

from knowledge.clock import FixedClock
from knowledge.domain import FaqEntry
from knowledge.errors import InvalidInput, NotFound
from knowledge.faq.service import FaqService
from knowledge.faq.term_rules import OwnLevel, OwnRule
from knowledge.store.audit import AuditQuery, search
from knowledge.store.database import Database

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def service(database: Database) -> FaqService:
    return FaqService(database, FixedClock(NOW))


def _levels(service: FaqService, answer: str) -> list[str]:
    entry = FaqEntry("F1", "質問です。", answer)
    return [finding.level for finding in service.lint(entry)]


def test_the_citys_own_word_is_checked_from_the_next_check_on(service: FaqService, database: Database) -> None:
    assert _levels(service, "市役所へお越しください。") == []
    service.put_term_rule(OwnRule("市役所", "本庁舎", "block"), "ichiro")
    assert _levels(service, "市役所へお越しください。") == ["block"]
    service.put_term_rule(OwnRule("市役所", "本庁舎", "warn"), "ichiro")
    assert _levels(service, "市役所へお越しください。") == ["warn"]
    service.remove_term_rule("市役所", "ichiro")
    assert _levels(service, "市役所へお越しください。") == []
    with database.read() as conn:
        assert [row.action for row in search(conn, AuditQuery())] == ["term.remove", "term.put", "term.put"]
    with pytest.raises(NotFound):
        service.remove_term_rule("市役所", "ichiro")


def test_inside_the_word_to_say_instead_the_word_is_fine(service: FaqService) -> None:
    service.put_term_rule(OwnRule("カード", "マイナンバーカード", "block"), "ichiro")
    assert _levels(service, "マイナンバーカードです。") == []
    assert _levels(service, "カードです。") == ["block"]


@pytest.mark.parametrize(("level", "found"), [("warn", ["warn"]), ("off", [])])
def test_a_shipped_word_is_judged_otherwise_and_keeps_its_exceptions(
    service: FaqService, level: OwnLevel, found: list[str]
) -> None:
    service.put_term_rule(OwnRule("個人番号カード", "マイナンバーカード", level), "ichiro")
    assert _levels(service, "個人番号カードをお持ちください。") == found
    assert _levels(service, "正式には「個人番号カード」といいます。") == []
    assert next(rule for rule in service.term_rules() if rule.word == "個人番号カード").level == level


def test_a_rule_that_is_none_is_refused_with_its_places(service: FaqService) -> None:
    for rule, columns in (
        (OwnRule("", "本庁舎", "block"), ["word"]),
        (OwnRule("市役所", " ", "block"), ["say"]),
        (OwnRule("同じ", "同じ", "warn"), ["say"]),
        (OwnRule("あ" * 101, "い", "warn"), ["word"]),
    ):
        with pytest.raises(InvalidInput) as caught:
            service.put_term_rule(rule, "ichiro")
        assert [problem.column for problem in caught.value.problems] == columns


def test_a_blocking_word_can_be_saved_but_not_published_by_hand(service: FaqService) -> None:
    record = service.create_draft(FaqEntry("F1", "何が要りますか。", "個人番号カードです。"), "hanako")
    record = service.submit(record.key, record.revision, "hanako")
    record = service.approve(record.key, record.revision, "ichiro")
    with pytest.raises(InvalidInput) as caught:
        service.publish(record.key, record.revision, "ichiro")
    assert [problem.column for problem in caught.value.problems] == ["answer"]
    assert service.published() == []


def test_imported_words_stay_on_the_list_until_the_mended_text_is_published(service: FaqService) -> None:
    data = (
        "FAQ番号,質問,回答\nF1,何が要りますか。,個人番号カードです。\nF2,どこですか。,窓口にお越し下さい。\n".encode()
    )
    service.import_file(data, publish=True, who="chief")
    assert [(row.record.key[0], row.live, row.mended) for row in service.words_to_change()] == [("F1", True, False)]
    assert [row.record.key[0] for row in service.words_to_change(blocking_only=False)] == ["F1", "F2"]
    record = service.get("F1")
    record = service.save_draft(
        FaqEntry("F1", "何が要りますか。", "マイナンバーカードです。"), record.revision, "hanako"
    )
    assert [(row.live, row.mended) for row in service.words_to_change()] == [(True, True)]
    record = service.submit(record.key, record.revision, "hanako")
    record = service.approve(record.key, record.revision, "ichiro")
    service.publish(record.key, record.revision, "ichiro")
    assert service.words_to_change() == []
    held = service.create_draft(FaqEntry("F3", "個人番号カードとは。", "カードです。"), "hanako")
    assert [(row.record.key, row.live) for row in service.words_to_change()] == [(held.key, False)]
