"""Runs the command line: every error becomes one clear line, never a traceback."""

import os
import sys
import traceback
from collections.abc import Sequence

import typer
from typer.exceptions import Abort, TyperException

from api.cli import screen
from api.cli.app import app
from knowledge.errors import MadoguchiError

_DEBUG = "MADOGUCHI_DEBUG"
FAILED = 2
UNEXPECTED = 70


def run(arguments: Sequence[str] | None = None) -> int:
    """The exit code of the command."""
    command = typer.main.get_command(app)
    try:
        code = command.main(list(sys.argv[1:] if arguments is None else arguments), "madoguchi", standalone_mode=False)
    except TyperException as error:
        _show_usage(error.format_message())
        return FAILED
    except (Abort, KeyboardInterrupt):
        screen.fail("中断しました。")
        return 130
    except MadoguchiError as error:
        screen.fail_with(error)
        return FAILED
    except BrokenPipeError:
        # `madoguchi … | head`: nobody listens any more, and that is all right.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        return _unexpected(error)
    return code if isinstance(code, int) else 0


def _show_usage(message: str) -> None:
    """A group without a command is asked what it can do; anything else is a mistake."""
    if message.startswith("Usage:"):
        screen.note(message)
    else:
        screen.fail("使い方が違います。--help で使い方を確認できます。", message)


def _unexpected(error: Exception) -> int:
    """The text of an unforeseen error may quote anything, so only its kind is shown unless asked for."""
    if os.environ.get(_DEBUG):
        traceback.print_exception(error)
    kind = type(error).__name__
    screen.fail(f"予期しない問題（{kind}）が起きました。環境変数 {_DEBUG}=1 を付けると、調べるための情報を表示します。")
    return UNEXPECTED
