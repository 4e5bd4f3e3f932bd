"""The shipped follow-ups name FAQ of the sample city; a broken line is named; no wording stands among the FAQ's own."""

import csv
from pathlib import Path

import pytest

from eval.follow_ups import SHIPPED_FOLLOW_UPS, load_follow_ups
from knowledge.errors import NotReadable

FAQ = Path(__file__).parents[2] / "samples" / "faq.csv"


@pytest.mark.parametrize(("name", "least", "silent"), [("mihon", 45, 0), ("second", 50, 4), ("third", 45, 4)])
def test_the_shipped_sets(name: str, least: int, silent: int) -> None:
    cases = load_follow_ups(SHIPPED_FOLLOW_UPS.with_name(f"{name}.jsonl"))
    with FAQ.open(encoding="utf-8-sig", newline="") as file:
        known = {row["faq_id"] for row in csv.DictReader(file)}
    assert len(cases) >= least
    assert all(case.right <= known and case.after in known for case in cases)
    assert sum(not case.right for case in cases) == silent


@pytest.mark.parametrize("line", ["{", '{"after": "A"}', "[]", '{"after":"A","text":"t","right":1}'])
def test_a_broken_line_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "broken.jsonl"
    path.write_text('{"after":"A","text":"t","right":["B"]}\n' + line, encoding="utf-8")
    with pytest.raises(NotReadable) as raised:
        load_follow_ups(path)
    assert [problem.row for problem in raised.value.problems] == [2]
