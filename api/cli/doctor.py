"""`doctor`: what is fine, what is missing, what is broken."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import screen
from api.cli.options import AsJson, DataDir, settings_of

if TYPE_CHECKING:
    from knowledge.settings import Settings

_MARKS = {"ok": "○", "note": "－", "broken": "×"}


Bundle = Annotated[Path | None, typer.Option("--bundle", help="問い合わせに添える診断のファイル（ZIP）も作る")]


def doctor(data_dir: DataDir = None, as_json: AsJson = False, bundle: Bundle = None) -> None:
    """インストールの状態を調べる。問題があれば終了コード 1。"""
    from dataclasses import asdict

    from api.checkup import check_up

    settings = settings_of(data_dir)
    found = check_up(settings)
    if bundle is not None:
        _pack(settings, bundle)
    if as_json:
        screen.say_json([asdict(one) for one in found])
    else:
        for one in found:
            screen.say(f"{_MARKS[one.state]} {one.name}：{one.message}")
    if any(one.state == "broken" for one in found):
        raise typer.Exit(1)


def _pack(settings: "Settings", target: Path) -> None:
    from api.diagnostics import write_diagnostics

    names = write_diagnostics(settings, target)
    screen.note(f"診断のファイルを {target} に作りました（{'、'.join(names)}）。")
    screen.note("鍵やパスワードは伏せてあります。市民の言葉やFAQの文章は入っていません。")
