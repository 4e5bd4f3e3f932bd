"""Comparing runs, agreeing reviewers, labels and spans, and facts that must not differ."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.metrics.agreement import sample_size
from eval.metrics.comparing import paired_difference
from eval.metrics.labels import label_figures, span_figures
from eval.metrics.mismatch import contradicts, facts, mismatches
from knowledge.kappa import kappa
from knowledge.text.facts import kanji_number

scores = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=40)


def test_clear_gain_is_shown_and_a_single_case_is_not() -> None:
    assert paired_difference([0.0] * 50, [1.0] * 40 + [0.0] * 10).sentence() == "前回より高くなりました"
    assert paired_difference([1.0] * 50, [0.0] * 40 + [1.0] * 10).sentence() == "前回より低くなりました"
    assert paired_difference([0.0, *[1.0] * 199], [1.0] * 200).sentence() == "差は示せません"
    assert paired_difference([], []).sentence() == "差は示せません"


@given(scores)
def test_a_run_does_not_differ_from_itself(values: list[float]) -> None:
    difference = paired_difference(values, values)
    assert (difference.mean, difference.low, difference.high, difference.shown) == (0, 0, 0, False)


@given(scores, st.integers(0, 99))
def test_exchanging_the_runs_turns_the_difference_around(values: list[float], seed: int) -> None:
    other = [1 - v for v in values]
    there, back = paired_difference(values, other, seed), paired_difference(other, values, seed)
    assert there.mean == pytest.approx(-back.mean)
    assert there.low <= there.mean + 1e-9
    assert there.mean <= there.high + 1e-9


def test_unequal_runs_are_refused() -> None:
    with pytest.raises(ValueError):
        paired_difference([1.0], [1.0, 0.0])


def test_kappa_by_hand() -> None:
    # 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no: observed .7, expected .5
    first = ["y"] * 25 + ["n"] * 25
    second = ["y"] * 20 + ["n"] * 5 + ["y"] * 10 + ["n"] * 15
    assert kappa(first, second) == pytest.approx(0.4)
    assert kappa(["y", "y"], ["y", "y"]) == 1
    assert kappa(["y", "n"], ["n", "y"]) == -1
    with pytest.raises(ValueError):
        kappa([], [])


def test_sample_sizes_everybody_quotes() -> None:
    assert sample_size(0.05) == 385
    assert sample_size(0.03, 0.9) == 385
    assert sample_size(0.05, population=500) == 218


def test_labels_and_spans_by_hand() -> None:
    found = label_figures([["申請"], ["申請", "更新"], []], [["申請"], ["更新"], ["更新"]])
    assert (found["申請"].precision.value, found["申請"].recall.value) == (1.0, 0.5)
    assert found["更新"].f1 == pytest.approx(2 / 3)
    spans = span_figures([[(0, 4, "name"), (6, 9, "phone")]], [[(0, 5, "name"), (6, 8, "phone"), (20, 22, "name")]])
    assert (spans["name"].precision.value, spans["name"].recall.value) == (0.5, 1.0)
    assert (spans["phone"].precision.value, spans["phone"].recall.value) == (1.0, 0.0)
    assert spans[""].recall.value == 0.5


@pytest.mark.parametrize(
    ("reference", "text", "aspect"),
    [
        ("本人確認書類が必要です。", "本人確認書類は必要ありません。", "polarity"),
        ("郵送でもできます。", "郵送ではできません。", "polarity"),
        ("手数料は1,000円です。", "手数料は1500円です。", "fee"),
        ("手数料は無料です。", "手数料は200円です。", "fee"),
        ("14日以内に届け出てください。", "30日以内に届け出てください。", "period"),
        ("15歳未満の方", "15歳以上の方", "age"),
        ("令和7年6月2日から", "令和7年6月9日から", "date"),
        ("0120-95-0178へ", "0120-95-0179へ", "phone"),
        ("窓口は3番です。", "窓口は5番です。", "number"),
    ],
)
def test_contradictions_similarity_does_not_see(reference: str, text: str, aspect: str) -> None:
    assert aspect in {m.aspect for m in mismatches(reference, text)}
    assert mismatches(reference, reference) == []


@pytest.mark.parametrize(
    ("reference", "text"),
    [
        ("手数料は千五百円です。", "手数料は１，５００円です。"),
        ("三か月以内", "3ヶ月以内"),
        ("手数料は無料です。", "手数料はかかりません。"),
        ("十四日以内に", "14日以内に"),
        ("書類は不要です。", "書類は必要ありません。"),
    ],
)
def test_other_notation_is_no_contradiction(reference: str, text: str) -> None:
    assert mismatches(reference, text) == []


def test_leaving_out_is_a_mismatch_but_no_contradiction() -> None:
    full, short = "手数料は1,000円で、14日かかります。", "手数料は1,000円です。"
    assert mismatches(full, short)
    assert contradicts(full, short) == []
    assert contradicts(short, full)


_DIGITS = "〇一二三四五六七八九"


def _kanji(n: int) -> str:
    out = ""
    for size, unit in ((10_000, "万"), (1000, "千"), (100, "百"), (10, "十")):
        n, head = n % size, n // size
        if head:
            out += ("" if head == 1 and size < 10_000 else _kanji(head)) + unit
    return out + (_DIGITS[n] if n else "")


@given(st.integers(1, 9_999_999))
def test_kanji_numbers_read_back(n: int) -> None:
    assert kanji_number(_kanji(n)) == n


@given(st.text(alphabet="手数料は必要ありません0123456789,円年月日歳以内〇一二三十百千万、。-", max_size=60))
def test_facts_never_fail_and_never_differ_from_themselves(text: str) -> None:
    assert mismatches(text, text) == []
    assert all(count == 1 for found in facts(text).values() for count in found.values())
