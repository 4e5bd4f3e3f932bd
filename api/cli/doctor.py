"""`doctor`: what is fine, what is missing, what is broken."""

import typer

from api.cli import screen
from api.cli.options import AsJson, DataDir, settings_of

_MARKS = {"ok": "○", "note": "－", "broken": "×"}


def doctor(data_dir: DataDir = None, as_json: AsJson = False) -> None:
    """インストールの状態を調べる。問題があれば終了コード 1。"""
    from dataclasses import asdict

    from api.checkup import check_up

    found = check_up(settings_of(data_dir))
    if as_json:
        screen.say_json([asdict(one) for one in found])
    else:
        for one in found:
            screen.say(f"{_MARKS[one.state]} {one.name}：{one.message}")
    if any(one.state == "broken" for one in found):
        raise typer.Exit(1)
