"""Pure parts of records: status machine, words of a search, tags, edit distance, CSV columns."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.records.changes import draft_distance, edit_distance
from desk.records.export import columns
from desk.records.lifecycle import TRANSITIONS, check_complete, check_step, check_values
from desk.records.model import STATUS_LABELS, RecordContent
from desk.records.tagging import auto_tags
from desk.records.text_search import matches, parse_query, term_line
from knowledge.errors import IllegalTransition, InvalidInput
from knowledge.privacy.redacted import RedactedText
from tests.fakes.desk_house import GROUPS, tokenizer

DUE = datetime(2026, 11, 21, tzinfo=UTC)
FULL = RecordContent(category="申請", inquiry=RedactedText("申請方法"), outcome="answered")


def test_every_status_has_its_steps() -> None:
    assert set(TRANSITIONS) == set(STATUS_LABELS)


@pytest.mark.parametrize("old", STATUS_LABELS)
@pytest.mark.parametrize("new", STATUS_LABELS)
def test_only_the_steps_of_the_table_are_allowed(old: str, new: str) -> None:
    if old == new or new in TRANSITIONS[old]:  # type: ignore[index]
        check_step(old, new)  # type: ignore[arg-type]
    else:
        with pytest.raises(IllegalTransition):
            check_step(old, new)  # type: ignore[arg-type]


def test_a_waiting_case_needs_an_owner_and_a_time() -> None:
    check_complete(FULL, "callback", "op1", DUE)
    with pytest.raises(InvalidInput) as refused:
        check_complete(FULL, "callback", "", None)
    assert [problem.column for problem in refused.value.problems] == ["owner", "due_at"]


def test_done_needs_class_matter_and_outcome() -> None:
    with pytest.raises(InvalidInput) as refused:
        check_complete(RecordContent(), "done", "op1", None)
    assert [problem.column for problem in refused.value.problems] == ["category", "inquiry", "outcome"]


def test_values_outside_the_lists_are_refused() -> None:
    check_values(FULL, frozenset({"申請"}))
    with pytest.raises(InvalidInput):
        check_values(FULL, frozenset({"電子証明書"}))
    with pytest.raises(InvalidInput):
        check_values(RecordContent(caller="山田"), frozenset())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("受け取り", True),
        ("マイナカード", True),
        ("個人番号カード 受取", True),
        ("マイナカード 暗証番号", False),
        ("暗証番号｜持ち物", True),
        ("暗証番号 OR 紛失", False),
        ("暗証番号 または 持ち物", True),
    ],
)
def test_search_words(query: str, found: bool) -> None:
    line = term_line(["マイナンバーカードの受け取りに必要な持ち物を聞かれた"], tokenizer())
    assert matches(parse_query(query, tokenizer(), GROUPS), line) is found


@given(st.text(max_size=60))
def test_any_text_can_be_searched(text: str) -> None:
    query = parse_query(text, tokenizer(), GROUPS)
    assert (
        matches(query, term_line([text], tokenizer()))
        or not query
        or "|" in text
        or "｜" in text
        or len(text.split()) > 1
    )


def test_tags_carry_their_confidence() -> None:
    tags = {tag.name: tag.confidence for tag in auto_tags(["暗証番号を忘れてロックされた。カードをなくした"])}
    assert tags["暗証番号"] > tags["紛失・盗難"] == 0.6


@given(st.text(max_size=30), st.text(max_size=30))
def test_edit_distance_is_a_distance(a: str, b: str) -> None:
    distance = edit_distance(a, b)
    assert distance == edit_distance(b, a)
    assert abs(len(a) - len(b)) <= distance <= max(len(a), len(b))
    assert (distance == 0) == (a == b)


def test_draft_distance_runs_from_0_to_1() -> None:
    kept = RecordContent(inquiry=RedactedText("受け取り"))
    assert draft_distance({"inquiry": "受け取り"}, kept) == 0
    assert draft_distance({"inquiry": "紛失"}, kept) == 1
    assert draft_distance({}, RecordContent()) == 0


def test_column_ids_are_unique_and_contacts_are_personal() -> None:
    ids = [column.column_id for column in columns()]
    assert len(set(ids)) == len(ids)
    assert [column.column_id for column in columns() if column.personal] == ["callback_name", "callback_phone"]
