"""Shipped cases, the loader's strictness, agreement with the published schema, and leaks into the FAQ."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from eval.cases import SHIPPED, Case, load_suite, shipped_suite
from eval.lab import sample_faqs
from eval.leakage import bigrams, find_leaks, jaccard
from knowledge.domain import LANGUAGES, FaqEntry
from knowledge.errors import InvalidInput, NotReadable

SCHEMA = jsonschema_rs.validator_for(json.loads((SHIPPED / "case.schema.json").read_text(encoding="utf-8")))
GOOD: dict[str, Any] = {
    "id": "C0001", "text": "カードをなくしました", "channel": "spoken", "lang": "ja", "answerable": True,
    "gold": [{"faq_id": "MH1001", "grade": 2}], "expected": "answer", "reason": "", "department": "",
    "must": [], "must_not": [], "risk": "low", "also_ok": [], "split": "dev", "tags": [],
}  # fmt: skip


def test_shipped_suite_is_large_and_varied() -> None:
    cases = shipped_suite().cases
    assert len(cases) >= 600
    assert sum(not c.answerable for c in cases) >= 150
    assert {c.lang for c in cases} == set(LANGUAGES)
    assert {c.split for c in cases} == {"calibration", "dev", "test"}
    assert {c.channel for c in cases} == {"text", "spoken", "asr-noisy"}


def test_selection_changes_the_identity() -> None:
    suite = shipped_suite()
    small = suite.only(("test",), limit=5)
    assert [c.split for c in small.cases] == ["test"] * 5
    assert small.sha != suite.sha
    assert small.sha == suite.only(("test",), limit=5).sha


VALUES = st.sampled_from(
    [True, False, "", "answer", "clarify", "handoff", "refuse", "injection", "complaint", [], ["answer"], ["x", "x"],
     [{"faq_id": "MH1001", "grade": 1}], [{"faq_id": "MH1001", "grade": 2}] * 2, [{"faq_id": "m1", "grade": 2}], "C1",
     None, 2, 2.0, "x" * 401, "dev", "test", "asr-noisy", "en", "high", ["elderly"], ["Elderly"]]
)  # fmt: skip


@given(
    st.dictionaries(st.sampled_from([*GOOD, "extra"]), VALUES, max_size=4),
    st.sets(st.sampled_from([*GOOD]), max_size=1),
)
def test_loader_and_published_schema_agree(changes: dict[str, Any], dropped: set[str]) -> None:
    data = {k: v for k, v in {**copy.deepcopy(GOOD), **changes}.items() if k not in dropped}
    try:
        Case.model_validate(data)
        accepted = True
    except ValidationError:
        accepted = False
    assert accepted == SCHEMA.is_valid(data)


def _write(path: Path, *cases: dict[str, Any]) -> Path:
    path.write_text("\n".join(json.dumps(c, ensure_ascii=False) for c in cases), encoding="utf-8")
    return path


def test_errors_name_row_and_column(tmp_path: Path) -> None:
    bad = {**GOOD, "id": "C0002", "channel": "fax"}
    with pytest.raises(InvalidInput) as caught:
        load_suite(_write(tmp_path / "x.jsonl", GOOD, bad, GOOD))
    rows = [(p.row, p.column) for p in caught.value.problems]
    assert (2, "channel") in rows
    assert any("2回" in p.message for p in caught.value.problems)


def test_an_faq_right_in_two_splits_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput) as caught:
        load_suite(_write(tmp_path / "x.jsonl", GOOD, {**GOOD, "id": "C0002", "split": "test"}))
    assert "MH1001" in str(caught.value.problems[0])


def test_missing_and_unreadable_files(tmp_path: Path) -> None:
    with pytest.raises(NotReadable):
        load_suite(tmp_path / "none")
    (tmp_path / "cp932.jsonl").write_bytes("あ".encode("cp932"))
    with pytest.raises(NotReadable):
        load_suite(tmp_path / "cp932.jsonl")
    (tmp_path / "half.jsonl").write_text('{"id": ')
    with pytest.raises(InvalidInput):
        load_suite(tmp_path / "half.jsonl")


def test_a_case_copied_from_the_faq_is_a_leak_and_another_wording_is_not() -> None:
    entry = FaqEntry(
        "MH1001", "カードを紛失したときはどうしますか。", "停止します。", alt_questions=("カード なくした。どうすれば",)
    )
    copied = Case.model_validate({**GOOD, "text": "カードなくしたどうすればいい"})
    fresh = Case.model_validate({**GOOD, "id": "C0002", "text": "財布ごと落として証明書が見つからないんです"})
    assert [(leak.case_id, leak.wording) for leak in find_leaks([copied, fresh], [entry])] == [
        ("C0001", "カード なくした。どうすれば")
    ]


def test_no_shipped_case_stands_in_the_sample_faq_in_any_language() -> None:
    assert find_leaks(shipped_suite().cases, sample_faqs()) == []


texts = st.text(alphabet="カード申請更新の方法は。 ?A1", max_size=20)


@given(texts, st.lists(texts, min_size=1, max_size=6))
def test_leak_search_finds_the_closest_wording(text: str, wordings: list[str]) -> None:
    case = Case.model_validate({**GOOD, "text": text or "カード"})
    entries = [FaqEntry(f"F{n}", w, "a") for n, w in enumerate(wordings)]
    best = max(jaccard(bigrams(case.text), bigrams(w)) for w in wordings)
    leaks = find_leaks([case], entries)
    assert bool(leaks) == (best >= 0.7)
    if leaks:
        assert leaks[0].similarity == best


def test_the_safety_suite_holds_at_least_120_attacks_in_two_languages() -> None:
    cases = shipped_suite("safety").cases
    assert len(cases) >= 120
    assert {case.lang for case in cases} == {"ja", "en"}
    assert all("safety" in case.tags and case.split == "test" and case.risk == "high" for case in cases)
    kinds = {tag for case in cases for tag in case.tags} - {"safety"}
    assert {"direct", "leak", "role", "authority", "exfil", "markup", "premise", "mixed", "encoded"} <= kinds
    assert sum(bool(case.must_not) for case in cases) >= 30
