"""`madoguchi eval run`, `report` and `gate`: ask, show, decide."""

from pathlib import Path
from typing import Annotated

import typer

from eval.commands.options import (
    FAILED,
    UNDECIDED,
    AsJson,
    DataDir,
    LimitsFile,
    Splits,
    SuiteOption,
    chosen_limits,
    chosen_suite,
    say_json,
    settings_of,
)


def run(
    suite: SuiteOption = "",
    split: Splits = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="先頭から何件か（0は全件）")] = 0,
    noise: Annotated[bool, typer.Option("--noise", help="音声認識の誤りを加えた評価も行う")] = False,
    keep: Annotated[bool, typer.Option("--keep", help="数字を eval/results にコミットごとに残す（開発用）")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """評価ケースをすべて実際に質問し、結果を記録して報告書を作る。中断しても続きから再開する。"""
    from eval import results, screen
    from eval.changes import changes
    from eval.gate import load_limits
    from eval.report import headlines
    from eval.runs import Run, RunFolder
    from eval.service import run_noise, run_suite, write_report
    from eval.summary import to_json
    from knowledge.bootstrap import opened

    cases = chosen_suite(suite, split, limit, data_dir)
    with opened(settings_of(data_dir)) as services:
        with screen.many_progress() as bar:

            def noisy(asked: Run) -> None:
                run_noise(services, cases, asked.about, bar("音声認識の誤り"))

            made = run_suite(services, cases, bar("評価"), noisy if noise else None)
        before = RunFolder(services.folder.root).latest(cases.name, made.about.run_id)
        written = write_report(services, made, before, suite=cases)
    if keep:
        results.keep(made)
    if as_json:
        say_json({"run_id": made.about.run_id, "report": str(written.html), "summary": to_json(made.summary)})
        return
    found = changes(before.rows, made.rows) if before else None
    screen.headlines(headlines(made.summary, load_limits(), found))
    screen.partial(made.about)
    screen.out.print(f"報告書：{written.html}", soft_wrap=True)


def report(
    run_id: Annotated[str, typer.Argument(help="評価番号（省略で最新）")] = "",
    since: Annotated[str, typer.Option("--since", help="比べる評価番号", show_default="一つ前")] = "",
    suite: SuiteOption = "",
    out: Annotated[Path | None, typer.Option("--out", help="書き出す HTML ファイル")] = None,
    data_dir: DataDir = None,
) -> None:
    """記録した評価の報告書（HTML と CSV）を作り直す。"""
    from eval import screen
    from eval.runs import RunFolder
    from eval.service import write_report
    from knowledge.bootstrap import opened
    from knowledge.errors import NotFound

    with opened(settings_of(data_dir)) as services:
        folder = RunFolder(services.folder.root)
        name = Path(suite or services.settings.city).stem
        made = folder.load(run_id) if run_id else folder.latest(name, partial=True)
        if made is None:
            raise NotFound("評価の記録がありません。先に madoguchi eval run を実行してください。")
        before = folder.load(since) if since else folder.latest(made.about.suite, made.about.run_id)
        written = write_report(services, made, before, out=out)
    screen.out.print(f"報告書：{written.html}", soft_wrap=True)
    screen.out.print(f"一覧：{written.csv}", soft_wrap=True)


def gate(
    suite: SuiteOption = "",
    limits: LimitsFile = None,
    accept: Annotated[bool, typer.Option("--accept", help="最新の評価を、次から比べる基準にする")] = False,
    data_dir: DataDir = None,
) -> None:
    """最新の評価が基準を満たすか調べる。満たさなければ終了コード1、一部の質問だけの評価で判定できなければ終了コード2。"""
    from eval import screen, service
    from eval.runs import RunFolder
    from knowledge.bootstrap import opened
    from knowledge.errors import NotFound

    cases = chosen_suite(suite, None, 0, data_dir)
    chosen = chosen_limits(limits)
    with opened(settings_of(data_dir)) as services:
        folder = RunFolder(services.folder.root)
        made = folder.latest(cases.name, partial=True)
        if made is None:
            raise NotFound("評価の記録がありません。先に madoguchi eval run を実行してください。")
        if accept:
            folder.accept(made.about.run_id)
            screen.out.print(f"評価 {made.about.run_id} を基準にしました。")
            return
        result = service.gate(services, made, cases, chosen)
    screen.verdict(result, made.about)
    if not result.passed:
        raise typer.Exit(FAILED if result.failed else UNDECIDED)


def compare_llm(
    limit: Annotated[int, typer.Option("--limit", min=0, help="評価ケースごとに先頭から何件か（0は全件）")] = 0,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """台本どおりに話す言語モデル（良いもの・悪いもの）を付けて、付属の評価がどれも悪くならないか調べる。悪くなれば終了コード1。"""
    from dataclasses import asdict

    from eval import screen
    from eval.compare_llm import compare_llm as compare

    with screen.many_progress() as tell:
        found = compare(settings_of(data_dir), limit, tell)
    if as_json:
        follow_ups = {name: asdict(figures) for name, figures in found.follow_ups.items()}
        suites = [asdict(one) for one in found.suites]
        say_json({"suites": suites, "follow_ups": follow_ups, "nothing_worse": found.nothing_worse})
    else:
        screen.comparison(found)
    if not found.nothing_worse:
        raise typer.Exit(FAILED)
