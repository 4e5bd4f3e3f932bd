"""Canonical JSON keeps every field, equal content has equal hashes, and bad fields are named."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from knowledge.domain import FaqEntry, Referral
from knowledge.errors import InvalidInput
from knowledge.faq.content import check_entry, content_hash, from_json, stored_form, to_json
from tests.fakes.faq_entries import entries

ENTRY = FaqEntry("F1", "質問", "回答")


@given(entries())
def test_json_returns_the_same_entry(entry: FaqEntry) -> None:
    state = {"faq_id": entry.faq_id, "lang": entry.lang, "version": entry.version, "status": entry.status}
    assert from_json(to_json(entry), **state) == entry


@given(entries(), entries())
def test_equal_hash_means_equal_content(left: FaqEntry, right: FaqEntry) -> None:
    same_state = replace(right, faq_id=left.faq_id, lang=left.lang, version=left.version, status=left.status)
    assert (content_hash(to_json(left)) == content_hash(to_json(right))) == (left == same_state)


@given(entries())
def test_the_stored_form_is_a_fixed_point(entry: FaqEntry) -> None:
    stored = stored_form(entry)
    assert stored_form(stored) == stored


@pytest.mark.parametrize(
    ("entry", "column"),
    [
        (replace(ENTRY, question=" \u3000"), "question"),
        (replace(ENTRY, answer=""), "answer"),
        (replace(ENTRY, answer="あ" * 20_001), "answer"),
        (replace(ENTRY, question="あ" * 100_000), "question"),
        (replace(ENTRY, faq_id="a b"), "faq_id"),
        (replace(ENTRY, faq_id="../x"), "faq_id"),
        (replace(ENTRY, lang="fr"), "lang"),
        (replace(ENTRY, url=" javascript:alert(1)"), "url"),
        (replace(ENTRY, valid_from=date(2026, 4, 2), valid_to=date(2026, 4, 1)), "valid_to"),
        (replace(ENTRY, alt_questions=("ok", "x\x00")), "alt_questions"),
        (replace(ENTRY, alt_questions=tuple(str(n) for n in range(501))), "alt_questions"),
        (replace(ENTRY, referral=Referral("税\x01務課", "0")), "handoff_department"),
    ],
)
def test_every_problem_names_its_column(entry: FaqEntry, column: str) -> None:
    problems = check_entry(entry, row=7).problems
    assert [(problem.row, problem.column) for problem in problems] == [(7, column)]
    with pytest.raises(InvalidInput):
        stored_form(entry)


def test_list_items_are_split_trimmed_and_distinct() -> None:
    entry = replace(ENTRY, alt_questions=(" a、b ｜c\nd", "c", ""), tags=("x、y", "y"), related_ids=("F2,F3",))
    stored = stored_form(entry)
    assert stored.alt_questions == ("a、b", "c", "d")
    assert stored.tags == ("x", "y")
    assert stored.related_ids == ("F2", "F3")
