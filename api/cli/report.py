"""`report`: a report of any days as a file, with the same figures as the pages."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import screen
from api.cli.options import DataDir, settings_of

if TYPE_CHECKING:
    from api.routes.between import Between
    from knowledge.settings import Settings


class Form(StrEnum):
    XLSX = "xlsx"
    CSV = "csv"


def report(
    output: Annotated[Path, typer.Argument(help="書き出すファイル（.xlsx か .csv）")],
    first: Annotated[str, typer.Option("--first", help="この日から（例：2026-04-01）")],
    last: Annotated[str, typer.Option("--last", help="この日まで（1年度以内）")],
    before_first: Annotated[str, typer.Option("--before-first", help="比べる期間の始まり")] = "",
    before_last: Annotated[str, typer.Option("--before-last", help="比べる期間の終わり")] = "",
    procedures_before: Annotated[
        int, typer.Option("--procedures-before", min=0, help="比べる期間の交付・更新件数")
    ] = 0,
    procedures_now: Annotated[int, typer.Option("--procedures-now", min=0, help="この期間の交付・更新件数")] = 0,
    data_dir: DataDir = None,
) -> None:
    """任意の期間の報告書を、前後の比較とあわせて書き出す。"""
    from api.routes.between import Compared, between
    from knowledge.errors import InvalidInput

    ending = output.suffix.removeprefix(".").lower()
    if ending not in tuple(Form):
        raise InvalidInput("ファイルの名前は .xlsx か .csv で終わるようにしてください。")
    other = Compared(
        _day(before_first, "--before-first") if before_first else None,
        _day(before_last, "--before-last") if before_last else None,
        procedures_before,
        procedures_now,
    )
    wanted = between(_day(first, "--first"), _day(last, "--last"), other)
    output.write_bytes(_made(settings_of(data_dir), wanted, Form(ending)))
    screen.say(f"{first} から {last} までの報告書を {output} に書き出しました。")


def _made(settings: "Settings", wanted: "Between", form: Form) -> bytes:
    """Through the running service, else straight from the data folder: the same bytes."""
    from api.cli.remote import running_server
    from api.voice.phone import desk_parts
    from desk.reports.service import report_file
    from desk.service import open_desk
    from knowledge.bootstrap import opened

    with running_server(settings.data_dir) as server:
        if server is not None:
            query = wanted.query() | {"form": form.value}
            return server.call("GET", "/v1/reports/period/file", params=query).content
    with opened(settings) as services:
        reports = open_desk(desk_parts(services)).reports
        return report_file(reports.make_between(wanted.period, wanted.before, wanted.procedures), form.value)


def _day(text: str, option: str) -> date:
    from knowledge.errors import InvalidInput

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"{option} は 2026-04-01 のように指定してください。") from None
