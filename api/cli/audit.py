"""`audit verify`: has anybody touched the audit log?"""

import typer

from api.cli import screen
from api.cli.options import DataDir, settings_of

app = typer.Typer(no_args_is_help=True, help="監査ログ")


@app.callback()
def _group() -> None:
    """Keeps `verify` a word of its own."""


@app.command()
def verify(data_dir: DataDir = None) -> None:
    """監査ログが改ざんされていないことを確かめる。"""
    from knowledge.data_folder import prepare
    from knowledge.store.audit import verify as first_broken_row
    from knowledge.store.database import open_database

    settings = settings_of(data_dir)
    # Reading needs no ownership: this also works while the server runs.
    db = open_database(prepare(settings.data_dir).root, settings.store)
    try:
        with db.read() as conn:
            broken = first_broken_row(conn)
    finally:
        db.close()
    if broken is not None:
        screen.fail(f"監査ログの {broken} 行目が、書かれたときと違うか、欠けています。")
        raise typer.Exit(1)
    screen.say("監査ログに改ざんや欠落はありません。")
