"""`models list|import|pull`."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli import screen
from api.cli.options import AsJson, DataDir, settings_of

app = typer.Typer(no_args_is_help=True, help="任意のモデル（なくても動く）")

Name = Annotated[str, typer.Argument(metavar="NAME", help="モデルの名前")]
Source = Annotated[Path, typer.Argument(metavar="PATH", help="モデルのフォルダー")]


@app.command("list")
def list_models(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """使えるモデルと、入っているかどうかを表示する。"""
    from api.models import catalogue, is_there
    from knowledge.data_folder import DataFolder

    folder = DataFolder(settings_of(data_dir).data_dir)
    rows = [(model, is_there(folder, model)) for model in catalogue()]
    if as_json:
        screen.say_json(
            [
                {"name": model.name, "purpose": model.purpose, "licence": model.licence, "size_mb": model.size_mb,
                 "installed": there}
                for model, there in rows
            ]
        )  # fmt: skip
        return
    for model, there in rows:
        mark = "入っています" if there else "入っていません"
        screen.say(f"{model.name}　{mark}　{model.purpose}　約{model.size_mb:,}MB　{model.licence}")


@app.command("import")
def import_model(name: Name, source: Source, data_dir: DataDir = None) -> None:
    """フォルダーにあるモデルを取り込む（ネットワークを使わない）。"""
    from api.models import bring_in, known
    from knowledge.data_folder import prepare

    model = known(name)
    place = bring_in(prepare(settings_of(data_dir).data_dir), model, source)
    screen.say(f"{name} を {place} に取り込みました。")


@app.command("pull")
def pull_model(name: Name, data_dir: DataDir = None) -> None:
    """インターネットからモデルを取得する。これを実行したときだけ、外部と通信する。"""
    from api.models import known, pull
    from knowledge.data_folder import prepare

    model = known(name)
    screen.note(f"{model.repository} から約 {model.size_mb:,}MB を取得します。")
    place = pull(prepare(settings_of(data_dir).data_dir), model)
    screen.say(f"{name} を {place} に取り込みました。")
