"""What tells an FAQ from its rivals is learnt from their wordings; a question that leaves it out is noticed."""

from dataclasses import replace

import pytest

from knowledge.answering.confidence import load_answer_calibration
from knowledge.answering.unsaid import LEAST_WORDINGS, Unsaid
from knowledge.domain import FaqEntry, Hit
from tests.fakes import small_city

FOUND = FaqEntry(
    "FOUND", "一時停止したカードが見つかりました。", "窓口へ。",
    alt_questions=("カードが見つかった", "カードが出てきた", "カードが見つかったので使いたい", "停止したカードが見つかった",
                   "カードがあった", "カードが見つかりました"),
)  # fmt: skip
AFTER = FaqEntry(
    "AFTER", "再交付を申請した後でカードが見つかりました。", "窓口へ。",
    alt_questions=("再交付を頼んだ後に見つかった", "申請した後でカードが出てきた", "再交付の申請中に見つかった",
                   "新しいカードを申請したのに古いのが見つかった", "再交付を申請してから出てきた", "申請後に見つかった"),
)  # fmt: skip


def hits(*found: tuple[FaqEntry, tuple[str, ...]]) -> tuple[Hit, ...]:
    return tuple(Hit(entry, 1.0, 0.9, matched) for entry, matched in found)


def of(*found: tuple[FaqEntry, tuple[str, ...]]) -> float:
    return Unsaid(small_city.tokenizer()).of(hits(*found))


BOTH = ("カード", "見付かる")


def test_what_nearly_all_say_and_the_question_does_not() -> None:
    assert of((AFTER, BOTH), (FOUND, BOTH)) > 2
    assert of((AFTER, (*BOTH, "申請")), (FOUND, BOTH)) == 0


def test_the_general_one_needs_nothing() -> None:
    assert of((FOUND, BOTH), (AFTER, BOTH)) < 1


def test_who_knows_much_less_of_the_question_is_no_rival() -> None:
    known = (*BOTH, "窓口", "本人")
    assert of((AFTER, known), (FOUND, BOTH)) == 0
    assert of((AFTER, known), (FOUND, (*BOTH, "窓口"))) > 2


def test_without_wordings_or_rivals_nothing_is_judged() -> None:
    bare = replace(AFTER, alt_questions=AFTER.alt_questions[: LEAST_WORDINGS - 1])
    assert not Unsaid(small_city.tokenizer()).judges(hits((bare, BOTH)))
    assert of((bare, BOTH), (FOUND, BOTH)) == 0
    assert of((AFTER, BOTH)) == 0
    assert of() == 0


def test_changed_wordings_are_learnt_anew() -> None:
    unsaid = Unsaid(small_city.tokenizer())
    before = unsaid.of(hits((AFTER, BOTH), (FOUND, BOTH)))
    assert unsaid.of(hits((AFTER, BOTH), (FOUND, BOTH))) == before
    same = replace(AFTER, question=FOUND.question, alt_questions=FOUND.alt_questions)
    assert unsaid.of(hits((same, BOTH), (FOUND, BOTH))) == 0


def test_it_lowers_the_confidence_and_a_full_question_raises_it() -> None:
    calibration = load_answer_calibration()
    assert calibration.when_said(0.6, 0.0) == pytest.approx(0.683, abs=0.01)
    assert calibration.when_said(0.9, 3.9) < calibration.thresholds.answer_at
    assert 0 <= calibration.when_said(0.0, 4.0) < calibration.when_said(1.0, 4.0) <= 1
