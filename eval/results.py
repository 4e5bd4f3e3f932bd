"""Results kept with the program under `eval/results/`, by commit: `quality-<suite>-<sha>.json` (figures and what they were
made with, no rows) and the same as a table. Benches keep theirs as `<sha>.json` beside them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import orjson

from eval.metrics.intervals import Rate
from eval.rows import Row
from eval.runs import Run
from eval.summary import Summary, summarise, to_json

FOLDER = Path(__file__).with_name("results")
_PARTS = ("all", "ja", "test")
_COLUMNS: tuple[tuple[str, Callable[[Summary], Rate]], ...] = (
    ("answered rightly at once", lambda s: s.outcomes.self_resolution),
    ("… with one question back", lambda s: s.outcomes.resolved_after_question),
    ("harm", lambda s: s.outcomes.harm),
    ("harm where the risk is high", lambda s: s.high_risk_harm),
    ("handed over when it should be", lambda s: s.outcomes.handover_recall),
    ("right FAQ first", lambda s: s.top_1),
)


def keep(run: Run, folder: Path = FOLDER) -> Path:
    """Write both files; returns the JSON. The same rows under the same commit give the same figures."""
    folder.mkdir(parents=True, exist_ok=True)
    about = run.about
    name = f"quality-{about.suite}-{about.git_sha.rstrip('+')}"
    parts = {part: _part(run.rows, part) for part in _PARTS}
    data: dict[str, Any] = {
        "git_sha": about.git_sha, "at": about.at, "suite": about.suite, "suite_sha": about.suite_sha,
        "cases": about.cases, "made_with": dict(about.made_with),
        "figures": {part: _figures(rows) for part, rows in parts.items() if rows},
    }  # fmt: skip
    path = folder / f"{name}.json"
    path.write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
    (folder / f"{name}.md").write_text(_table(run, parts), encoding="utf-8")
    return path


def _part(rows: Sequence[Row], part: str) -> list[Row]:
    if part == "all":
        return list(rows)
    return [r for r in rows if part in (r.lang, r.split)]


def _figures(rows: Sequence[Row]) -> dict[str, Any]:
    """Without latencies: they belong to the machine of the day."""
    found = to_json(summarise(rows))
    return {name: value for name, value in found.items() if name != "latencies"}


def _table(run: Run, parts: dict[str, list[Row]]) -> str:
    about = run.about
    shown = [part for part in _PARTS if parts[part]]
    lines = [
        f"# Suite {about.suite} at {about.git_sha}",
        "",
        f"{about.cases} cases (sha {about.suite_sha}), {about.at:%Y-%m-%d}. 95 % Wilson intervals in brackets.",
        "",
        "| figure | " + " | ".join(f"{part} ({len(parts[part])})" for part in shown) + " |",
        "|---|" + "---|" * len(shown),
    ]
    summaries = {part: summarise(parts[part]) for part in shown}
    for title, figure in _COLUMNS:
        lines.append(f"| {title} | " + " | ".join(_cell(figure(summaries[part])) for part in shown) + " |")
    return "\n".join(lines) + "\n"


def _cell(rate: Rate) -> str:
    if not rate.total:
        return "–"
    return f"{rate.value:.1%} [{rate.low:.1%}–{rate.high:.1%}] {rate.hits}/{rate.total}"
