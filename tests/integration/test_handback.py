"""The end of a contract: everything goes into one file, another installation takes it over whole, and erasing leaves nothing."""

import zipfile
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import insert

from api.handback import layout
from api.handback.erasing import erase
from api.handback.reading import read_handback
from api.handback.writing import Wanted, write_handback
from desk.callbacks.vault import CONTACTS_FILE, Contact, ContactVault
from knowledge.bootstrap import build
from knowledge.clock import FixedClock
from knowledge.data_folder import DataFolder, owning
from knowledge.domain import Question
from knowledge.errors import Conflict, DataFolderInUse, InvalidInput, MadoguchiError, NotFound, NotReadable
from knowledge.faq.csv_rows import rows_of
from knowledge.privacy.redacted import approved
from knowledge.settings import Settings
from knowledge.store import audit
from knowledge.store.database import open_database
from knowledge.store.desk_tables import desk_events
from knowledge.store.portable import WITHHELD_TABLES, dump, portable_tables
from tests.fakes import small_city
from tests.fakes.databases import PostgresServer
from tests.fakes.desk_house import NOW, content, open_house

HIDDEN = "とても秘密の折り返し先"
PHONE = "03-0000-0000"
OWN_TAGS = '[tags."更新"]\nwords = ["更新"]\n'


def settings(folder: Path, url: str = "") -> Settings:
    return Settings.model_validate(
        {"data_dir": folder, "store": {"url": url}, "search": {"training": {"background": False}}}
    )


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which FAQ were published, a call was answered, and somebody is owed a call-back."""
    folder = tmp_path_factory.mktemp("city") / "data"
    services = build(settings(folder), FixedClock(NOW))
    try:
        services.faqs.import_rows(rows_of(small_city.entries()[:4]), True, "chief")
        house = open_house(services.db, folder)
        record_id = house.call("c1")
        record = house.desk.records.get(record_id)
        house.desk.records.save(record_id, content(), record.revision, "op1")
        house.desk.callbacks.open(
            record_id, Contact(HIDDEN, PHONE), "受け取りの件", "市民課", NOW + timedelta(hours=2), "op1"
        )
    finally:
        services.close()
    (folder / "tags.toml").write_text(OWN_TAGS, encoding="utf-8")
    recordings = folder / "voice" / "recordings"
    recordings.mkdir(parents=True)
    (recordings / "c1.wav").write_bytes(b"RIFF")
    return folder


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def successor(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """Where the data goes: another folder, or another kind of database."""
    url = request.getfixturevalue("postgres_server").empty_url() if request.param == "postgres" else ""
    return settings(tmp_path / "successor", url)


def rows(chosen: Settings) -> dict[str, list[dict[str, Any]]]:
    db = open_database(chosen.data_dir, chosen.store)
    try:
        with db.read() as conn:
            return {table.name: list(dump(conn, table)) for table in portable_tables()}
    finally:
        db.close()


def handback(city: Path, tmp_path: Path) -> Path:
    file = tmp_path / "handback.zip"
    write_handback(settings(city), file, Wanted(city / "voice" / "recordings", contacts=True))
    return file


def test_what_was_written_is_taken_over_whole(city: Path, tmp_path: Path, successor: Settings) -> None:
    file = handback(city, tmp_path)
    before = rows(settings(city))
    read_handback(successor, file, tmp_path / "heard")
    after = rows(successor)
    taken_over = after["audit_log"].pop()
    assert taken_over["action"] == "data.import"
    # The export of FAQ and synonyms as CSV is noted after the tables were read.
    assert [row["action"] for row in before["audit_log"][len(after["audit_log"]) :]] == ["faq.export", "synonym.export"]
    before["audit_log"] = before["audit_log"][: len(after["audit_log"])]
    differing = {name for name in before if name != "meta" and before[name] != after[name]}
    assert not differing
    assert len(after["faq"]) == 4
    assert after["desk_records"][0]["inquiry"] == "カードの受け取りに必要な持ち物"
    assert (successor.data_dir / "tags.toml").read_text(encoding="utf-8") == OWN_TAGS
    assert (tmp_path / "heard" / "c1.wav").read_bytes() == b"RIFF"
    vault = ContactVault(successor.data_dir / CONTACTS_FILE)
    assert [vault.get(ticket) for ticket in vault.tickets()] == [Contact(HIDDEN, PHONE)]


def test_the_successor_goes_on_working(city: Path, tmp_path: Path, successor: Settings) -> None:
    read_handback(successor, handback(city, tmp_path), tmp_path / "heard")
    services = build(successor, FixedClock(NOW))
    try:
        entry = services.faqs.published()[0]
        answer = services.answerer.answer(Question(approved(entry.question)))
        assert entry.faq_id in {hit.entry.faq_id for hit in answer.candidates}
        house = open_house(services.db, successor.data_dir)
        house.call("c2")
        with services.db.read() as conn:
            assert audit.verify(conn) is None
    finally:
        services.close()


def test_nothing_that_opens_a_door_and_no_contact_goes_along_unasked(city: Path, tmp_path: Path) -> None:
    file = tmp_path / "plain.zip"
    write_handback(settings(city), file, Wanted())
    with zipfile.ZipFile(file) as archive:
        names = set(archive.namelist())
        everything = b"".join(archive.read(name) for name in names)
    assert not {layout.table_file(name) for name in WITHHELD_TABLES} & names
    assert not {name for name in names if name.startswith("recordings/")} | ({layout.CONTACTS} & names)
    assert HIDDEN.encode() not in everything
    assert b"password_hash" not in everything
    assert file.stat().st_mode & 0o077 == 0


def test_full_installation_is_left_alone(city: Path, tmp_path: Path) -> None:
    file = handback(city, tmp_path)
    before = rows(settings(city))
    with pytest.raises(Conflict, match="すでにデータがあります"):
        read_handback(settings(city), file, tmp_path / "heard")
    assert rows(settings(city)) == before


def _changed(file: Path, target: Path, name: str, change: bytes | None) -> Path:
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        for one in old.namelist():
            if one != name:
                new.writestr(one, old.read(one))
            elif change is not None:
                new.writestr(one, change)
    return target


@pytest.mark.parametrize("damage", ["cut", "missing", "touched", "other_version", "no_zip"])
def test_damaged_file_changes_nothing(city: Path, tmp_path: Path, damage: str) -> None:
    file, chosen = handback(city, tmp_path), settings(tmp_path / "successor")
    broken = tmp_path / "broken.zip"
    table = layout.table_file("faq")
    if damage == "cut":
        broken.write_bytes(file.read_bytes()[:-300])
    elif damage == "no_zip":
        broken.write_text("FAQ", encoding="utf-8")
    elif damage == "other_version":
        with zipfile.ZipFile(file) as archive:
            manifest = orjson.loads(archive.read(layout.MANIFEST))
        _changed(file, broken, layout.MANIFEST, orjson.dumps(manifest | {"schema": ["faq_0000"]}))
    else:
        _changed(file, broken, table, None if damage == "missing" else b"{}\n")
    with pytest.raises(NotReadable):
        read_handback(chosen, broken, tmp_path / "heard")
    assert not [name for name, found in rows(chosen).items() if found and name != "meta"]


def test_a_row_that_does_not_fit_takes_everything_back(city: Path, tmp_path: Path) -> None:
    """The list agrees with the file, but a row is of no table of ours: nothing of the tables before it stays."""
    file, chosen = handback(city, tmp_path), settings(tmp_path / "successor")
    name = layout.table_file("voice_turns")
    wrong = b'{"unknown": 1}\n'
    with zipfile.ZipFile(file) as archive:
        manifest = orjson.loads(archive.read(layout.MANIFEST))
    manifest["files"][name] = {"sha256": sha256(wrong).hexdigest(), "bytes": len(wrong), "rows": 1}
    once = _changed(file, tmp_path / "once.zip", name, wrong)
    twice = _changed(once, tmp_path / "twice.zip", layout.MANIFEST, orjson.dumps(manifest))
    with pytest.raises(NotReadable, match="voice_turns"):
        read_handback(chosen, twice, tmp_path / "heard")
    assert not [name for name, found in rows(chosen).items() if found and name != "meta"]


def test_numbering_goes_on_after_what_was_taken_over(city: Path, tmp_path: Path, successor: Settings) -> None:
    read_handback(successor, handback(city, tmp_path), tmp_path / "heard")
    taken = rows(successor)["desk_events"]
    db = open_database(successor.data_dir, successor.store)
    try:
        with db.begin() as conn:
            new = {"event_id": "new", "call_id": "c9", "type": "ended", "at": NOW, "day": NOW.date(), "faq_id": "",
                   "attributes": "{}", "source": "t", "received_at": NOW}  # fmt: skip
            made = conn.execute(insert(desk_events), new).inserted_primary_key
        assert made is not None
        assert made[0] > max(row["seq"] for row in taken)
    finally:
        db.close()


def _erasable(city: Path, tmp_path: Path) -> Settings:
    chosen = settings(tmp_path / "old")
    read_handback(chosen, handback(city, tmp_path), tmp_path / "old" / "voice" / "recordings")
    return chosen


def test_erasing_leaves_nothing_and_says_so(city: Path, tmp_path: Path) -> None:
    chosen, file = _erasable(city, tmp_path), tmp_path / "handback.zip"
    text = erase(chosen, file, tmp_path / "old" / "voice" / "recordings")
    assert list(chosen.data_dir.iterdir()) == []
    assert sha256(file.read_bytes()).hexdigest() in text
    assert "madoguchi.sqlite3" in text
    assert HIDDEN not in text


@pytest.mark.postgres
def test_erasing_drops_the_tables_of_postgresql(city: Path, tmp_path: Path, postgres_server: PostgresServer) -> None:
    chosen = settings(tmp_path / "old", postgres_server.empty_url())
    read_handback(chosen, handback(city, tmp_path), tmp_path / "heard")
    assert "データベースの表 desk_records" in erase(chosen, None, tmp_path / "heard")
    assert not any(rows(chosen).values()), "the schema was made anew, and it is empty"


def test_erasing_overwrites_before_it_deletes(city: Path, tmp_path: Path) -> None:
    """A second name for the same content on the disk shows what became of it."""
    chosen = _erasable(city, tmp_path)
    beside = tmp_path / "same-content"
    beside.hardlink_to(chosen.data_dir / CONTACTS_FILE)
    assert HIDDEN.encode() in beside.read_bytes()
    erase(chosen, None, tmp_path / "heard")
    assert set(beside.read_bytes()) == {0}


def test_erasing_follows_no_link_out_of_the_folder(city: Path, tmp_path: Path) -> None:
    chosen = _erasable(city, tmp_path)
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "keep.txt").write_text("ほかの資料", encoding="utf-8")
    (chosen.data_dir / "link").symlink_to(outside)
    erase(chosen, None, tmp_path / "heard")
    assert (outside / "keep.txt").read_text(encoding="utf-8") == "ほかの資料"


def test_erasing_refuses_what_would_be_regretted(city: Path, tmp_path: Path) -> None:
    chosen = _erasable(city, tmp_path)
    inside = chosen.data_dir / "handback.zip"
    inside.write_bytes(b"x")
    refused: list[tuple[type[MadoguchiError], Settings, Path | None]] = [
        (InvalidInput, chosen, inside),
        (InvalidInput, chosen, tmp_path / "absent.zip"),
        (NotFound, settings(tmp_path / "nowhere"), None),
    ]
    for error, asked, file in refused:
        with pytest.raises(error):
            erase(asked, file, tmp_path / "heard")
    with owning(DataFolder(chosen.data_dir)), pytest.raises(DataFolderInUse):
        erase(chosen, None, tmp_path / "heard")
    assert (chosen.data_dir / "madoguchi.sqlite3").stat().st_size > 0
