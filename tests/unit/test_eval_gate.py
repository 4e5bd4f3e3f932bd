"""The gate turns red for bad figures, for what became worse, for moved facts and for gold that is gone."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from eval.asking import asking
from eval.cases import Suite, shipped_suite
from eval.changes import changes
from eval.gate import Limits, Texts, check, load_limits, missing_gold
from eval.lab import sample_faqs
from eval.reference import Key, moved, shipped_reference
from eval.rows import Row
from eval.runner import run
from knowledge.errors import ConfigurationError
from knowledge.privacy.redactor import RuleRedactor
from tests.fakes.answering import ScriptedAnswering, answered, passed_on
from tests.unit.test_eval_runner import OTHERS, case

CASES = [case(n, f"質問その{n}", gold=[{"faq_id": f"MH{1000 + n}", "grade": 2}]) for n in range(1, 21)]
SUITE = Suite("t", (*CASES, case(90, "よその質問", **OTHERS)), "sha")
TEXTS = {n: f"第{n}の回答です。手数料は{n}00円です。" for n in range(1, 21)}
LIMITS = Limits({"self_resolution": 0.9}, {"harm": 0.05}, newly_wrong=0, newly_harmful=0, changed_facts=0)


def rows(**changed: object) -> list[Row]:
    script = {c.text: answered(f"MH{1000 + n}", TEXTS[n]) for n, c in enumerate(CASES, 1)}
    script["よその質問"] = passed_on("税務課")
    return run(SUITE, asking(ScriptedAnswering({**script, **changed}), RuleRedactor()))  # type: ignore[dict-item]


def test_a_good_run_passes_and_equals_itself() -> None:
    good = rows()
    assert check(good, LIMITS, good).passed
    found = changes(good, good)
    assert (found.pairs, found.moved, found.self_resolution.shown) == (21, (), False)


def test_figures_past_their_limit_fail_alone() -> None:
    bad = rows(**{c.text: passed_on() for c in CASES[:5]})
    assert [f.message[:7] for f in check(bad, LIMITS).findings] == ["正答自己解決率"]
    wrong = rows(**{c.text: answered("MH1999") for c in CASES[:2]})
    assert any("誤案内率" in f.message for f in check(wrong, LIMITS).findings)


def test_two_swapped_answers_turn_the_gate_red_although_the_faq_ids_still_match() -> None:
    good = rows()
    swapped = rows(質問その3=answered("MH1003", TEXTS[4]), 質問その4=answered("MH1004", TEXTS[3]))
    assert check(swapped, LIMITS).passed  # the figures alone see nothing
    result = check(swapped, LIMITS, good)
    assert not result.passed
    assert result.findings[0].faq_ids == ("MH1003", "MH1004")
    assert result.findings[0].case_ids == ("C0003", "C0004")


def test_one_answerable_question_lost_turns_the_gate_red() -> None:
    lost = rows(質問その7=passed_on())
    assert check(lost, LIMITS).passed
    assert check(lost, LIMITS, rows()).findings[0].case_ids == ("C0007",)


def test_a_wrong_answer_where_there_was_none_is_its_own_finding() -> None:
    good = rows()
    harmful = rows(よその質問=answered("MH1001", TEXTS[1]))
    loose = replace(LIMITS, most={}, newly_wrong=5)
    assert check(harmful, loose, good).findings[0].case_ids == ("C0090",)


def test_rewording_without_other_facts_stays_green() -> None:
    reworded = rows(
        質問その3=answered("MH1003", "3番目についてお答えします。手数料は３００円です。".replace("3番目", "第3"))
    )
    assert changes(rows(), reworded).moved
    assert check(reworded, LIMITS, rows()).passed


def test_gold_that_is_not_published_is_named() -> None:
    published = [(f"MH{1000 + n}", "ja") for n in range(1, 21) if n != 5]
    [finding] = missing_gold(SUITE.cases, published)
    assert (finding.faq_ids, finding.case_ids) == (("MH1005",), ("C0005",))
    assert not check(rows(), LIMITS, None, [finding]).passed
    assert missing_gold(SUITE.cases, [*published, ("MH1005", "ja")]) == []


def test_a_figure_without_a_case_is_named_not_failed() -> None:
    answerable = [r for r in rows() if r.answerable]
    limits = Limits({"handover_recall": 0.9, "self_resolution": 0.9}, {"high_risk_harm": 0.05})
    result = check(answerable, limits)
    assert result.passed
    assert result.unjudged == ("引継ぎの再現率", "影響の大きい質問の誤案内率")
    assert check(rows(), limits).unjudged == ("影響の大きい質問の誤案内率",)
    [nothing] = check(rows(**{c.text: passed_on() for c in CASES}), Limits({"self_resolution": 0.9})).findings
    assert "0.0％（0／20件）" in nothing.message


def test_a_part_of_the_suite_is_not_judged_by_its_rates_but_by_what_is_wrong_in_it() -> None:
    bad = rows(**{c.text: passed_on() for c in CASES[:5]})
    result = check(bad, LIMITS, partial=True)
    assert (result.passed, result.failed) == (False, False)
    assert result.unjudged == ("正答自己解決率", "誤案内率")
    assert not check(rows(), LIMITS, partial=True).passed
    assert check(bad, LIMITS, rows(), partial=True).failed


def test_shipped_limits_can_be_read() -> None:
    limits = load_limits()
    assert limits.newly_harmful == 0
    assert 0 < limits.most["harm"] < limits.least["self_resolution"] < 1


@pytest.mark.parametrize(
    "text",
    ["[least]\nselfresolution = 1", "[most]\nharm = true", "[other]\nx = 1", "x =", "[change]\nnewly_wrong = 1.5"],
)
def test_wrong_limits_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "g.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError):
        load_limits(tmp_path / "g.toml")


# Without any accepted run: the answers that came with the suite are the reference.

SHIPPED = shipped_reference("mihon")


def _swapped(one: Key, two: Key) -> dict[Key, str]:
    return {**SHIPPED, one: SHIPPED[two], two: SHIPPED[one]}


def test_swapping_any_two_answers_turns_the_gate_red_without_an_accepted_run() -> None:
    rng = random.Random(7)
    good = rows()
    keys = sorted(key for key in SHIPPED if key[1] == "ja")
    for _ in range(60):
        one, two = rng.sample(keys, 2)
        texts = Texts(SHIPPED, _swapped(one, two))
        result = check(good, LIMITS, None, (), texts)
        named = {faq_id for finding in result.findings for faq_id in finding.faq_ids}
        assert not result.passed, (one, two)
        assert named <= {one[0], two[0]}, "nobody else is blamed"
    assert check(good, LIMITS, None, (), Texts(SHIPPED, SHIPPED)).passed


def test_an_exchanged_answer_is_named_with_the_faq_it_belongs_to() -> None:
    one, two = ("MH1001", "ja"), ("MH1020", "ja")
    [first, second] = [m for m in moved(SHIPPED, _swapped(one, two)) if m.faq_id in ("MH1001", "MH1020")]
    assert (first.now_of, second.now_of) == ("MH1020", "MH1001")


def test_the_accepted_answers_are_those_of_the_sample_city() -> None:
    """After a change of samples/faq.csv: madoguchi eval cases --keep-answers eval/datasets/mihon/answers.json"""
    published = {e.key: e.answer for e in sample_faqs()}
    wanted = {(f, c.lang) for c in shipped_suite().cases for f in c.right_faqs}
    assert set(SHIPPED) >= wanted & set(published)
    assert moved(SHIPPED, published) == []
