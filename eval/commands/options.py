"""What the evaluation commands share: their options, the settings and cases these choose, and JSON on the terminal."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from eval.cases import Suite
    from eval.gate import Limits
    from knowledge.settings import Settings

DataDir = Annotated[
    Path | None, typer.Option("--data-dir", envvar="MADOGUCHI_DATA_DIR", help="データフォルダー", show_default="data")
]
SuiteOption = Annotated[
    str,
    typer.Option(
        "--suite", help="付属の評価ケースの名前、またはファイル・フォルダー", show_default="この市の評価ケース全部"
    ),
]
Splits = Annotated[
    list[str] | None, typer.Option("--split", help="calibration・dev・test のどれか（複数可、省略で全部）")
]
LimitsFile = Annotated[Path | None, typer.Option("--limits", help="合否の基準（TOML）", show_default="付属の基準")]
AsJson = Annotated[bool, typer.Option("--json", help="結果を JSON で出力する")]
FAILED = 1
UNDECIDED = 2
"""As for any command that could not do what it was asked."""


def keep_for_report(
    data_dir: Path, name: str, title: str, note: str, columns: "Sequence[str]", rows: "Sequence[Sequence[str]]"
) -> None:
    """For the next report."""
    from eval.extra import ExtraTable, save
    from knowledge.clock import SystemClock

    save(data_dir, name, ExtraTable(title, note, SystemClock().now(), tuple(columns), tuple(map(tuple, rows))))


def settings_of(data_dir: Path | None) -> "Settings":
    from knowledge.settings import load_settings

    return load_settings(**({"data_dir": data_dir} if data_dir is not None else {}))


def chosen_suite(name: str, splits: list[str] | None, limit: int, data_dir: Path | None) -> "Suite":
    from eval.suites import suite_named
    from knowledge.errors import InvalidInput

    if set(splits or ()) - {"calibration", "dev", "test"}:
        raise InvalidInput("--split には calibration・dev・test のどれかを指定してください。")
    settings = settings_of(data_dir)
    loaded = suite_named(name, settings.city, settings.data_dir)
    return loaded.only(splits or (), limit) if splits or limit else loaded


def chosen_limits(path: Path | None) -> "Limits":
    from eval.gate import DEFAULT_LIMITS, load_limits

    return load_limits(path or DEFAULT_LIMITS)


def say_json(content: Any) -> None:
    import sys

    import orjson

    sys.stdout.write(orjson.dumps(content, option=orjson.OPT_INDENT_2).decode() + "\n")
