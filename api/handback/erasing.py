"""Erases an installation at the end of a contract, checks that nothing is left, and says in writing what was done."""

import os
from collections.abc import Iterator
from contextlib import closing
from hashlib import file_digest
from pathlib import Path

from sqlalchemy import inspect

from api.handback.words import certificate
from knowledge.clock import SystemClock
from knowledge.data_folder import DataFolder, owning
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.profile.load import load_profile
from knowledge.settings import Settings
from knowledge.store.database import SQLITE_FILE, Database
from knowledge.store.engine import open_engine
from knowledge.store.schema import complete_metadata

_BLOCK_BYTES = 1 << 20
_VERSIONS = "alembic_version"


def erase(settings: Settings, handback: Path | None, recordings: Path) -> str:
    """Overwrite and delete the data folder and the tables; returns the record of it for the city.

    Raises DataFolderInUse while the server runs, NotFound where there is nothing, Conflict when something stays.
    """
    folder, clock = DataFolder(settings.data_dir), SystemClock()
    proof = _proof(handback, folder.root)
    if not folder.root.is_dir() or not (settings.store.url or (folder.root / SQLITE_FILE).is_file()):
        raise NotFound(f"{folder.root} にデータがありません。--data-dir を確認してください。")
    city = load_profile(settings.city).city
    with owning(folder):
        erased = _drop_tables(settings) if settings.store.url else []
        erased += list(_erase_files(folder.root, keep=folder.lock_file))
        if not recordings.is_relative_to(folder.root):
            erased += list(_erase_files(recordings))
    folder.lock_file.unlink(missing_ok=True)
    left = [path for path in (folder.root, recordings) if path.is_dir() and any(path.iterdir())]
    if left:
        raise Conflict(f"{left[0]} に消せないファイルが残っています。権限を確認して、もう一度実行してください。")
    return certificate(city, clock.now(), erased, proof, _beside(settings))


def _proof(handback: Path | None, root: Path) -> str:
    """Which file the city got first; one inside the folder would be erased with it."""
    if handback is None:
        return "（作成の確認をしていません）"
    if handback.resolve().is_relative_to(root.resolve()):
        raise InvalidInput("引継ぎファイルがデータフォルダーの中にあります。外に移してから実行してください。")
    try:
        with handback.open("rb") as content:
            digest = file_digest(content, "sha256").hexdigest()
    except OSError as exc:
        raise InvalidInput(f"引継ぎファイル {handback} を読めません。場所と名前を確認してください。") from exc
    return f"{handback.name}（SHA-256 {digest}）"


def _drop_tables(settings: Settings) -> list[tuple[str, str]]:
    """Every table of ours that is there, whichever version of the program made it."""
    ours = complete_metadata()
    with closing(Database(open_engine(settings.store.url, settings.store.busy_timeout_secs))) as db:
        with db.begin() as conn:
            names = set(inspect(conn).get_table_names()) & ours.tables.keys()
            ours.drop_all(conn)
            conn.exec_driver_sql(f"DROP TABLE IF EXISTS {_VERSIONS}")
        with db.read() as conn:
            if stays := set(inspect(conn).get_table_names()) & names:
                raise Conflict(f"データベースの表 {sorted(stays)[0]} を消せませんでした。権限を確認してください。")
    return [(f"データベースの表 {name}", "削除") for name in sorted(names)]


def _erase_files(root: Path, keep: Path | None = None) -> Iterator[tuple[str, str]]:
    """Overwrite, then delete; one line a file, folders with many files in one."""
    for place in sorted(root.iterdir()) if root.is_dir() else ():
        if place == keep:
            continue
        inside = [place] if not place.is_dir() or place.is_symlink() else sorted(place.rglob("*"), reverse=True)
        count, size = sum(path.is_file() for path in inside), sum(_overwrite(path) for path in inside)
        for path in inside:
            path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()
        if place.is_dir() and not place.is_symlink():
            place.rmdir()
        files = f"{count:,} 個、" if place not in inside else ""
        yield place.name, f"{files}{size:,} バイト"


def _overwrite(path: Path) -> int:
    """Zeros over the whole content, on disk before it returns. A link is only a name: what it points to is not ours."""
    if path.is_symlink() or not path.is_file():
        return 0
    size = path.stat().st_size
    with path.open("r+b") as content:
        for start in range(0, size, _BLOCK_BYTES):
            content.write(bytes(min(_BLOCK_BYTES, size - start)))
        content.flush()
        os.fsync(content.fileno())
    return size


def _beside(settings: Settings) -> list[str]:
    """What stands in the settings and lies elsewhere."""
    places = [
        ("自動で取った控えのフォルダー", settings.backup.dir),
        ("非常時用のFAQのフォルダー", settings.faq.offline_dir),
    ]
    found = [f"{name} {place}" for name, place in places if place is not None]
    if settings.index.kind == "server":
        found.append(f"Qdrant のコレクション {settings.index.collection}")
    return found
