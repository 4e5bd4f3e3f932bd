"""Options that many commands share, and the settings they make."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from knowledge.settings import Settings

DataDir = Annotated[
    Path | None,
    typer.Option("--data-dir", envvar="MADOGUCHI_DATA_DIR", help="データフォルダー", show_default="data"),
]
AsJson = Annotated[bool, typer.Option("--json", help="結果を JSON で出力する")]
Host = Annotated[str | None, typer.Option("--host", help="待ち受けるアドレス", show_default="127.0.0.1")]
Port = Annotated[int | None, typer.Option("--port", help="待ち受けるポート番号", min=0, max=65535, show_default="8000")]
InFile = Annotated[Path, typer.Argument(metavar="FILE", help="読み込むファイル")]
OutFile = Annotated[Path, typer.Argument(metavar="FILE", help="書き出すファイル（- は標準出力）")]


def settings_of(data_dir: Path | None, **sections: Any) -> "Settings":
    """Settings with what was given on the command line on top. Raises ConfigurationError."""
    from knowledge.settings import load_settings

    given = {name: value for name, value in sections.items() if value}
    if data_dir is not None:
        given["data_dir"] = data_dir
    return load_settings(**given)


def server_options(host: str | None, port: int | None) -> dict[str, Any]:
    return {name: value for name, value in (("host", host), ("port", port)) if value is not None}


def read_file(path: Path) -> bytes:
    """Raises NotReadable in words."""
    from knowledge.errors import NotReadable

    try:
        return path.read_bytes()
    except IsADirectoryError as exc:
        raise NotReadable(f"{path} はフォルダーです。ファイルを指定してください。") from exc
    except FileNotFoundError as exc:
        raise NotReadable(f"ファイル {path} がありません。場所と名前を確認してください。") from exc
    except OSError as exc:
        raise NotReadable(f"ファイル {path} を読めません。権限を確認してください。") from exc


def write_file(path: Path, data: bytes) -> None:
    """`-` is standard output. Raises InvalidInput in words."""
    import sys

    from knowledge.errors import InvalidInput

    if str(path) == "-":
        sys.stdout.buffer.write(data)
        return
    try:
        path.write_bytes(data)
    except OSError as exc:
        raise InvalidInput(f"ファイル {path} に書き込めません。場所と権限を確認してください。") from exc
