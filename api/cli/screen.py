"""What a person at the terminal sees: results on standard output, everything else on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from knowledge.errors import MadoguchiError, Problem

_SHOWN_PROBLEMS = 50
Tell = Callable[[str, int, int], None]


def say(text: str = "") -> None:
    """One line of the result."""
    sys.stdout.write(_printable(text, sys.stdout.encoding) + "\n")
    sys.stdout.flush()  # who reads it through a pipe need not wait for what follows


def note(text: str) -> None:
    """One line beside the result."""
    sys.stderr.write(_printable(text, sys.stderr.encoding) + "\n")


def say_json(content: Any) -> None:
    import orjson

    sys.stdout.write(_printable(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode(), sys.stdout.encoding) + "\n")
    sys.stdout.flush()


def fail(message: str, detail: str = "") -> None:
    note(f"エラー：{message}" + (f"（{detail}）" if detail else ""))


def fail_with(error: MadoguchiError) -> None:
    fail(error.message)
    list_problems(error.problems)


def list_problems(problems: tuple[Problem, ...]) -> None:
    for problem in problems[:_SHOWN_PROBLEMS]:
        if str(problem):
            note(f"  {problem}")
    if len(problems) > _SHOWN_PROBLEMS:
        note(f"  ほかに {len(problems) - _SHOWN_PROBLEMS} 件あります。")


@contextmanager
def progress() -> Iterator[Tell]:
    """A callback `(stage, done, total)` that draws one bar for each stage; a log gets one line for each."""
    if not sys.stderr.isatty():
        yield _stage_lines()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        known: dict[str, Any] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in known:
                known[stage] = bars.add_task(stage, total=total)
            bars.update(known[stage], completed=done, total=total)

        yield tell


def _stage_lines() -> Tell:
    begun: set[str] = set()

    def tell(stage: str, _done: int, _total: int) -> None:
        if stage not in begun:
            begun.add(stage)
            note(f"{stage}…")
            sys.stderr.flush()

    return tell


def _printable(text: str, encoding: str | None) -> str:
    """A terminal that cannot show a character gets a question mark, not an exception."""
    known = encoding or "utf-8"
    return text.encode(known, "replace").decode(known)
