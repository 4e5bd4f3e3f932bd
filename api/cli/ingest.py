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
_STATUS = {
    "new": "取り込みました",
    "changed": "新しい版を読み取りました",
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
        files = _through(server, paths) if server is not None else None
    _show(_here(paths, data_dir) if files is None else files)


def _through(server: "RunningServer", paths: list[Path]) -> "list[FileReport]":
    """One file a request: a folder of documents may be larger than one request may be."""
    from ingestion.model import FileReport, PassageDiff
    from ingestion.service import files_of

    found = []
    for path in files_of(paths):
        fields = {"folder": path.resolve().parent.name}
        reply = server.call("POST", "/v1/documents", files={"file": (path.name, read_file(path))}, data=fields).json()
        for one in reply["files"]:
            changed = tuple(PassageDiff(diff["faq_id"], tuple(diff["lines"])) for diff in one["changed"])
            found.append(FileReport(**{**one, "changed": changed}))
    return found


def _here(paths: list[Path], data_dir: DataDir) -> "list[FileReport]":
    from api.cli.files import WHO
    from ingestion.service import ingest as ingest_paths
    from knowledge.bootstrap import opened

    with opened(settings_of(data_dir)) as services, screen.progress() as tell:
        report = ingest_paths(paths, services, WHO, lambda done, total, name: tell(name or "取込み", done, total))
    return list(report.files)


def _show(files: "list[FileReport]") -> None:
    from knowledge.errors import InvalidInput

    for one in files:
        screen.say(_line(one))
    if any(one.changed or one.gone for one in files):
        screen.say(
            "内容が違うFAQがあります。職員用画面の「資料の取込み」で違いを見て、取り入れるかどうかを選んでください。"
        )
    refused = [one for one in files if one.status == "refused"]
    if refused:
        raise InvalidInput(f"{len(refused)} 件のファイルを取り込めませんでした。上の理由を確認してください。")


def _line(report: "FileReport") -> str:
    drafts = len(report.created) + report.imported
    counts = {"下書き": drafts, "内容が違うFAQ": len(report.changed), "資料にない質問": len(report.gone)}
    counts |= {"要約": report.linked, "よく似た質問": len(report.similar)}
    found = "、".join(f"{name} {count} 件" for name, count in counts.items() if count)
    reasons = "".join(f"\n  {problem}" for problem in report.problems)
    lines = "".join(f"\n  {diff.faq_id}　{line}" for diff in report.changed for line in diff.lines)
    return f"{report.name}：{_STATUS[report.status]}{f'（{found}）' if found else ''}。{reasons}{lines}"
