"""Files from outside: known types, bounded sizes, and packages that do not unpack to gigabytes."""

import io
import zipfile
from pathlib import Path

from knowledge.errors import NotReadable

DOCUMENTS = frozenset({".docx", ".pdf", ".html", ".htm", ".md", ".txt"})
TABLES = frozenset({".csv", ".xlsx"})
SUMMARIES = frozenset({".jsonl"})
KNOWN = DOCUMENTS | TABLES | SUMMARIES
MAX_FILE_BYTES = 50 * 1024 * 1024
_MAX_UNPACKED_BYTES = 200 * 1024 * 1024
_MAX_PARTS = 2_000
_MAX_RATIO = 200
_PACKAGES = frozenset({".docx", ".xlsx"})


def read_bounded(path: Path) -> bytes:
    """The bytes of a file that may be parsed. Raises NotReadable."""
    suffix = path.suffix.lower()
    if suffix not in KNOWN:
        raise NotReadable(
            f"{suffix or '拡張子のない'}ファイルは取り込めません。使えるのは {'・'.join(sorted(KNOWN))} です。"
        )
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise NotReadable(f"ファイルが大きすぎます（{MAX_FILE_BYTES // 2**20}MBまで）。分けて取り込んでください。")
        data = path.read_bytes()
    except OSError as exc:
        raise NotReadable("ファイルを開けません。場所と権限を確認してください。") from exc
    if suffix in _PACKAGES:
        check_package(data)
    return data


def check_package(data: bytes) -> None:
    """Office files are zip packages: refuse what unpacks to far more than it weighs, and entity declarations."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = package.infolist()
            unpacked = sum(part.file_size for part in parts)
            too_big = unpacked > _MAX_UNPACKED_BYTES or unpacked > max(len(data), 2**20) * _MAX_RATIO
            if len(parts) > _MAX_PARTS or too_big:
                raise NotReadable("ファイルの中身が大きすぎます。画像などを減らして保存し直してください。")
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as stream:
                        start = stream.read(4096).upper()
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                        raise NotReadable("ファイルに使えない定義（DOCTYPE）があります。保存し直してください。")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as exc:
        raise NotReadable("ファイルが壊れているか、パスワードが設定されています。") from exc
