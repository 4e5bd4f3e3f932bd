"""Every case gives one row; runs resume; failures are loud; cases are asked as citizens' words reach the product."""

import json
from pathlib import Path

import pytest

from eval.asking import asking
from eval.cases import Case, Suite
from eval.rows import from_dict, to_dict
from eval.runner import RowFile, RunFailed, complete, run
from eval.summary import confidences, percentile, summarise, to_json
from knowledge.errors import Conflict
from knowledge.privacy.redacted import RedactedText
from knowledge.privacy.redactor import RuleRedactor
from tests.fakes.answering import ScriptedAnswering, answered, asked_back, passed_on


def case(number: int, text: str, **changes: object) -> Case:
    data = {
        "id": f"C{number:04d}", "text": text, "channel": "spoken", "lang": "ja", "answerable": True,
        "gold": [{"faq_id": "MH1001", "grade": 2}], "expected": "answer", "reason": "", "department": "",
        "must": [], "must_not": [], "risk": "low", "also_ok": [], "split": "dev", "tags": [],
    }  # fmt: skip
    return Case.model_validate({**data, **changes})


OTHERS = {"answerable": False, "gold": [], "expected": "handoff", "reason": "other_department", "department": "税務課"}
SUITE = Suite(
    "t",
    (
        case(1, "右の質問"),
        case(2, "左の質問", risk="high"),
        case(3, "どっちかな"),
        case(4, "税金の質問です", **OTHERS),
    ),
    "sha",
)
SCRIPT = {
    "右の質問": answered("MH1001"),
    "左の質問": answered("MH1002"),
    "どっちかな": asked_back("MH1002", "MH1001"),
    "税金の質問です": passed_on("税務課"),
}


def test_rows_and_figures_of_a_small_run() -> None:
    rows = run(SUITE, asking(ScriptedAnswering(SCRIPT), RuleRedactor()))
    assert [r.outcome for r in rows] == ["resolved", "harm", "asked_back", "correct_handover"]
    assert rows[3].department_right is True
    summary = summarise(rows)
    assert (summary.outcomes.self_resolution.hits, summary.outcomes.self_resolution.total) == (1, 3)
    assert (summary.high_risk_harm.hits, summary.high_risk_harm.total) == (1, 1)
    assert [j.right for j in confidences(rows)] == [True, False, False, False]
    assert to_json(summary)["outcomes"]["harm"]["value"] == 0.25
    json.dumps(to_json(summary))


def test_questions_are_redacted_before_they_are_asked_and_take_the_real_channel() -> None:
    fake = ScriptedAnswering({})
    asking(fake, RuleRedactor())(case(1, "番号は123456789012です"))
    asking(fake, RuleRedactor())(case(1, "How do I renew my card?", channel="text"))
    asked, foreign = fake.asked
    assert isinstance(asked.text, RedactedText)
    assert "123456789012" not in asked.text
    assert asked.had_personal_data
    assert (asked.channel, foreign.channel, foreign.lang) == ("voice", "web", "en")


def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path: Path) -> None:
    file = RowFile(tmp_path / "rows.jsonl", "same")
    broken = ScriptedAnswering({**SCRIPT, "どっちかな": ValueError("x")})
    with pytest.raises(RunFailed, match="C0003"):
        run(SUITE, asking(broken, RuleRedactor()), file)
    # The process died while it wrote the next line.
    with file.path.open("ab") as out:
        out.write(b'{"case_id": "C0003", "te')
    again = ScriptedAnswering(SCRIPT)
    rows = run(SUITE, asking(again, RuleRedactor()), file)
    assert [q.text for q in again.asked] == ["どっちかな", "税金の質問です"]
    assert [r.case_id for r in rows] == [c.id for c in SUITE.cases]
    assert list(file.read()) == [c.id for c in SUITE.cases]


def test_a_run_under_other_conditions_is_not_mixed_in(tmp_path: Path) -> None:
    file = RowFile(tmp_path / "rows.jsonl", "one")
    run(SUITE, asking(ScriptedAnswering(SCRIPT), RuleRedactor()), file)
    with pytest.raises(Conflict):
        RowFile(file.path, "two").read()


def test_a_damaged_record_is_refused(tmp_path: Path) -> None:
    file = RowFile(tmp_path / "rows.jsonl", "one")
    run(SUITE, asking(ScriptedAnswering(SCRIPT), RuleRedactor()), file)
    lines = file.path.read_bytes().split(b"\n")
    file.path.write_bytes(b"\n".join([lines[0], b"{", *lines[2:]]))
    with pytest.raises(Conflict):
        file.read()


def test_missing_or_extra_rows_never_pass() -> None:
    rows = {r.case_id: r for r in run(SUITE, asking(ScriptedAnswering(SCRIPT), RuleRedactor()))}
    with pytest.raises(RunFailed, match="不足 1"):
        complete(SUITE, {k: v for k, v in rows.items() if k != "C0001"})
    with pytest.raises(RunFailed, match="余分 1"):
        complete(SUITE, {**rows, "C9999": rows["C0001"]})


def test_rows_survive_json() -> None:
    for row in run(SUITE, asking(ScriptedAnswering(SCRIPT), RuleRedactor())):
        assert from_dict(json.loads(json.dumps(to_dict(row)))) == row


def test_percentiles() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([], 0.5)) == (51, 96, 0)
