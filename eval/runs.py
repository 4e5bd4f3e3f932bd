"""Runs on disk: `<data>/eval/runs/<run id>/` holds about.json, rows.jsonl and summary.json; the accepted run is named
in `<data>/eval/accepted`."""

import os
from dataclasses import dataclass
from pathlib import Path

import orjson

from eval.about import About, from_bytes, to_bytes
from eval.rows import Row
from eval.runner import RowFile
from eval.summary import Summary, summarise, to_json
from knowledge.errors import Conflict, NotFound

_UNFINISHED = ".unfinished"


@dataclass(frozen=True, slots=True)
class Run:
    about: About
    rows: tuple[Row, ...]

    @property
    def summary(self) -> Summary:
        return summarise(self.rows)


class RunFolder:
    """All runs of one data folder."""

    def __init__(self, data_dir: Path) -> None:
        self.root = data_dir / "eval"
        self._runs = self.root / "runs"

    def begin(self, given: About) -> tuple[About, RowFile]:
        """The file to write rows to. An unfinished run under the same conditions is continued under its own id."""
        going_on = self._unfinished(given.identity)
        chosen = going_on or given
        folder = self._runs / chosen.run_id
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "about.json").write_bytes(to_bytes(chosen))
        (folder / _UNFINISHED).touch()
        return chosen, RowFile(folder / "rows.jsonl", chosen.identity)

    def finish(self, run: Run) -> Path:
        """Write the summary and mark the run as complete; returns its folder."""
        folder = self._runs / run.about.run_id
        data = orjson.dumps(to_json(run.summary), option=orjson.OPT_INDENT_2)
        (folder / "summary.json").write_bytes(data)
        (folder / _UNFINISHED).unlink(missing_ok=True)
        return folder

    def ids(self, suite: str = "", partial: bool = True) -> list[str]:
        """Finished runs, oldest first; without `partial` only those of the whole suite."""
        return [a.run_id for a in self.abouts(suite) if partial or not a.partial]

    def abouts(self, suite: str = "") -> list[About]:
        """What the finished runs were made with, oldest first."""
        found = [self._about(p) for p in sorted(self._runs.glob("*/summary.json"))]
        return [a for a in found if a is not None and suite in ("", a.suite)]

    def load(self, run_id: str) -> Run:
        """Raises NotFound for an unknown or unfinished run."""
        folder = self._runs / Path(run_id).name
        given = self._about(folder / "about.json")
        if given is None or not (folder / "summary.json").exists():
            raise NotFound(f"評価 {run_id} が見つかりません。")
        return Run(given, tuple(RowFile(folder / "rows.jsonl", given.identity).read().values()))

    def latest(self, suite: str, before: str = "", partial: bool = False) -> Run | None:
        """The newest finished run of a whole suite (with `partial`: or of a part of it), older than `before` if given."""
        ids = [i for i in self.ids(suite, partial) if not before or i < before]
        return self.load(ids[-1]) if ids else None

    def accept(self, run_id: str) -> None:
        """Make a run the one the gate compares with. Raises Conflict for a run of a part of the suite."""
        run = self.load(run_id)
        if run.about.partial:
            raise Conflict(
                "一部の質問だけの評価は、基準にできません。全件の評価（madoguchi eval run）を先に行ってください。"
            )
        target = self._accepted_file(run.about.suite)
        temporary = target.with_suffix(".new")
        temporary.write_text(run.about.run_id, encoding="utf-8")
        os.replace(temporary, target)

    def accepted(self, suite: str) -> Run | None:
        """The accepted run of a suite; None when nobody has accepted one or it is gone."""
        try:
            return self.load(self._accepted_file(suite).read_text(encoding="utf-8").strip())
        except (OSError, NotFound):
            return None

    def folder(self, run_id: str) -> Path:
        return self._runs / Path(run_id).name

    def _accepted_file(self, suite: str) -> Path:
        return self.root / f"accepted-{Path(suite).name}"

    def _unfinished(self, identity: str) -> About | None:
        for mark in sorted(self._runs.glob(f"*/{_UNFINISHED}"), reverse=True):
            given = self._about(mark)
            if given is not None and given.identity == identity:
                return given
        return None

    def _about(self, file_in_folder: Path) -> About | None:
        try:
            return from_bytes((file_in_folder.parent / "about.json").read_bytes())
        except (OSError, ValueError, KeyError, TypeError):
            return None
