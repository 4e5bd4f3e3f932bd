"""The decision, branch by branch, and what must hold whatever is known about a question."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.answering.confidence import load_answer_calibration
from knowledge.answering.policy import (
    NEVER_ASKED,
    PERSON_LABELS,
    Decision,
    Signals,
    Thresholds,
    answers_against_doubt,
    decide,
)
from knowledge.domain import HandoffReason

T = Thresholds(
    answer_at=0.6,
    clarify_at=0.4,
    intent_at={"": 0.4, "cue": 0.05, "cue:emergency": 0.1, "personal_data": 0.7},
    sure_at=0.5,
    not_ours_at=0.6,
    other_thing_at=0.7,
    other_owner_at=0.5,
    rival_at=0.1,
)
SURE = (0.9, 0.05)


@pytest.mark.parametrize(
    ("signals", "action", "why", "reason"),
    [
        (Signals(SURE), "answer", "confident", None),
        (Signals((0.6,)), "answer", "confident", None),
        (Signals((0.59,)), "handoff", "low_confidence", "low_confidence"),
        (Signals((0.5, 0.3), separable=True), "clarify", "close_candidates", None),
        (Signals((0.3, 0.1, 0.05), separable=True), "clarify", "close_candidates", None),
        (Signals((0.2, 0.05, 0.05, 0.5), separable=True), "handoff", "low_confidence", "low_confidence"),
        (Signals((0.5, 0.3), separable=False), "handoff", "low_confidence", "low_confidence"),
        (Signals(()), "handoff", "low_confidence", "low_confidence"),
        (Signals((), separable=True), "handoff", "low_confidence", "low_confidence"),
        # a doubtful transcript is confirmed unless it matches very well
        (Signals((0.7, 0.1), separable=True, asr_confidence=0.3), "clarify", "doubtful_transcript", None),
        (Signals((0.8, 0.1), separable=True, asr_confidence=0.3), "answer", "confident", None),
        (Signals((0.7, 0.1), separable=True, asr_confidence=0.6), "answer", "confident", None),
        (Signals((0.7,), asr_confidence=0.3), "handoff", "low_confidence", "low_confidence"),
        # other languages
        (Signals((0.7,), foreign=True), "answer", "confident", None),
        (Signals((0.2,), foreign=True), "handoff", "no_translation", "language"),
        (Signals((0.5, 0.2), foreign=True, separable=True), "clarify", "close_candidates", None),
        # numbers nobody should tell us
        (Signals(SURE, personal_kinds=frozenset({"my_number"})), "refuse", "personal_data", "personal_data"),
        (Signals(SURE, personal_kinds=frozenset({"secret", "phone"})), "refuse", "personal_data", "personal_data"),
        (Signals(SURE, personal_kinds=frozenset({"credit_card"})), "refuse", "personal_data", "personal_data"),
        (Signals(SURE, personal_kinds=frozenset({"phone", "name"})), "answer", "confident", None),
        (Signals(SURE, {"personal_data": 0.7}), "refuse", "personal_data", "personal_data"),
        (Signals(SURE, {"personal_data": 0.69}), "answer", "confident", None),
        # said so plainly that no FAQ and no model need agree
        (Signals(SURE, plain=frozenset({"emergency"})), "handoff", "emergency", "emergency"),
        (
            Signals(SURE, personal_kinds=frozenset({"my_number"}), plain=frozenset({"emergency"})),
            "handoff",
            "emergency",
            "emergency",
        ),
        (Signals(SURE, {"distress": 0.0}, plain=frozenset({"distress"})), "handoff", "distress", "distress"),
        (Signals(SURE, {"in_scope": 1.0}, plain=frozenset({"harm"})), "handoff", "harm_done", "individual_case"),
        (
            Signals(SURE, {"in_scope": 1.0}, plain=frozenset({"asked_for_person"})),
            "handoff",
            "asked_for_person",
            "asked_for_person",
        ),
        (
            Signals(SURE, {"distress": 0.6}, plain=frozenset({"asked_for_person"})),
            "handoff",
            "asked_for_person",
            "asked_for_person",
        ),
        (Signals(SURE, {"injection": 0.9}, plain=frozenset({"harm"})), "handoff", "harm_done", "individual_case"),
        (Signals(SURE, {}, frozenset({"misuse"}), frozenset({"harm"})), "handoff", "harm_done", "individual_case"),
        # who lost a card is told how to stop it
        (Signals((0.1, 0.05), separable=True, stops_loss=True), "answer", "confident", None),
        (Signals((0.09, 0.35), separable=True, stops_loss=True), "clarify", "close_candidates", None),
        (Signals((0.5, 0.2), plain=frozenset({"harm"}), stops_loss=True), "answer", "confident", None),
        # a life comes before everything else
        (Signals(SURE, {"emergency": 0.5}), "handoff", "emergency", "emergency"),
        (Signals(SURE, {"emergency": 0.11}, frozenset({"emergency"})), "handoff", "emergency", "emergency"),
        (Signals(SURE, {"emergency": 0.09}, frozenset({"emergency"})), "answer", "confident", None),
        (Signals(SURE, {"distress": 0.06}, frozenset({"distress", "injection"})), "handoff", "distress", "distress"),
        (Signals(SURE, {"injection": 0.5, "distress": 0.5}), "handoff", "distress", "distress"),
        (Signals(SURE, {"injection": 0.5}), "refuse", "injection", None),
        # whoever asks for a person attacks nobody, unless the words are those of an attack
        (Signals((), {"injection": 0.9}, frozenset({"asked_for_person"})), "handoff", "asked_for_person", "asked_for_person"),
        (Signals((), {"injection": 0.9}, frozenset({"asked_for_person", "injection"})), "refuse", "injection", None),
        (Signals(SURE, {"injection": 0.06}, frozenset({"injection"})), "refuse", "injection", None),
        (Signals(SURE, {"injection": 0.06}), "answer", "confident", None),
        (Signals(SURE, {"injection": 0.45}), "answer", "confident", None),
        (Signals((0.5,), {"injection": 0.45}), "refuse", "injection", None),
        # where no model has judged, plain cues decide alone
        (Signals(SURE, {}, frozenset({"emergency"})), "handoff", "emergency", "emergency"),
        (Signals(SURE, {}, frozenset({"distress"})), "handoff", "distress", "distress"),
        (Signals(SURE, {"injection": 0.0}, frozenset({"asked_for_person"})), "handoff", "asked_for_person", "asked_for_person"),
        (Signals(SURE, {}, frozenset({"complaint"})), "handoff", "complaint", "complaint"),
        (Signals(SURE, {}, frozenset({"injection"})), "answer", "confident", None),
        # who must be met by a person
        (Signals(SURE, {"asked_for_person": 0.5, "complaint": 0.5}), "handoff", "asked_for_person", "asked_for_person"),
        (Signals(SURE, {"complaint": 0.5}), "handoff", "complaint", "complaint"),
        (Signals(SURE, {"individual_case": 0.5}), "handoff", "individual_case", "individual_case"),
        (Signals(SURE, {"other_city": 0.5}), "handoff", "other_city", "other_city"),
        (Signals(SURE, {"other_department": 0.5}), "handoff", "other_department", "other_department"),
        # a likely label gives way to a sure FAQ, not to a doubtful one, and never to one that only names another office
        (Signals(SURE, {"complaint": 0.45, "in_scope": 0.5}), "answer", "confident", None),
        (Signals((0.5,), {"complaint": 0.45, "in_scope": 0.5}), "handoff", "complaint", "complaint"),
        (Signals(SURE, {"complaint": 0.45}, top_refers_elsewhere=True), "handoff", "complaint", "complaint"),
        # likely not ours: nothing is asked back, and the likeliest label names who helps when it leads
        (Signals((0.5, 0.3), {"in_scope": 0.4, "other_city": 0.35, "complaint": 0.2}, separable=True), "handoff", "other_city", "other_city"),
        (Signals((0.5, 0.3), {"in_scope": 0.4, "not_covered": 0.35, "complaint": 0.2}, separable=True), "handoff", "low_confidence", "low_confidence"),
        (Signals((0.5, 0.3), {"in_scope": 0.41, "not_covered": 0.35}, separable=True), "clarify", "close_candidates", None),
        (Signals((0.1,), {"in_scope": 0.4}, top_refers_elsewhere=True), "handoff", "referral", "other_department"),
        # a thing the FAQ knows nothing of, in a question that is probably not ours
        (Signals(SURE, {"in_scope": 0.25, "not_covered": 0.45}, names_other_thing=True), "handoff", "low_confidence", "low_confidence"),
        (Signals(SURE, {"in_scope": 0.25, "other_department": 0.39, "not_covered": 0.1}, names_other_thing=True), "handoff", "other_department", "other_department"),
        (Signals(SURE, {"in_scope": 0.35, "not_covered": 0.45}, names_other_thing=True), "answer", "confident", None),
        (Signals(SURE, {"in_scope": 0.25, "not_covered": 0.45}), "answer", "confident", None),
        (Signals(SURE, {}, names_other_thing=True), "answer", "confident", None),
        # the owner of a thing, with a smaller doubt
        (Signals(SURE, {"in_scope": 0.45, "not_covered": 0.45}, names_other_owner=True), "handoff", "low_confidence", "low_confidence"),
        (Signals(SURE, {"in_scope": 0.55, "not_covered": 0.45}, names_other_owner=True), "answer", "confident", None),
        (Signals(SURE, {}, frozenset({"not_covered"}), foreign=True), "handoff", "not_covered", "low_confidence"),
        # words that only name a matter
        (Signals((0.9, 0.1), separable=True, bare_topic=True), "clarify", "close_candidates", None),
        (Signals((0.9, 0.09), separable=True, bare_topic=True), "answer", "confident", None),
        (Signals((0.2, 0.1), separable=True, bare_topic=True), "clarify", "close_candidates", None),
        (Signals((0.9,), bare_topic=True), "answer", "confident", None),
        (Signals(SURE, top_refers_elsewhere=True), "handoff", "referral", "other_department"),
        (Signals((0.4,), top_refers_elsewhere=True), "handoff", "referral", "other_department"),
        (Signals((0.39,), top_refers_elsewhere=True), "handoff", "low_confidence", "low_confidence"),
        (Signals((), top_refers_elsewhere=True), "handoff", "low_confidence", "low_confidence"),
    ],
)  # fmt: skip
def test_decision(signals: Signals, action: str, why: str, reason: str | None) -> None:
    decision = decide(signals, T)
    assert (decision.action, decision.why, decision.reason) == (action, why, reason)


PROBABILITY = st.floats(0, 1)
LABELS = [
    "in_scope",
    "emergency",
    "distress",
    "injection",
    "personal_data",
    "chitchat_or_unclear",
    *dict(PERSON_LABELS),
]
SIGNALS = st.builds(
    Signals,
    confidences=st.lists(PROBABILITY, max_size=5).map(lambda c: tuple(sorted(c, reverse=True))),
    intents=st.dictionaries(st.sampled_from(LABELS), PROBABILITY),
    cues=st.frozensets(st.sampled_from(LABELS)),
    personal_kinds=st.frozensets(st.sampled_from(["my_number", "secret", "credit_card", "phone", "name"])),
    top_refers_elsewhere=st.booleans(),
    stops_loss=st.booleans(),
    separable=st.booleans(),
    bare_topic=st.booleans(),
    names_other_thing=st.booleans(),
    names_other_owner=st.booleans(),
    foreign=st.booleans(),
    asr_confidence=st.none() | PROBABILITY,
)
THRESHOLDS = st.builds(
    Thresholds,
    answer_at=PROBABILITY,
    clarify_at=PROBABILITY,
    intent_at=st.dictionaries(st.sampled_from([*LABELS, "cue"]), PROBABILITY).map(lambda d: {"": 0.5, "cue": 0.1, **d}),
    sure_at=PROBABILITY,
    not_ours_at=PROBABILITY,
    other_thing_at=PROBABILITY,
    other_owner_at=PROBABILITY,
    rival_at=PROBABILITY,
)


@given(SIGNALS, THRESHOLDS)
def test_every_question_is_decided_and_the_rules_hold(signals: Signals, thresholds: Thresholds) -> None:
    decision = decide(signals, thresholds)
    best = signals.confidences[0] if signals.confidences else 0.0
    assert decision == decide(signals, thresholds)
    assert decision.why
    if decision.action == "answer":
        assert signals.confidences
        assert best >= thresholds.answer_at or (signals.stops_loss and best >= thresholds.stop_loss_at)
        assert not signals.top_refers_elsewhere or best < thresholds.clarify_at
    if decision.action == "clarify":
        assert signals.separable
    if decision.action == "handoff":
        assert decision.reason in get_args(HandoffReason)
    if signals.personal_kinds & NEVER_ASKED:
        assert decision.action == "refuse"


@given(SIGNALS, THRESHOLDS, PROBABILITY)
def test_whatever_is_answered_against_doubt_was_looked_at(signals: Signals, thresholds: Thresholds, at: float) -> None:
    doubted = "in_scope" in signals.intents and 1 - signals.intents["in_scope"] >= at
    if decide(signals, thresholds).action == "answer" and doubted:
        assert answers_against_doubt(signals, thresholds, at)


@given(SIGNALS, THRESHOLDS, PROBABILITY)
def test_a_higher_threshold_never_answers_more(signals: Signals, thresholds: Thresholds, step: float) -> None:
    stricter = replace(thresholds, answer_at=min(1.0, thresholds.answer_at + step))
    if decide(signals, stricter).action == "answer":
        assert decide(signals, thresholds).action == "answer"


def test_what_names_no_matter_is_always_asked_back_and_no_label_is_believed() -> None:
    t = load_answer_calibration().thresholds
    near = Signals(confidences=(0.9, 0.001), separable=True, bare_topic=True, no_matter=True)
    assert decide(near, t) == Decision("clarify", "close_candidates")
    assert decide(replace(near, intents={"in_scope": 0.1, "complaint": 0.9}), t).action == "clarify"
    assert (
        decide(replace(near, cues=frozenset({"complaint"}), intents={"in_scope": 0.1, "complaint": 0.9}), t).reason
        == "complaint"
    )
    assert decide(replace(near, separable=False), t).action == "answer"


def test_a_noun_of_ours_is_ours_and_answered_only_without_a_rival() -> None:
    t = load_answer_calibration().thresholds
    named = Signals(confidences=(0.3, 0.001), intents={"in_scope": 0.2}, separable=True, bare_topic=True, own_noun=True)
    assert decide(named, t).action == "clarify"
    assert decide(replace(named, own_noun=False), t).action == "handoff"
    assert decide(replace(named, confidences=(0.9, 0.001)), t).action == "answer"


def test_an_opening_is_asked_for_its_matter_unless_a_cue_says_more() -> None:
    t = load_answer_calibration().thresholds
    opening = Signals(
        confidences=(0.9, 0.001), intents={"in_scope": 0.1, "chitchat_or_unclear": 0.9}, nothing_named=True
    )
    assert decide(opening, t) == Decision("clarify", "nothing_named")
    assert decide(replace(opening, cues=frozenset({"asked_for_person"})), t).reason == "asked_for_person"


def test_a_foreign_faq_that_says_nothing_of_the_matter_is_not_offered() -> None:
    t = load_answer_calibration().thresholds
    asked = Signals(confidences=(0.95, 0.1), separable=True, foreign=True, names_other_thing=True)
    assert decide(asked, t) == Decision("handoff", "no_translation", "language")
