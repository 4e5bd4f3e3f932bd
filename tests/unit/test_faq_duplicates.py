"""Near-duplicates: the fast search finds exactly the pairs that comparing everything with everything finds."""

import time

from hypothesis import given
from hypothesis import strategies as st

from knowledge.faq.duplicates import THRESHOLD, _jaccard, _pairs, near_duplicates
from tests.fakes.faq_entries import many_entries

QUESTIONS = st.lists(st.text("あいうえおカキク、？", max_size=24), max_size=12)


@given(QUESTIONS)
def test_nothing_is_missed_and_nothing_invented(texts: list[str]) -> None:
    questions = dict(enumerate(texts))
    found = {(pair.key, pair.other) for pair in near_duplicates(questions)}
    grams = {key: _pairs(text) for key, text in questions.items()}
    expected = {
        (key, other) for key in questions for other in range(key) if _jaccard(grams[key], grams[other]) >= THRESHOLD
    }
    assert found == expected


def test_width_punctuation_and_spaces_do_not_hide_a_duplicate() -> None:
    found = near_duplicates({1: "ＰＩＮを忘れました。どうすれば？", 2: "PINを忘れました どうすれば"})
    assert [(pair.key, pair.other, pair.similarity) for pair in found] == [(2, 1, 1.0)]


def test_only_pairs_that_touch_the_given_keys() -> None:
    questions = {1: "同じ質問", 2: "同じ質問", 3: "同じ質問"}
    assert [(pair.key, pair.other) for pair in near_duplicates(questions, {3})] == [(3, 1), (3, 2)]


def test_ten_thousand_questions_are_no_quadratic_work() -> None:
    questions = {entry.faq_id: entry.question for entry in many_entries(10_000)}
    begun = time.process_time()
    near_duplicates(questions)
    assert time.process_time() - begun < 30  # comparing all pairs would take many minutes
