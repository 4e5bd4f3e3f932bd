"""`data export`, `data import` and `data erase`: the end of a contract, and the beginning of the next."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import screen
from api.cli.options import DataDir, InFile, OutFile, settings_of, write_file

if TYPE_CHECKING:
    from knowledge.settings import Settings

app = typer.Typer(no_args_is_help=True, help="契約終了時のデータの返却・引継ぎ・消去")

Recordings = Annotated[bool, typer.Option("--recordings", help="自動音声の録音も入れる")]
Contacts = Annotated[bool, typer.Option("--contacts", help="済んでいない折り返しの氏名と電話番号も入れる（個人情報）")]
Handback = Annotated[Path | None, typer.Option("--handback", help="市に渡した引継ぎファイル。記録に SHA-256 を載せる")]
Record = Annotated[Path, typer.Option("--record", help="消去の記録を書き出すファイル（データフォルダーの外）")]
Yes = Annotated[bool, typer.Option("--yes", help="確認せずに消去する")]


@app.command("export")
def export_all(
    file: OutFile, data_dir: DataDir = None, recordings: Recordings = False, contacts: Contacts = False
) -> None:
    """すべてのデータを、開いた形式の一つの ZIP に書き出す。起動中でもできる。"""
    from api.handback.writing import Wanted, write_handback

    settings = settings_of(data_dir)
    wanted = Wanted(_recordings(settings) if recordings else None, contacts)
    made = write_handback(settings, file, wanted)
    rows = sum(member.rows for member in made.members)
    screen.say(f"{file} に書き出しました（{len(made.members)} ファイル、{rows:,} 件）。")
    if contacts:
        screen.note("氏名と電話番号が含まれています。暗号化して受け渡してください。")


@app.command("import")
def import_all(file: InFile, data_dir: DataDir = None) -> None:
    """引継ぎの ZIP を、空のデータフォルダーに取り込む。SQLite と PostgreSQL のどちらにも取り込める。"""
    from api.handback.reading import read_handback

    settings = settings_of(data_dir)
    made = read_handback(settings, file, _recordings(settings))
    rows = sum(member.rows for member in made.members)
    screen.say(f"{made.city}のデータを取り込みました（{rows:,} 件）。検索インデックスは次の起動時に作られます。")
    screen.note("利用者は取り込まれません。madoguchi user add で登録してください。")


@app.command()
def erase(record: Record, data_dir: DataDir = None, handback: Handback = None, yes: Yes = False) -> None:
    """データフォルダーとデータベースの内容をすべて消去し、消去の記録を書き出す。元には戻せない。"""
    from api.handback.erasing import erase as erase_all
    from knowledge.errors import InvalidInput

    settings = settings_of(data_dir)
    if record.resolve().is_relative_to(settings.data_dir.resolve()):
        raise InvalidInput("消去の記録は、データフォルダーの外に書き出してください。")
    if not yes:
        typer.confirm(f"{settings.data_dir} のすべてのデータを消去します。元には戻せません。よろしいですか", abort=True)
    write_file(record, b"")
    text = erase_all(settings, handback, _recordings(settings))
    write_file(record, text.encode())
    screen.say(f"消去しました。記録は {record} にあります。")


def _recordings(settings: "Settings") -> Path:
    from voicebot.configuration import phone_settings
    from voicebot.parts import recordings_dir

    return recordings_dir(phone_settings(settings), settings.data_dir)
