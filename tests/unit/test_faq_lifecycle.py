"""The state machine: exactly the allowed steps, and nobody approves their own text."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.domain import FaqStatus
from knowledge.errors import Forbidden, IllegalTransition
from knowledge.faq.lifecycle import Step, check_approver, check_editable, next_status, steps_from

STATUSES = st.sampled_from(get_args(FaqStatus))
STEPS = st.sampled_from(get_args(Step))


def _walk(steps: list[Step]) -> list[tuple[FaqStatus, Step, FaqStatus]]:
    status: FaqStatus = "draft"
    taken: list[tuple[FaqStatus, Step, FaqStatus]] = []
    live = False
    for step in steps:
        try:
            after = next_status(status, step, live)
        except IllegalTransition:
            continue
        taken.append((status, step, after))
        live = after == "published" or (live and step != "retire")
        status = after
    return taken


@given(st.lists(STEPS, max_size=40))
def test_nothing_is_published_that_was_not_approved(steps: list[Step]) -> None:
    for before, step, after in _walk(steps):
        if after == "published" and step != "discard":
            assert before == "approved"
            assert step == "publish"


@given(st.lists(STEPS, max_size=40))
def test_approval_follows_review_directly(steps: list[Step]) -> None:
    assert all(before == "in_review" for before, _, after in _walk(steps) if after == "approved")


@given(STATUSES, STEPS)
def test_the_offered_steps_are_exactly_the_possible_ones(status: FaqStatus, step: Step) -> None:
    try:
        next_status(status, step)
    except IllegalTransition:
        assert step not in steps_from(status)
    else:
        assert step in steps_from(status)


def test_discard_returns_to_what_is_published() -> None:
    assert next_status("draft", "discard", is_live=True) == "published"
    assert next_status("draft", "discard", is_live=False) == "retired"


def test_refusals_name_state_and_step_in_japanese() -> None:
    with pytest.raises(IllegalTransition, match="「下書き」のFAQに「公開」はできません"):
        next_status("draft", "publish")
    with pytest.raises(IllegalTransition, match="公開中"):
        check_editable("published")


def test_a_drafter_approves_only_where_the_city_allows_it() -> None:
    with pytest.raises(Forbidden):
        check_approver("sato", ("suzuki", "sato"), self_approval=False)
    check_approver("sato", ("suzuki", "sato"), self_approval=True)
    check_approver("tanaka", ("suzuki", "sato"), self_approval=False)
