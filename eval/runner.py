"""Runs a suite against anything that answers. Every case gives exactly one row; an interrupted run goes on where it
stopped; a failing case stops the run, because a missing row would flatter every rate."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from eval.asking import Ask, Rank
from eval.cases import Case, Suite
from eval.rows import Row, from_dict, row_of, to_dict
from knowledge.errors import Conflict, MadoguchiError

Progress = Callable[[int, int], None]


class RunFailed(MadoguchiError):
    title = "評価を続けられません"


@dataclass(frozen=True, slots=True)
class RowFile:
    """Rows on disk, one JSON object a line, the first line naming the run they belong to."""

    path: Path
    identity: str

    def read(self) -> dict[str, Row]:
        """Finished rows by case id; a half-written last line is dropped. Raises Conflict for another run's file."""
        if not self.path.exists():
            return {}
        head, *lines = self.path.read_bytes().split(b"\n")
        if not head:
            return {}
        try:
            named = orjson.loads(head).get("identity")
        except orjson.JSONDecodeError as exc:
            raise Conflict(f"{self.path.name} は評価の記録として読み取れません。別の名前で始めてください。") from exc
        if named != self.identity:
            raise Conflict("評価の条件（ケース・FAQ・設定）が途中の記録と違います。新しい評価として始めてください。")
        return {row.case_id: row for row in _complete(lines)}

    def rewrite(self, rows: Mapping[str, Row]) -> None:
        """Start the file with the rows that are known to be whole."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        lines = [orjson.dumps({"identity": self.identity}), *(orjson.dumps(to_dict(r)) for r in rows.values())]
        self.path.write_bytes(b"\n".join(lines) + b"\n")

    def append(self, row: Row) -> None:
        with self.path.open("ab") as out:
            out.write(orjson.dumps(to_dict(row)) + b"\n")


def run(
    suite: Suite,
    ask: Ask,
    file: RowFile | None = None,
    progress: Progress | None = None,
    categories: Mapping[str, str] | None = None,
    rank: Rank | None = None,
) -> list[Row]:
    """One row per case, in the order of the suite. Raises RunFailed when a case cannot be asked or rows are missing."""
    done = file.read() if file else {}
    if file:
        file.rewrite(done)
    for number, case in enumerate(suite.cases, 1):
        if case.id not in done:
            done[case.id] = _ask_one(case, ask, rank, _category(case, categories or {}))
            if file:
                file.append(done[case.id])
        if progress:
            progress(number, len(suite.cases))
    return complete(suite, done)


def complete(suite: Suite, rows: Mapping[str, Row]) -> list[Row]:
    """The rows of exactly the suite's cases. Raises RunFailed when their number differs."""
    wanted = [c.id for c in suite.cases]
    if set(wanted) != set(rows) or len(wanted) != len(set(wanted)):
        missing, extra = len(set(wanted) - set(rows)), len(set(rows) - set(wanted))
        raise RunFailed(f"評価の行数がケース数と合いません（不足 {missing} 件、余分 {extra} 件）。")
    return [rows[case_id] for case_id in wanted]


def _ask_one(case: Case, ask: Ask, rank: Rank | None, category: str) -> Row:
    started = time.perf_counter()
    try:
        answer = ask(case)
        took_ms = (time.perf_counter() - started) * 1e3
        ranked = rank(case) if rank else None
    except Exception as exc:
        raise RunFailed(f"ケース {case.id} で回答処理が失敗しました（{type(exc).__name__}）。") from exc
    return row_of(case, answer, took_ms, category, ranked)


def _category(case: Case, categories: Mapping[str, str]) -> str:
    """Category of the case's first right FAQ."""
    return next((categories[f] for f in sorted(case.right_faqs) if f in categories), "")


def _complete(lines: list[bytes]) -> Iterator[Row]:
    for number, line in enumerate(lines):
        if not line:
            continue
        try:
            yield from_dict(orjson.loads(line))
        except (orjson.JSONDecodeError, TypeError, ValueError):
            if number < len(lines) - 1:
                raise Conflict("評価の記録が壊れています。新しい評価として始めてください。") from None
