"""What the evaluation shows on the terminal: bars while it works, tables at the end."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from eval.about import About
from eval.compare_llm import Comparison
from eval.gate import GateResult
from eval.metrics.intervals import Rate
from eval.report import Headline
from eval.runner import Progress as Tell
from knowledge.text.percent import percent

out = Console(highlight=False)
beside = Console(stderr=True, highlight=False)
_SHOWN_CASES = 8


@contextmanager
def progress(title: str) -> Iterator[Tell]:
    """A bar on standard error; silent when nobody watches."""
    with many_progress() as bar:
        yield bar(title)


@contextmanager
def many_progress() -> Iterator[Callable[[str], Tell]]:
    """A bar for each title asked for."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=beside, disable=not beside.is_terminal) as bars:

        def bar(title: str) -> Tell:
            task = bars.add_task(title, total=None)
            return lambda done, total: bars.update(task, completed=done, total=total)

        yield bar


def say(text: str) -> None:
    """A sentence, broken by the terminal and not at every blank of it."""
    out.print(text, soft_wrap=True)


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    shown = Table(title=title)
    for number, column in enumerate(columns):
        # Fold: a narrow terminal breaks the words of a cell, but never cuts one off.
        shown.add_column(column, justify="left" if number == 0 else "right", overflow="fold")
    for row in rows:
        shown.add_row(*(str(cell) for cell in row))
    out.print(shown)


def headlines(figures: Sequence[Headline]) -> None:
    kept = {True: "達成", False: "未達", None: ""}
    rows = [(h.title, h.value, h.detail, h.target, kept[h.reached], h.against) for h in figures]
    table("評価の結果", ("項目", "値", "件数と95％信頼区間", "目標", "達成", "前回との比較"), rows)


def partial(about: About) -> None:
    """Says so where only a part of the suite was asked."""
    if about.partial:
        out.print(
            f"一部の質問（{about.cases:,}／{about.part_of:,}件）だけの評価です。推移や前回との比較の基準には使いません。"
        )


def verdict(result: GateResult, about: About) -> None:
    unjudged = "、".join(result.unjudged)
    if result.passed:
        if not unjudged:
            say("合格：すべての基準を満たしています。")
            return
        say("合格：判定できる基準は、すべて満たしています。")
        say(f"該当する質問がないため、判定していない項目：{unjudged}")
        return
    if not result.failed:
        part = f"最新の評価 {about.run_id} は、一部の質問（{about.cases:,}／{about.part_of:,}件）だけのものです"
        say(f"判定できません：{part}。madoguchi eval run で全件を評価してから、もう一度実行してください。")
        return
    say("不合格：次の基準を満たしていません。")
    for finding in result.findings:
        cases = "、".join(finding.case_ids[:_SHOWN_CASES])
        more = " ほか" if len(finding.case_ids) > _SHOWN_CASES else ""
        say(f"  ・{finding.message}" + (f"（{cases}{more}）" if cases else ""))
    if unjudged:
        why = "一部の質問だけの評価のため" if result.partial else "該当する質問がないため"
        say(f"{why}、判定していない項目：{unjudged}")


def comparison(found: Comparison) -> None:
    names = {"": "なし", "good": "良いモデル", "bad": "悪いモデル"}
    columns = ("評価", "言語モデル", "正答自己解決率", "誤案内率", "問い合わせ", "生成文", "良化", "悪化", "混入")
    rows = [
        (
            one.suite, names[one.model], _counted(one.self_resolution), _counted(one.harm), one.requests, one.drafts,
            len(one.better), len(one.worse), len(one.planted),
        )
        for one in found.suites
    ]  # fmt: skip
    table("言語モデルの有無の比較", columns, rows)
    follow_ups = [
        (names[name], _counted(f.first), _counted(f.answered), f.wrong.hits) for name, f in found.follow_ups.items()
    ]
    table("続きの質問", ("言語モデル", "正しいFAQが1位", "そのまま正しく回答", "誤答"), follow_ups)
    for one in found.suites:
        if one.worse or one.planted:
            out.print(f"{one.suite} {names[one.model]}：悪化 {'、'.join(one.worse)}　混入 {'、'.join(one.planted)}")
    out.print("悪くなったものはありません。" if found.nothing_worse else "悪くなったものがあります。")


def _counted(one: Rate) -> str:
    return f"{percent(one.value)}（{one.hits}／{one.total}）" if one.total else "－"
