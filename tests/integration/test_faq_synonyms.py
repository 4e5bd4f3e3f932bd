"""Synonym groups: each word in one group, clear words on conflict, CSV out and in without change."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.clock import FixedClock
from knowledge.domain import SynonymGroup
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.faq.service import FaqService
from knowledge.faq.synonym_files import read_synonyms, write_synonyms
from knowledge.faq.synonym_service import SynonymService
from knowledge.faq.synonyms import checked_group, clashes
from knowledge.store.audit import AuditQuery, search
from knowledge.store.database import Database

PIN = SynonymGroup("暗証番号", ("パスワード", "PIN"))
LOST = SynonymGroup("紛失", ("なくした", "落とした"))


@pytest.fixture
def service(database: Database) -> SynonymService:
    clock = FixedClock(datetime(2026, 11, 21, tzinfo=UTC))
    return SynonymService(database, FaqService(database, clock))


def _terms(service: SynonymService) -> dict[str, tuple[str, ...]]:
    return {record.group.preferred: record.group.terms for record in service.groups()}


def test_changes_are_told_and_audited(service: SynonymService, database: Database) -> None:
    told: list[int] = []
    service.on_changed = lambda: told.append(len(service.groups()))
    added = service.add(PIN, "sato")
    changed = service.change(replace(added, terms=("パス",)), 1, "suzuki")
    assert changed.terms == ("暗証番号", "パス")
    with pytest.raises(Conflict, match="suzuki"):
        service.change(replace(added, terms=("x",)), 1, "sato")
    service.remove(added.group_id, "sato")
    assert told == [1, 1, 0]
    with pytest.raises(NotFound):
        service.remove(added.group_id, "sato")
    with database.read() as conn:
        actions = [row.action for row in search(conn, AuditQuery(target=added.group_id))]
    assert actions == ["synonym.remove", "synonym.change", "synonym.add"]


def test_a_word_in_two_groups_is_a_conflict(service: SynonymService) -> None:
    service.add(PIN, "sato")
    with pytest.raises(Conflict) as caught:
        service.add(SynonymGroup("合言葉", ("ｐｉｎ",)), "sato")
    assert "「ｐｉｎ」は「暗証番号」の組にも" in caught.value.problems[0].message
    assert list(_terms(service)) == ["暗証番号"]
    assert [g.preferred for g in service.proposed(LOST)] == ["暗証番号", "紛失"]


def test_a_cycle_is_named_as_one() -> None:
    problems = clashes([checked_group(SynonymGroup("甲", ("乙",))), checked_group(SynonymGroup("乙", ("甲",)))])
    assert problems
    assert all("循環" in problem.message for problem in problems)


@pytest.mark.parametrize(
    "group",
    [
        SynonymGroup("", ("a",)),
        SynonymGroup("a", ()),
        SynonymGroup("ＡＢ", ("ab", " ab ")),
        SynonymGroup("a", ("x" * 101,)),
        SynonymGroup("a", ("b\x00",)),
        SynonymGroup("a", tuple(f"t{n}" for n in range(201))),
    ],
)
def test_groups_that_mean_nothing_are_refused(group: SynonymGroup) -> None:
    with pytest.raises(InvalidInput):
        checked_group(group)


def test_csv_out_and_in_changes_nothing(service: SynonymService) -> None:
    for group in (PIN, LOST, SynonymGroup("=式", ("-1", "@x"))):
        service.add(group, "sato")
    before = service.groups()
    for header in ("id", "label"):
        report = service.import_csv(service.export_csv("sato", header), "sato", replace_all=True)
        assert (report.added, report.changed, report.unchanged, report.removed) == (0, 0, 3, 0)
    assert service.groups() == before


def test_csv_import_adds_changes_moves_and_removes(service: SynonymService) -> None:
    service.add(PIN, "sato")
    service.add(LOST, "sato")
    data = "代表語,類義語\n暗証番号,PIN｜コード\n鍵,パスワード\n".encode("cp932")
    report = service.import_csv(data, "sato")
    assert (report.added, report.changed, report.unchanged, report.removed) == (1, 1, 0, 0)
    assert _terms(service)["鍵"] == ("鍵", "パスワード")
    assert service.import_csv(data, "sato", replace_all=True).removed == 1
    assert "紛失" not in _terms(service)


def test_a_bad_csv_changes_nothing_and_names_its_rows(service: SynonymService) -> None:
    with pytest.raises(InvalidInput) as caught:
        service.import_csv(b"preferred,terms\na,b\n,c\nd,b\n", "sato")
    assert [problem.row for problem in caught.value.problems] == [3, 4]
    with pytest.raises(InvalidInput, match="見出し"):
        service.import_csv(b"a,b\nc,d\n", "sato")
    service.add(LOST, "sato")
    with pytest.raises(Conflict):
        service.import_csv("preferred,terms\n忘失,なくした\n".encode(), "sato")
    assert list(_terms(service)) == ["紛失"]


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=10), max_size=6))
def test_any_words_make_a_group_or_a_clear_refusal(words: list[str]) -> None:
    try:
        group = checked_group(SynonymGroup(words[0] if words else "", tuple(words[1:])))
    except InvalidInput:
        return
    assert group.preferred == group.terms[0]
    assert checked_group(group) == group
    assert clashes([group]) == []
    if not any(char in term for term in group.terms for char in "、,，;；｜\n"):
        assert read_synonyms(write_synonyms([group]))[0].terms == group.terms
