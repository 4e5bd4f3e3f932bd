"""What is kept with the program: figures by commit, the same for the same rows, nothing of a single case."""

import json
from dataclasses import replace
from pathlib import Path

from eval.about import About
from eval.results import keep
from eval.runs import Run
from tests.fakes.search import NOW
from tests.unit.test_eval_gate import rows


def _run() -> Run:
    return Run(About("r1", NOW, "t", "sha", 21, "abc123+", {"辞書": "x"}), tuple(rows()))


def test_figures_are_kept_by_commit_and_can_be_made_again(tmp_path: Path) -> None:
    path = keep(_run(), tmp_path)
    assert path.name == "quality-t-abc123.json"
    first = path.read_bytes()
    slower = replace(_run(), rows=tuple(replace(r, took_ms=r.took_ms + 99) for r in _run().rows))
    assert keep(slower, tmp_path).read_bytes() == first, "the machine's speed is no figure of quality"
    data = json.loads(first)
    assert data["figures"]["all"]["outcomes"]["self_resolution"]["hits"] == 20
    assert data["git_sha"] == "abc123+", "uncommitted changes are told"
    assert "質問その1" not in first.decode()
    table = path.with_suffix(".md").read_text(encoding="utf-8")
    assert "| answered rightly at once | 100.0% [83.9%–100.0%] 20/20 |" in table
