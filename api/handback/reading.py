"""Takes a hand-back file over into an empty installation, of the same version and of either database."""

import zipfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from hashlib import file_digest
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Table, select

from api.handback import layout
from api.handback.layout import Manifest, read_manifest
from api.handback.writing import WHO
from desk.callbacks.service import KEEP
from desk.callbacks.vault import CONTACTS_FILE, Contact, ContactVault
from knowledge.clock import SystemClock
from knowledge.data_folder import owning, prepare
from knowledge.errors import Conflict, NotReadable
from knowledge.settings import Settings
from knowledge.store.audit import AuditLog
from knowledge.store.database import open_database
from knowledge.store.migrate import newest_revisions
from knowledge.store.portable import ONLY_TO_READ, clear, is_empty, load, portable_tables
from knowledge.store.schema import complete_metadata


def read_handback(settings: Settings, source: Path, recordings: Path) -> Manifest:
    """Check the whole file, then take it over in one transaction: all of it, or nothing.

    Raises NotReadable for a damaged or foreign file, Conflict where there is data already, DataFolderInUse.
    """
    folder = prepare(settings.data_dir)
    with owning(folder), _opened(source) as archive:
        manifest = _checked(archive)
        with closing(open_database(folder.root, settings.store)) as db, db.begin() as conn:
            if not is_empty(conn):
                raise Conflict(f"{folder.root} にはすでにデータがあります。空のデータフォルダーを指定してください。")
            clear(conn)
            for table in _wanted():
                _load(conn, archive, manifest, table)
            _put_files(archive, manifest, folder.root, recordings)
            _put_contacts(conn, archive, ContactVault(folder.root / CONTACTS_FILE))
            AuditLog(SystemClock()).append(conn, WHO, "data.import", "all", {"files": len(manifest.members)})
    return manifest


@contextmanager
def _opened(source: Path) -> Iterator[zipfile.ZipFile]:
    damaged = NotReadable(f"{source.name} は窓口の引継ぎファイルではないか、壊れています。")
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except FileNotFoundError as exc:
        raise NotReadable(f"ファイル {source} がありません。場所と名前を確認してください。") from exc
    except (zipfile.BadZipFile, EOFError, KeyError, ValueError) as exc:
        raise damaged from exc


def _checked(archive: zipfile.ZipFile) -> Manifest:
    manifest = read_manifest(orjson.loads(archive.read(layout.MANIFEST)))
    if set(manifest.schema) != newest_revisions():
        raise NotReadable(
            "書き出したときと版が違います。書き出したときと同じ版のプログラムで取り込んでから、更新してください。"
        )
    for member in manifest.members:
        if _digest(archive, member.name) != member.sha256:
            raise NotReadable(f"{member.name} の内容が、書き出したときと違います。もう一度受け取ってください。")
    return manifest


def _digest(archive: zipfile.ZipFile, name: str) -> str:
    with archive.open(name) as content:
        assert isinstance(content, zipfile.ZipExtFile)
        return file_digest(content, "sha256").hexdigest()


def _wanted() -> list[Table]:
    return [table for table in portable_tables() if table.name not in ONLY_TO_READ]


def _load(conn: Connection, archive: zipfile.ZipFile, manifest: Manifest, table: Table) -> None:
    name = layout.table_file(table.name)
    told = next((member.rows for member in manifest.members if member.name == name), None)
    with archive.open(name) as content:
        count = load(conn, table, map(orjson.loads, content))
    if count != told:
        raise NotReadable(f"{name} の件数が一覧と違います（{count} 件、一覧では {told} 件）。")


def _put_files(archive: zipfile.ZipFile, manifest: Manifest, root: Path, recordings: Path) -> None:
    """Known names into the data folder, sound by its bare file name: nothing in the file chooses a place."""
    own = {f"files/{name}": root / name for name in layout.OWN_FILES}
    for member in manifest.members:
        place = own.get(member.name)
        if place is None and member.name.startswith("recordings/") and member.name.endswith(".wav"):
            place = recordings / Path(member.name).name
        if place is not None:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(archive.read(member.name))


def _put_contacts(conn: Connection, archive: zipfile.ZipFile, vault: ContactVault) -> None:
    if layout.CONTACTS not in archive.namelist():
        return
    tickets = complete_metadata().tables["desk_callbacks"]
    due = {row.ticket_id: row.due_at for row in conn.execute(select(tickets.c.ticket_id, tickets.c.due_at))}
    for row in _lines(archive, layout.CONTACTS):
        vault.put(row["ticket_id"], Contact(row["name"], row["phone"]), due[row["ticket_id"]] + KEEP)


def _lines(archive: zipfile.ZipFile, name: str) -> Iterator[Any]:
    with archive.open(name) as content:
        yield from map(orjson.loads, content)
