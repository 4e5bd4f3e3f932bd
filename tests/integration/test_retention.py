"""What is past its time goes: every table, in batches, once; what is needed stays; a locked database only delays it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    Float,
    Integer,
    LargeBinary,
    Table,
    event,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DatabaseError

from api.doors import Doors
from api.housekeeping import tidy
from api.retention import RETENTION
from api.security.permissions import Role
from desk.records.service import Step
from knowledge.clock import FixedClock
from knowledge.errors import Unavailable
from knowledge.retention.keeper import BATCH, Kind, Retention
from knowledge.retention.rules import SWEEPS
from knowledge.store import audit
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_complaints, desk_records, desk_transcripts
from knowledge.store.faq_tables import update_request
from knowledge.store.schema import complete_metadata
from knowledge.store.tables import UtcDateTime
from knowledge.store.voice_tables import voice_calls
from tests.fakes.bot_calls import answered, store
from tests.fakes.desk_house import NOW, content
from tests.fakes.staff_site import OFF, START, Site, opened_site, person
from tests.integration.test_desk_pages import desk_of

WORDS = "市民の言葉"
DAYS = 100
SWEPT = {sweep.table.name for sweeps in SWEEPS.values() for sweep in sweeps}
FIXED: Mapping[str, Mapping[str, object]] = {
    "desk_records": {"status": "done"},
    "desk_complaints": {"state": "closed"},
    "desk_incidents": {"state": "closed"},
    "desk_deliveries": {"next_at": None},
    "update_request": {"status": "done"},
}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
def retention(database: Database, clock: FixedClock) -> Retention:
    kinds = [Kind(name, name, DAYS, sweeps) for name, sweeps in SWEEPS.items()]
    return Retention(database, clock, kinds)


def fill(conn: Connection, key: str, at: datetime, channel: str = "voice") -> None:
    """One row in every table that ends and in those it hangs on; every text says what a citizen said."""
    needed = {*SWEPT, "audit_samples", "desk_webhooks"}
    for table in complete_metadata().sorted_tables:
        if table.name in needed:
            row = {column.name: _value(column, key, at) for column in table.columns} | dict(FIXED.get(table.name, {}))
            if "channel" in row:
                row["channel"] = channel
            row.pop("seq", None)
            conn.execute(insert(table), row)


def _value(column: Any, key: str, at: datetime) -> object:
    kind, keyed = column.type, column.primary_key or column.foreign_keys or column.unique or column.name == "call_id"
    if isinstance(kind, UtcDateTime):
        return at
    if isinstance(kind, Date):
        return at.date()
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, Integer | Float):
        return 0
    if isinstance(kind, LargeBinary):
        return WORDS.encode()
    if keyed or column.name == "record_id":
        return key
    return WORDS[: kind.length or len(WORDS)]


def words_in(conn: Connection, table: Table) -> list[str]:
    """Values that still say what the citizen said, out of the columns a sentence fits into."""
    rows = conn.execute(select(table)).mappings()
    long = [column.name for column in table.columns if getattr(column.type, "length", 0) is None]
    return [f"{table.name}.{name}" for row in rows for name in long if row[name] == WORDS]


def everything(database: Database) -> list[str]:
    tables = [table for table in complete_metadata().sorted_tables if table.name in SWEPT]
    with database.read() as conn:
        return [found for table in tables for found in words_in(conn, table)]


def finish(retention: Retention) -> int:
    rows = 0
    while not retention.finished():
        rows += retention.run()
    return rows


@pytest.mark.parametrize("channel", ["voice", "web"])
def test_nothing_a_citizen_said_is_left_after_its_time(
    database: Database, clock: FixedClock, retention: Retention, channel: str
) -> None:
    with database.begin() as conn:
        fill(conn, "old", NOW, channel)
    before = everything(database)
    assert len(before) > 30
    clock.advance(timedelta(days=DAYS))
    assert finish(retention) == 0, "the day itself still belongs to the time"
    assert everything(database) == before
    clock.advance(timedelta(days=1))
    assert finish(retention) > 0
    assert everything(database) == []
    clock.advance(timedelta(days=1))
    assert finish(retention) == 0, "what was emptied is not found again"


def test_a_table_that_ends_has_no_row_left_after_its_time(
    database: Database, clock: FixedClock, retention: Retention
) -> None:
    """However short its columns are."""
    ending = [sweep.table for sweeps in SWEEPS.values() for sweep in sweeps if not sweep.clears]
    with database.begin() as conn:
        fill(conn, "old", NOW)
    with database.read() as conn:
        assert all(conn.execute(select(func.count()).select_from(table)).scalar_one() for table in ending)
    clock.advance(timedelta(days=DAYS + 1))
    finish(retention)
    with database.read() as conn:
        left = [table.name for table in ending if conn.execute(select(func.count()).select_from(table)).scalar_one()]
    assert left == []


def test_what_is_younger_stays_word_for_word(database: Database, clock: FixedClock, retention: Retention) -> None:
    with database.begin() as conn:
        fill(conn, "new", NOW + timedelta(days=2))
    before = everything(database)
    with database.begin() as conn:
        fill(conn, "old", NOW)
    clock.advance(timedelta(days=DAYS + 1))
    finish(retention)
    assert everything(database) == before


def test_a_record_keeps_what_figures_are_computed_from(
    database: Database, clock: FixedClock, retention: Retention
) -> None:
    with database.begin() as conn:
        fill(conn, "old", NOW)
        before = conn.execute(select(desk_records)).mappings().one()
    clock.advance(timedelta(days=DAYS + 1))
    finish(retention)
    with database.read() as conn:
        after = conn.execute(select(desk_records)).mappings().one()
        changed = {name for name in before if before[name] != after[name]}
    assert changed == {"inquiry", "answer", "action", "remaining", "prefilled", "delete_reason"}


@pytest.mark.parametrize("status", ["waiting_city", "callback"])
def test_what_somebody_waits_for_stays(
    database: Database, clock: FixedClock, retention: Retention, status: str
) -> None:
    with database.begin() as conn:
        fill(conn, "old", NOW)
        conn.execute(update(desk_records).values(status=status))
    clock.advance(timedelta(days=DAYS + 1))
    finish(retention)
    with database.read() as conn:
        assert conn.execute(select(desk_records.c.inquiry)).scalar_one() == WORDS


def test_a_complaint_that_is_being_dealt_with_keeps_its_record_and_its_call(
    database: Database, clock: FixedClock, retention: Retention
) -> None:
    with database.begin() as conn:
        fill(conn, "old", NOW)
        conn.execute(update(desk_complaints).values(state="responding"))
        conn.execute(update(desk_transcripts).values(call_id="old"))
        conn.execute(update(update_request).values(closed_at=None))
    clock.advance(timedelta(days=DAYS + 1))
    finish(retention)
    kept = {name.split(".")[0] for name in everything(database)}
    assert {"desk_records", "desk_complaints", "desk_callbacks", "desk_transcripts", "update_request"} <= kept
    with database.begin() as conn:
        conn.execute(update(desk_complaints).values(state="closed"))
    clock.advance(timedelta(days=1))
    finish(retention)
    assert {name.split(".")[0] for name in everything(database)} == {"update_request"}


def test_pieces_without_a_time_are_as_old_as_their_call(
    database: Database, clock: FixedClock, retention: Retention
) -> None:
    with database.begin() as conn:
        fill(conn, "old", NOW)
        fill(conn, "new", NOW + timedelta(days=5))
        conn.execute(update(desk_transcripts).values(heard_at=None))
    clock.advance(timedelta(days=DAYS + 1))
    finish(retention)
    with database.read() as conn:
        assert conn.execute(select(desk_transcripts.c.call_id)).scalars().all() == ["new"]


def said(conn: Connection, number: int) -> None:
    rows = [
        {"call_id": "c", "idx": n, "speaker": "citizen", "start_ms": 0, "end_ms": 0, "text": WORDS, "heard_at": NOW}
        for n in range(number)
    ]
    conn.execute(insert(desk_transcripts), rows)


def test_much_goes_in_batches_each_with_its_proof(database: Database, clock: FixedClock, retention: Retention) -> None:
    with database.begin() as conn:
        said(conn, 2 * BATCH + 7)
    clock.advance(timedelta(days=DAYS + 1))
    assert retention.run(batches=1) == BATCH
    assert not retention.finished()
    assert finish(retention) == BATCH + 7
    with database.read() as conn:
        assert conn.execute(select(func.count()).select_from(desk_transcripts)).scalar_one() == 0
        proof = audit.search(conn, audit.AuditQuery(action="retention."))
        assert audit.verify(conn) is None
    assert [f'"rows":{n}' in row.detail for n, row in zip((7, BATCH, BATCH), proof, strict=True)] == [True] * 3
    assert {(row.who, row.action) for row in proof} == {("system", "retention.transcripts")}


@pytest.mark.parametrize("table", ["desk_record_history", "desk_incident_notes", "desk_alert_steps"])
def test_nothing_but_retention_deletes_history_and_nothing_changes_it(
    database: Database, clock: FixedClock, retention: Retention, table: str
) -> None:
    with database.begin() as conn:
        fill(conn, "old", NOW)
    column = {"desk_record_history": "old", "desk_incident_notes": "text", "desk_alert_steps": "note"}[table]
    for statement in (f"UPDATE {table} SET {column} = ''", f"DELETE FROM {table}"):  # noqa: S608 - fixed names
        with pytest.raises(DatabaseError, match="append-only"), database.begin() as conn:
            conn.execute(text(statement))
    clock.advance(timedelta(days=DAYS + 1))
    finish(retention)
    with database.read() as conn:
        assert conn.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0  # noqa: S608 - fixed names
    with database.begin() as conn:
        fill(conn, "new", NOW)
    with pytest.raises(DatabaseError, match="append-only"), database.begin() as conn:
        conn.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - fixed names


def test_what_was_deleted_does_not_lie_in_the_file_either(sqlite: Database, clock: FixedClock, tmp_path: Path) -> None:
    """SQLite leaves what it deletes on its free pages, where the system's own does not happen to be built otherwise."""
    sqlite.engine.dispose()
    event.listen(sqlite.engine, "connect", lambda made, _: made.execute("PRAGMA secure_delete = OFF"))
    words = "あの交差点で会った人のことを話した"
    with sqlite.begin() as conn:
        said(conn, 400)
        conn.execute(update(desk_transcripts).values(text=words * 3))
    clock.advance(timedelta(days=DAYS + 1))
    file = Path(str(sqlite.engine.url.database))
    with sqlite.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert words.encode() in file.read_bytes()
    kinds = [Kind(name, name, DAYS, sweeps) for name, sweeps in SWEEPS.items()]
    finish(Retention(sqlite, clock, kinds))
    with sqlite.engine.connect() as conn:
        conn.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    assert words.encode() not in file.read_bytes()


@dataclass
class Refusing:
    is_locked: bool
    asked: int = 0

    def due(self, conn: Connection, before: datetime, limit: int) -> list[tuple[str]]:
        if self.is_locked:
            raise Unavailable("データベースを使えません。")
        self.asked += 1
        return []

    def end(self, conn: Connection, before: datetime, keys: object) -> int:
        raise AssertionError("nothing is due")


def test_looking_for_what_is_due_keeps_nobody_from_writing(sqlite: Database, clock: FixedClock) -> None:
    kinds = [Kind(name, name, DAYS, sweeps) for name, sweeps in SWEEPS.items()]
    retention = Retention(sqlite, clock, kinds)
    with sqlite.begin() as conn:
        said(conn, 3)
        retention.run()
    assert retention.finished()


def test_a_locked_database_only_delays(database: Database, clock: FixedClock) -> None:
    locked, fine = Refusing(True), Refusing(False)
    retention = Retention(database, clock, [Kind("first", "first", 1, [locked]), Kind("second", "second", 1, [fine])])
    retention.run()
    assert not retention.finished()
    assert fine.asked == 1, "one kind that fails keeps no other from its turn"
    locked.is_locked = False
    retention.run()
    assert retention.finished()
    retention.run()
    assert fine.asked == 1, "once a day"
    clock.advance(timedelta(days=1))
    retention.run()
    assert fine.asked == 2


# ── in the running product ────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with opened_site(tmp_path, faqs=2, **OFF) as opened:
        yield opened


def tidied(site: Site) -> Doors:
    doors: Doors = site.app.state.doors
    tidy(doors, date(2000, 1, 1), False)
    assert doors.retention.finished()
    return doors


def test_the_clock_of_the_server_deletes_calls_and_their_recordings(site: Site) -> None:
    doors: Doors = site.app.state.doors
    folder = doors.phone.bot.recordings_dir
    folder.mkdir(parents=True)
    calls = []
    for name, days in (("old", 400), ("middle", 100), ("new", 1)):
        (folder / f"{name}.wav").write_bytes(b"x")
        call, turns = answered(name, START - timedelta(days=days))
        calls.append((replace(call, recording=f"{name}.wav"), turns))
    store(site.services.db, calls)
    tidied(site)
    assert [path.name for path in folder.iterdir()] == ["new.wav"]
    with site.services.db.read() as conn:
        chosen = select(voice_calls.c.call_id, voice_calls.c.recording)
        rows = {row.call_id: row.recording for row in conn.execute(chosen)}
    assert rows == {"middle": "", "new": "new.wav"}
    assert site.audited().count(("system", "retention.bot_calls")) > 0
    assert site.audited().count(("system", "retention.recordings")) == 1


def test_a_closed_record_does_not_come_back_as_a_summary_after_its_time(site: Site) -> None:
    desk = desk_of(site)
    faq_id = site.services.faqs.published()[0].faq_id
    record = desk.records.create(content("持ち物を聞かれた"), "op1")
    desk.records.mark_faq(record.record_id, "faq_used", faq_id, 1, "op1")
    desk.records.save(record.record_id, record.content, record.revision, "op1", Step("done"))
    tidied(site)
    assert _summaries(site) == 1
    site.clock.advance(timedelta(days=1826))
    tidied(site)
    assert _summaries(site) == 0
    tidied(site)
    assert _summaries(site) == 0


async def test_a_record_says_that_its_words_are_gone(site: Site) -> None:
    site.user("op1", Role.OPERATOR)
    desk = desk_of(site)
    record = desk.records.create(content("持ち物を聞かれた"), "op1")
    desk.records.save(record.record_id, record.content, record.revision, "op1", Step("done"))
    path = f"/staff/desk/records/{record.record_id}"
    async with person(site) as operator:
        await operator.log_in("op1")
        assert "保存期間を過ぎたため" not in await operator.get(path)
    site.clock.advance(timedelta(days=1826))
    tidied(site)
    async with person(site) as operator:
        await operator.log_in("op1")
        page = await operator.get(path)
    assert "保存期間を過ぎたため" in page
    assert "持ち物を聞かれた" not in page
    assert "交付・受取" in page


def _summaries(site: Site) -> int:
    from ingestion.summaries import counts

    return sum(counts(site.services.db).values())


async def test_the_page_says_what_ends_when_and_what_does_not(site: Site) -> None:
    site.user("kansa", Role.AUDITOR)
    site.user("op", Role.OPERATOR)
    async with person(site) as auditor:
        await auditor.log_in("kansa")
        page = await auditor.get("/staff/retention")
    for kind in RETENTION.values():
        assert kind.label in page
        assert kind.setting.rpartition(".")[2] in page
    assert "1,825日" in page
    assert "承認した" in page
    async with person(site) as operator:
        await operator.log_in("op")
        await operator.get("/staff/retention")
        assert operator.status == 403
