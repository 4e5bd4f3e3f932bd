"""Writes the hand-back file: one zip with every table as JSON Lines, the FAQ and synonyms as CSV, and what else is
the city's."""

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import orjson

from api.handback import layout
from api.handback.layout import Manifest, Member
from api.handback.words import readme
from desk.callbacks.vault import CONTACTS_FILE, ContactVault
from knowledge.bootstrap import faq_service
from knowledge.clock import JST, SystemClock
from knowledge.data_folder import prepare
from knowledge.errors import InvalidInput
from knowledge.faq.service import FaqService
from knowledge.faq.synonym_service import SynonymService
from knowledge.profile.load import load_profile
from knowledge.settings import Settings
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database, open_database
from knowledge.store.migrate import newest_revisions
from knowledge.store.portable import dump, portable_tables

WHO = "cli"
_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What goes along besides the tables. Contacts are names and numbers in clear, for call-backs still owed."""

    recordings: Path | None = None
    contacts: bool = False


def write_handback(settings: Settings, target: Path, wanted: Wanted) -> Manifest:
    """Write the file, readable by its owner only; works while the server runs, and is in the audit log.

    Raises InvalidInput when the place cannot be written; nothing half-written is left there.
    """
    clock, profile = SystemClock(), load_profile(settings.city)
    with closing(open_database(prepare(settings.data_dir).root, settings.store)) as db:
        with db.begin() as conn:
            AuditLog(clock).append(conn, WHO, "data.export", "all", {"contacts": int(wanted.contacts)})
        with _archive(target, clock.now()) as pages:
            _write_tables(db, pages)
            _write_lists(db, faq_service(settings, db, clock, profile), pages)
            _write_own_files(settings, pages, wanted)
            made = Manifest(clock.now(), profile.city, tuple(sorted(newest_revisions())), tuple(pages.members))
            pages.add(layout.README, [readme(made).encode()])
            pages.add(layout.MANIFEST, [orjson.dumps(made.as_json(), option=orjson.OPT_INDENT_2)])
    return made


@dataclass(slots=True)
class _Pages:
    """The zip being written; every member is hashed on its way in."""

    archive: zipfile.ZipFile
    made_at: datetime
    members: list[Member] = field(default_factory=list)

    def add(self, name: str, blocks: Iterable[bytes], counts_rows: bool = False) -> None:
        digest, size, rows = sha256(), 0, 0
        page = zipfile.ZipInfo(name, self.made_at.astimezone(JST).timetuple()[:6])
        page.compress_type = zipfile.ZIP_DEFLATED
        with self.archive.open(page, "w", force_zip64=True) as out:
            for block in blocks:
                out.write(block)
                digest.update(block)
                size, rows = size + len(block), rows + int(counts_rows)
        self.members.append(Member(name, digest.hexdigest(), size, rows))


@contextmanager
def _archive(target: Path, made_at: datetime) -> Iterator[_Pages]:
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.touch(mode=0o600)
        with zipfile.ZipFile(partial, "w") as archive:
            yield _Pages(archive, made_at)
        partial.replace(target)
    except OSError as exc:
        raise InvalidInput(f"{target} に書き込めません。場所と空き容量を確認してください。") from exc
    finally:
        partial.unlink(missing_ok=True)


def _write_tables(db: Database, pages: _Pages) -> None:
    with db.read() as conn:
        for table in portable_tables():
            lines = (orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in dump(conn, table))
            pages.add(layout.table_file(table.name), lines, counts_rows=True)


def _write_lists(db: Database, faqs: FaqService, pages: _Pages) -> None:
    """The FAQ and synonyms once more, in the files that people and other products read."""
    pages.add("faq.csv", [faqs.export(WHO).data])
    pages.add("synonyms.csv", [SynonymService(db, faqs).export_csv(WHO)])


def _write_own_files(settings: Settings, pages: _Pages, wanted: Wanted) -> None:
    root = settings.data_dir
    for name in layout.OWN_FILES:
        if (root / name).is_file():
            pages.add(f"files/{name}", _blocks(root / name))
    for recording in sorted(wanted.recordings.glob("*.wav")) if wanted.recordings else ():
        pages.add(layout.recording_file(recording.name), _blocks(recording))
    if wanted.contacts:
        pages.add(layout.CONTACTS, _contacts(ContactVault(root / CONTACTS_FILE)), counts_rows=True)


def _contacts(vault: ContactVault) -> Iterator[bytes]:
    for ticket_id in vault.tickets():
        contact = vault.get(ticket_id)
        if contact is not None:
            row = {"ticket_id": ticket_id, "name": contact.name, "phone": contact.phone}
            yield orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as content:
        while block := content.read(_BLOCK_BYTES):
            yield block
