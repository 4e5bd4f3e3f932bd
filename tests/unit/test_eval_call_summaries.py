"""Facts in call summaries: a changed number is noticed, the product's own drafts say only what was said."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.call_summaries import KINDS, LabelledCall, Summarised, load_calls, summary_figures
from eval.cli import app
from eval.extra import load_all
from knowledge.errors import NotReadable
from knowledge.privacy.redactor import RuleRedactor

CALL = LabelledCall(
    "K1",
    (("citizen", "再発行はいくらですか。"), ("operator", "手数料は1,000円、およそ1か月半でできます。")),
    (
        Summarised("再発行の手数料は千円、約1か月半と案内。", ""),
        Summarised("再発行の手数料は1,500円と案内。", "fee"),
        Summarised("再発行はできません、と案内。", "polarity"),
        Summarised("担当者が自宅へ伺うと約束。", "invented"),
    ),
)


def test_every_kind_is_counted_for_itself() -> None:
    found = summary_figures([CALL], RuleRedactor())
    assert {kind: (one.hits, one.total) for kind, one in found.caught.items()} == {
        "fee": (1, 1),
        "polarity": (1, 1),
        "invented": (0, 1),
    }
    assert (found.numbers.hits, found.numbers.total) == (1, 1)
    assert (found.alarms.hits, found.alarms.total) == (0, 1)
    assert found.missed == ("K1 担当者が自宅へ伺うと約束。",)


def test_the_shipped_calls_are_labelled_and_the_drafts_of_the_product_add_no_fact() -> None:
    calls = load_calls()
    summaries = [one for call in calls for one in call.summaries]
    assert len(calls) >= 30
    assert len(summaries) >= 60
    assert all(any(not one.kind for one in call.summaries) for call in calls), "each has a faithful one"
    assert {one.kind for one in summaries} == {"", *KINDS}
    found = summary_figures(calls, RuleRedactor())
    assert found.own.hits == 0
    assert found.numbers.value > 0.8
    assert found.alarms.value < 0.2


@pytest.mark.parametrize(
    "line", ["{", '{"id": "K1"}', '{"id": "K1", "call": [], "summaries": [{"text": "a", "kind": "x"}]}']
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text(line + "\n", encoding="utf-8")
    with pytest.raises(NotReadable) as caught:
        load_calls(file)
    assert caught.value.problems[0].row == 1


def test_the_command_measures_a_city_s_own_summaries_and_keeps_the_table(tmp_path: Path) -> None:
    row = {
        "id": "K1", "call": [["市", "期限はいつですか。"], ["席", "12月15日です。"]],
        "summaries": [{"text": "期限は12月25日と案内。", "kind": "date"}],
    }  # fmt: skip
    file = tmp_path / "own.jsonl"
    file.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
    done = CliRunner().invoke(app, ["summaries", "--file", str(file), "--data-dir", str(tmp_path)])
    assert done.exit_code == 0
    assert "日付の食い違い" in done.output
    [table] = load_all(tmp_path)
    assert table.title == "通話の要約の事実の検査"
