"""`madoguchi eval ragas`: a recorded run in the shape of ragas, its measures without a model, and a model's judgement."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from eval.commands.options import AsJson, DataDir, SuiteOption, keep_for_report, say_json, settings_of

if TYPE_CHECKING:
    from eval.ragas_adapter import Judge
    from knowledge.settings import LlmSettings


def ragas(
    run_id: Annotated[str, typer.Argument(help="評価番号（省略で最新）")] = "",
    suite: SuiteOption = "",
    judge: Annotated[
        bool, typer.Option("--judge", help="設定した言語モデル（[llm]）に、忠実性と検索の再現を判定させる")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", min=0, help="先頭から何件か（0は全件）")] = 0,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """記録した評価を ragas の形で書き出し、言語モデルなしの指標を求める。--judge で言語モデルにも判定させる。追加の部品 [eval] が必要。"""
    from eval import screen
    from eval.ragas_adapter import judge_rows, ragas_rows, save_dataset, similarity_scores
    from eval.ragas_figures import figures
    from eval.runs import RunFolder
    from knowledge.bootstrap import opened
    from knowledge.errors import NotFound

    settings = settings_of(data_dir)
    with opened(settings) as services:
        folder = RunFolder(services.folder.root)
        made = folder.load(run_id) if run_id else folder.latest(Path(suite or settings.city).stem, partial=True)
        if made is None:
            raise NotFound("評価の記録がありません。先に madoguchi eval run を実行してください。")
        rows = ragas_rows(made.rows, {entry.key: entry for entry in services.faqs.published()})
    rows = rows[:limit] if limit else rows
    out = folder.folder(made.about.run_id) / "ragas"
    dataset = save_dataset(rows, out, made.about.suite)
    judged = judge_rows(rows, _judge(settings.llm), out, made.about.suite) if judge else []
    found = figures(similarity_scores(rows), judged)
    columns = ("項目", "値", "n", "95%区間")
    note = "ragas の指標です。文の近さは正誤を表しません（否定が逆でも高くなります）。"
    keep_for_report(settings.data_dir, "ragas", "ragas による測定", note, columns, found)
    if as_json:
        say_json({"dataset": str(dataset), "figures": [dict(zip(columns, row, strict=True)) for row in found]})
        return
    screen.table("ragas による測定", columns, found)
    screen.out.print(f"書き出し：{dataset}", soft_wrap=True)


def _judge(settings: "LlmSettings") -> "Judge":
    from eval.ragas_adapter import Judge
    from knowledge.errors import ConfigurationError

    if not settings.model or not settings.api_base:
        raise ConfigurationError("判定に使う言語モデルを [llm] の model と api_base に書いてください。")
    key = settings.api_key.get_secret_value() or "none"
    if settings.api_key_file is not None:
        key = settings.api_key_file.read_text(encoding="utf-8").strip()
    return Judge(settings.model, settings.api_base, key, settings.timeout_secs, settings.allowed_endpoints)
