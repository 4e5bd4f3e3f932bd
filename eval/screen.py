"""What the evaluation shows on the terminal: bars while it works, tables at the end."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from eval.gate import GateResult
from eval.report import Headline
from eval.runner import Progress as Tell

out = Console(highlight=False)
beside = Console(stderr=True, highlight=False)
_SHOWN_CASES = 8


@contextmanager
def progress(title: str) -> Iterator[Tell]:
    """A bar on standard error; silent when nobody watches."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=beside, disable=not beside.is_terminal) as bars:
        task = bars.add_task(title, total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    shown = Table(title=title)
    for number, column in enumerate(columns):
        shown.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        shown.add_row(*(str(cell) for cell in row))
    out.print(shown)


def headlines(figures: Sequence[Headline]) -> None:
    kept = {True: "達成", False: "未達", None: ""}
    rows = [(h.title, h.value, h.detail, h.target, kept[h.reached], h.against) for h in figures]
    table("評価の結果", ("項目", "値", "件数と95%信頼区間", "目標", "達成", "前回との比較"), rows)


def verdict(result: GateResult) -> None:
    if result.passed:
        out.print("合格：すべての基準を満たしています。")
        return
    out.print("不合格：次の基準を満たしていません。")
    for finding in result.findings:
        cases = "、".join(finding.case_ids[:_SHOWN_CASES])
        more = " ほか" if len(finding.case_ids) > _SHOWN_CASES else ""
        out.print(f"  ・{finding.message}" + (f"（{cases}{more}）" if cases else ""))
