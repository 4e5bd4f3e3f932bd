"""A consistent copy of everything that cannot be rebuilt: database, settings, the city's own examples.

What was learnt is taken along to save time after a restore; the search index is built anew.
"""

import io
import sqlite3
import tarfile
import tempfile
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path

import orjson

from knowledge.data_folder import CITY_LISTS, DataFolder, owning
from knowledge.errors import Conflict, InvalidInput, NotFound, NotReadable
from knowledge.settings import Settings
from knowledge.store.database import SQLITE_FILE

_FORMAT = 1
_MANIFEST = "manifest.json"
_DATABASE = SQLITE_FILE
_SETTINGS = "madoguchi.toml"
_OTHERS = (
    _SETTINGS,
    *CITY_LISTS,
    "index/encoder.npz",
    "index/learnt.json",
    "index/intents.npz",
    "index/intents.npz.txt",
)
_ALLOWED = frozenset({_DATABASE, *_OTHERS})
_LARGEST_BYTES = 64 * 1024**3


def write_backup(settings: Settings, target: Path) -> list[str]:
    """Write the copy, readable by its owner only, and return the names in it. Works while the server runs."""
    if settings.store.url:
        raise InvalidInput("PostgreSQL を使っています。控えは pg_dump で取ってください。")
    root = settings.data_dir
    if not (root / _DATABASE).is_file():
        raise NotFound(f"{root} にデータがありません。--data-dir を確認してください。")
    with tempfile.TemporaryDirectory(prefix="madoguchi-backup-") as made:
        snapshot = Path(made) / _DATABASE
        _snapshot(root / _DATABASE, snapshot)
        files = {_DATABASE: snapshot, **{name: root / name for name in _OTHERS if (root / name).is_file()}}
        _pack(files, target)
    return list(files)


def read_backup(settings: Settings, source: Path, replace: bool) -> Path | None:
    """Put the copy in place. What was there is kept beside it; returns where, None when nothing was there.

    Raises NotReadable for a damaged file, Conflict when there is data and `replace` is not set, DataFolderInUse.
    """
    if settings.store.url:
        raise InvalidInput("PostgreSQL を使っています。pg_restore で戻してください。")
    folder = DataFolder(settings.data_dir)
    folder.root.mkdir(parents=True, exist_ok=True)
    with owning(folder), tempfile.TemporaryDirectory(prefix=".restore-", dir=folder.root) as made:
        unpacked = _unpack(source, Path(made))
        occupied = (folder.root / _DATABASE).exists()
        if occupied and not replace:
            raise Conflict(f"{folder.root} にはすでにデータがあります。置き換えるには --replace を付けてください。")
        kept = _set_aside(folder) if occupied else None
        for name, path in unpacked.items():
            place = folder.root / name
            place.parent.mkdir(parents=True, exist_ok=True)
            path.replace(place)
        return kept


def _snapshot(source: Path, target: Path) -> None:
    """SQLite's own online copy: one consistent state, whatever is being written meanwhile."""
    with sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True) as live, sqlite3.connect(target) as copy:
        live.backup(copy)
    live.close()
    copy.close()


def _pack(files: Mapping[str, Path], target: Path) -> None:
    manifest = {
        "format": _FORMAT,
        "created_at": datetime.now(UTC).isoformat(),
        "files": {name: _digest(path) for name, path in files.items()},
    }
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.touch(mode=0o600)
        with tarfile.open(partial, "w:gz", compresslevel=6) as archive:
            content = orjson.dumps(manifest, option=orjson.OPT_INDENT_2)
            head = tarfile.TarInfo(_MANIFEST)
            head.size = len(content)
            archive.addfile(head, io.BytesIO(content))
            for name, path in files.items():
                archive.add(path, name, recursive=False)
        partial.replace(target)
    except OSError as exc:
        partial.unlink(missing_ok=True)
        raise InvalidInput(f"{target} に書き込めません。場所と空き容量を確認してください。") from exc


def _unpack(source: Path, place: Path) -> dict[str, Path]:
    """Known names only, each checked against the manifest."""
    damaged = NotReadable(f"{source.name} は窓口の控えではないか、壊れています。")
    try:
        with tarfile.open(source, "r:gz") as archive:
            manifest = orjson.loads(_member(archive, _MANIFEST).read())
            if manifest["format"] != _FORMAT:
                raise NotReadable(f"{source.name} は新しい版の窓口の控えです。プログラムを更新してください。")
            wanted: dict[str, str] = manifest["files"]
            if not set(wanted) <= _ALLOWED or _DATABASE not in wanted:
                raise damaged
            return {name: _extract(archive, name, digest, place, damaged) for name, digest in wanted.items()}
    except FileNotFoundError as exc:
        raise NotReadable(f"ファイル {source} がありません。場所と名前を確認してください。") from exc
    except (OSError, tarfile.TarError, EOFError, ValueError, KeyError, TypeError) as exc:
        raise damaged from exc


def _extract(archive: tarfile.TarFile, name: str, digest: str, place: Path, damaged: NotReadable) -> Path:
    path = place / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out, _member(archive, name) as content:
        while block := content.read(1 << 20):
            out.write(block)
    path.chmod(0o600)
    if _digest(path) != digest:
        raise damaged
    return path


def _member(archive: tarfile.TarFile, name: str) -> io.BufferedReader:
    member = archive.getmember(name)
    content = archive.extractfile(member)
    if content is None or member.size > _LARGEST_BYTES:
        raise KeyError(name)
    assert isinstance(content, io.BufferedReader)
    return content


def _set_aside(folder: DataFolder) -> Path:
    kept = folder.root / f"before-restore-{datetime.now(UTC):%Y%m%d-%H%M%S}"
    kept.mkdir()
    names = (_DATABASE, f"{_DATABASE}-wal", f"{_DATABASE}-shm", _SETTINGS, *CITY_LISTS, "index")
    for name in names:
        if (folder.root / name).exists():
            (folder.root / name).replace(kept / name)
    return kept


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return file_digest(content, "sha256").hexdigest()
