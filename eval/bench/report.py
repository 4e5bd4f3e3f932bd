"""The benches' table on the screen and their file under eval/results/."""

import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import orjson
from rich.table import Table

from eval.about import git_sha
from eval.bench.suite import Line

RESULTS = Path(__file__).resolve().parents[1] / "results"
_COLUMNS = {
    "p50_ms": ("p50 ms", "{:.2f}"),
    "p95_ms": ("p95 ms", "{:.2f}"),
    "max_ms": ("最長 ms", "{:.0f}"),
    "per_sec": ("件/秒", "{:,.0f}"),
    "build_secs": ("索引 秒", "{:.1f}"),
    "memory_mb": ("メモリ MB", "{:,.0f}"),
    "secs": ("秒", "{:.2f}"),
    "peak_mb": ("最大 MB", "{:,.0f}"),
    "together_mb": ("全過程 MB", "{:,.0f}"),
    "failures": ("失敗", "{:.0f}"),
}


def table(lines: Sequence[Line]) -> Table:
    """One row a measurement; medians, n, ratio against ours, and whether the promise was kept."""
    shown = Table(title="性能の計測（中央値）")
    used = [key for key in _COLUMNS if any(key in line.values for line in lines)]
    for title in ("計測", "対象", "n", *(_COLUMNS[key][0] for key in used), "当製品比", "約束", "結果"):
        shown.add_column(title, justify="left" if title in ("計測", "対象", "約束") else "right", overflow="fold")
    for line in lines:
        cells = [_COLUMNS[k][1].format(line.values[k]) if k in line.values else "" for k in used]
        ratio = f"×{line.ratio:.2f}" if line.ratio is not None else ""
        kept = {True: "達成", False: "[bold red]未達[/]", None: ""}[line.kept]
        shown.add_row(line.measure, line.contender, f"{line.n:,}", *cells, ratio, line.promise, kept)
    return shown


def write(lines: Sequence[Line], at: datetime, folder: Path = RESULTS) -> Path:
    """`<folder>/<git sha>.json` with the figures and the machine they were taken on."""
    folder.mkdir(parents=True, exist_ok=True)
    sha = git_sha()
    path = folder / f"{sha.rstrip('+')}.json"
    data = {
        "git_sha": sha,
        "at": at.isoformat(),
        "machine": {"cpus": os.cpu_count(), "python": platform.python_version(), "system": platform.machine()},
        "lines": [asdict(line) for line in lines],
    }
    path.write_bytes(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
    return path
