"""`backup` and `restore`."""

from typing import Annotated

import typer

from api.cli import screen
from api.cli.options import DataDir, InFile, OutFile, settings_of

Replace = Annotated[bool, typer.Option("--replace", help="いまのデータを脇によけて置き換える")]


def backup(file: OutFile, data_dir: DataDir = None) -> None:
    """データと設定の控えを一つのファイルに取る。起動中でも取れる。"""
    from api.backup import write_backup

    names = write_backup(settings_of(data_dir), file)
    screen.say(f"控えを {file} に取りました（{'、'.join(names)}）。")
    screen.note("控えには応対の記録や設定が含まれます。安全な場所に保管してください。")
    screen.note("鍵ファイル secret.key は、安全のため控えに入れていません。別の場所に一度だけ写しておいてください。")


def restore(file: InFile, data_dir: DataDir = None, replace: Replace = False) -> None:
    """控えから戻す。検索インデックスは次の起動時に作り直される。"""
    from api.backup import read_backup

    kept = read_backup(settings_of(data_dir), file, replace)
    screen.say(f"{file} から戻しました。")
    if kept is not None:
        screen.say(f"置き換える前のデータは {kept} にあります。")
