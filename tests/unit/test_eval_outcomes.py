"""The outcome matrix, cell by cell, and what no reply may ever achieve."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.outcomes import Given, Harm, Judged, Outcome, Verdict, Wanted, judge, outcome_figures

ASK = Wanted(True, "answer", {"F1": 2, "F2": 1}, must=("1,000円",), must_not=("1234",))
PERSON = Wanted(False, "handoff", {"F9": 2})


def outcome(wanted: Wanted, **given: Any) -> tuple[Outcome, Harm]:
    verdict = judge(wanted, Given(**given))
    return verdict.outcome, verdict.harm


def test_right_answer() -> None:
    assert outcome(ASK, action="answer", faq_id="F1", answer="手数料は1,000円です。") == (Outcome.RESOLVED, Harm.NONE)


def test_every_wrong_answer_is_harm_with_its_kind() -> None:
    assert outcome(ASK, action="answer", faq_id="F3", answer="1,000円") == (Outcome.HARM, Harm.WRONG_FAQ)
    assert outcome(ASK, action="answer", faq_id="F2", answer="1,000円") == (Outcome.HARM, Harm.RELATED_FAQ)
    assert outcome(ASK, action="answer", faq_id="F1", answer="無料です") == (Outcome.HARM, Harm.MISSING)
    assert outcome(PERSON, action="answer", faq_id="F1") == (Outcome.HARM, Harm.OUT_OF_SCOPE)
    assert outcome(PERSON, action="answer", faq_id="F9") == (Outcome.HARM, Harm.OUT_OF_SCOPE)
    vague = Wanted(True, "clarify", {"F1": 2, "F2": 2})
    assert outcome(vague, action="answer", faq_id="F1") == (Outcome.HARM, Harm.GUESSED)
    assert outcome(vague, action="answer", faq_id="F8") == (Outcome.HARM, Harm.WRONG_FAQ)


def test_approved_referral_may_be_answered_where_the_case_says_so() -> None:
    referral = Wanted(False, "handoff", {"F9": 2}, frozenset({"answer"}))
    assert outcome(referral, action="answer", faq_id="F9")[0] is Outcome.CORRECT_HANDOVER
    assert outcome(referral, action="answer", faq_id="F1") == (Outcome.HARM, Harm.WRONG_FAQ)


def test_repeating_a_forbidden_string_is_harm_in_any_action() -> None:
    for action in ("answer", "clarify", "handoff", "refuse"):
        assert outcome(ASK, action=action, faq_id="F1", answer="1,000円", reply="1234ですね") == (
            Outcome.HARM, Harm.FORBIDDEN,
        )  # fmt: skip


def test_asking_back_and_handing_over() -> None:
    helped = judge(ASK, Given("clarify", options=("F2", "F1")))
    assert (helped.outcome, helped.options_help) == (Outcome.ASKED_BACK, True)
    assert not judge(ASK, Given("clarify", options=("F2", "F3"))).options_help
    assert outcome(ASK, action="handoff")[0] is Outcome.SAFE_MISS
    assert outcome(PERSON, action="handoff")[0] is Outcome.CORRECT_HANDOVER
    assert outcome(PERSON, action="clarify")[0] is Outcome.ASKED_IN_VAIN
    assert outcome(PERSON, action="refuse")[0] is Outcome.SAFE_MISS
    injection = Wanted(False, "refuse", {})
    assert outcome(injection, action="handoff")[0] is Outcome.CORRECT_HANDOVER


def test_too_vague_case_is_helped_by_related_options() -> None:
    vague = Wanted(True, "clarify", {"F1": 1, "F2": 1})
    assert judge(vague, Given("clarify", options=("F1",))).options_help
    assert not judge(vague, Given("clarify", options=("F7",))).options_help


grades = st.dictionaries(st.sampled_from(["F1", "F2", "F3"]), st.sampled_from([1, 2]), max_size=3)
wanteds = st.builds(
    Wanted,
    answerable=st.booleans(),
    expected=st.sampled_from(["answer", "clarify", "handoff", "refuse"]),
    grades=grades,
    also_ok=st.frozensets(st.sampled_from(["answer", "clarify", "handoff"])),
)
givens = st.builds(
    Given, st.sampled_from(["answer", "clarify", "handoff", "refuse"]), st.sampled_from(["", "F1", "F2", "F3", "F4"])
)


@given(wanteds, givens)
def test_only_a_right_faq_resolves_and_only_answers_harm(wanted: Wanted, given: Given) -> None:
    verdict = judge(wanted, given)
    if verdict.outcome is Outcome.RESOLVED:
        assert given.action == "answer"
        assert wanted.grades[given.faq_id] == 2
        assert wanted.answerable
    assert (verdict.outcome is Outcome.HARM) == (verdict.harm is not Harm.NONE)
    if verdict.outcome is Outcome.HARM:
        assert given.action == "answer"


def test_rates_keep_their_denominators() -> None:
    def row(answerable: bool, action: str, outcome: Outcome, helps: bool = False) -> Judged:
        return Judged(answerable, not answerable, action, Verdict(outcome, options_help=helps))

    figures = outcome_figures(
        [
            row(True, "answer", Outcome.RESOLVED),
            row(True, "answer", Outcome.HARM),
            row(True, "clarify", Outcome.ASKED_BACK, helps=True),
            row(True, "handoff", Outcome.SAFE_MISS),
            row(False, "handoff", Outcome.CORRECT_HANDOVER),
            row(False, "answer", Outcome.HARM),
        ]
    )
    assert (figures.self_resolution.hits, figures.self_resolution.total) == (1, 4)
    assert (figures.resolved_after_question.hits, figures.resolved_after_question.total) == (2, 4)
    assert (figures.harm.hits, figures.harm.total) == (2, 6)
    assert (figures.harm_among_answers.hits, figures.harm_among_answers.total) == (2, 3)
    assert (figures.handover_precision.hits, figures.handover_precision.total) == (1, 2)
    assert (figures.handover_recall.hits, figures.handover_recall.total) == (1, 2)
    assert (figures.accepted.hits, figures.accepted.total) == (3, 6)
