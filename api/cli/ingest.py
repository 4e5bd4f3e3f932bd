"""`ingest PATH…`: documents become drafts."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli import screen
from api.cli.options import DataDir, read_file, settings_of

Paths = Annotated[list[Path], typer.Argument(metavar="PATH...", help="取り込む文書（CSV、Excel）")]
_TABLES = (".csv", ".xlsx")


def ingest(paths: Paths, data_dir: DataDir = None) -> None:
    """文書を FAQ の下書きとして取り込む。"""
    from api.cli.files import WHO
    from api.cli.remote import running_server
    from knowledge.bootstrap import opened
    from knowledge.errors import InvalidInput

    for path in paths:
        if path.suffix.lower() not in _TABLES:
            raise InvalidInput(f"{path.name} は取り込めません。{'、'.join(_TABLES)} のファイルを指定してください。")
    settings = settings_of(data_dir)
    contents = {path: read_file(path) for path in paths}
    with running_server(settings.data_dir) as server, screen.progress() as tell:
        for path, data in contents.items():
            if server is not None:
                total = server.call("POST", "/v1/faqs/import", files={"file": (path.name, data)}).json()["total"]
            else:
                with opened(settings) as services:
                    total = services.faqs.import_file(data, False, WHO, tell).total
            screen.say(f"{path.name}：{total} 件を下書きとして取り込みました。")
