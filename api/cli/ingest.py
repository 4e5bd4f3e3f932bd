"""`ingest PATH…`: documents become drafts, call summaries become evidence."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.cli import screen
from api.cli.options import DataDir, read_file, settings_of

if TYPE_CHECKING:
    from api.cli.remote import RunningServer
    from ingestion.model import FileReport

Paths = Annotated[
    list[Path],
    typer.Argument(metavar="PATH...", help="取り込む文書（Word、PDF、HTML、Markdown、CSV、Excel、通話要約）"),
]
_TABLES = (".csv", ".xlsx")
_STATUS = {
    "new": "取り込みました",
    "changed": "変わった所を取り込みました",
    "unchanged": "変わっていません",
    "refused": "取り込めません",
}


def ingest(paths: Paths, data_dir: DataDir = None) -> None:
    """文書を FAQ の下書きとして取り込む。通話要約は、回答したFAQを見つける手がかりになる。"""
    from api.cli.remote import running_server
    from ingestion.guard import KNOWN
    from knowledge.errors import InvalidInput

    settings = settings_of(data_dir)
    for path in paths:
        if path.suffix.lower() not in KNOWN and not path.is_dir():
            raise InvalidInput(f"{path.name} は取り込めません。使えるのは {'・'.join(sorted(KNOWN))} です。")
        if not path.exists():
            read_file(path)  # says that it is not there
    with running_server(settings.data_dir) as server:
        if server is not None:
            _through(server, paths)
            return
    _here(paths, data_dir)


def _through(server: "RunningServer", paths: list[Path]) -> None:
    """A running service owns the data folder: it takes FAQ tables, documents wait until it is stopped."""
    from knowledge.errors import DataFolderInUse

    others = [path.name for path in paths if path.suffix.lower() not in _TABLES]
    if others:
        names = "、".join(others)
        raise DataFolderInUse(
            f"窓口が動いている間は {names} を取り込めません。窓口を止めてから、もう一度実行してください。"
        )
    for path in paths:
        total = server.call("POST", "/v1/faqs/import", files={"file": (path.name, read_file(path))}).json()["total"]
        screen.say(f"{path.name}：{total} 件を下書きとして取り込みました。")


def _here(paths: list[Path], data_dir: DataDir) -> None:
    from api.cli.files import WHO
    from ingestion.service import ingest as ingest_paths
    from knowledge.bootstrap import opened
    from knowledge.errors import InvalidInput

    with opened(settings_of(data_dir)) as services, screen.progress() as tell:
        report = ingest_paths(paths, services, WHO, lambda done, total, name: tell(name or "取り込み", done, total))
    for one in report.files:
        screen.say(_line(one))
    refused = [one for one in report.files if one.status == "refused"]
    if refused:
        raise InvalidInput(f"{len(refused)} 件のファイルを取り込めませんでした。上の理由を確認してください。")


def _line(report: "FileReport") -> str:
    drafts = len(report.created) + len(report.changed) + report.imported
    found = f"（下書き {drafts} 件、要約 {report.linked} 件）" if drafts or report.linked else ""
    reasons = "".join(f"\n  {problem}" for problem in report.problems)
    return f"{report.name}：{_STATUS[report.status]}{found}。{reasons}"
