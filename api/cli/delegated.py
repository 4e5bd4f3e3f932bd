"""`eval`, `voice` and `adapt`: commands of other packages, found when they are called."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import typer

PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True}


def evaluate(context: typer.Context) -> None:
    """回答の質を測る（run、report など）。"""
    _pass_on("eval.cli", "madoguchi eval", context.args)


def voice(context: typer.Context) -> None:
    """音声応答（voice call --wav FILE など）。"""
    _pass_on("voicebot.cli", "madoguchi voice", context.args)


def adapt(context: typer.Context) -> None:
    """この市の質問に合わせて検索を学習し直し、良くなった場合だけ採用する。"""
    _pass_on("eval.cli", "madoguchi", ["adapt", *context.args])


def _pass_on(module: str, name: str, arguments: list[str]) -> None:
    from knowledge.errors import Unavailable

    if find_spec(module) is None:
        raise Unavailable(f"{name} はこのインストールに含まれていません。")
    loaded: Any = import_module(module)
    command = typer.main.get_command(loaded.app)
    code = command.main(arguments or ["--help"], name, standalone_mode=False)
    if isinstance(code, int) and code:
        raise typer.Exit(code)
