"""What a transaction promises: all or nothing, one writer, readers on a snapshot, errors in the product's words."""

from pathlib import Path
from threading import Event, Thread

import pytest

from knowledge.errors import Unavailable
from knowledge.settings import StoreSettings
from knowledge.store import counters
from knowledge.store.database import Database, open_database


def _value(database: Database) -> int:
    with database.read() as conn:
        return counters.value(conn, "n")


def test_an_exception_undoes_everything(database: Database) -> None:
    def change() -> None:
        with database.begin() as conn:
            counters.advance(conn, "n")
            raise KeyError

    with pytest.raises(KeyError):
        change()
    assert _value(database) == 0


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    with database.read() as reading:
        assert counters.value(reading, "n") == 0
        with database.begin() as writing:
            counters.advance(writing, "n")
        assert counters.value(reading, "n") == 0
    assert _value(database) == 1


def test_what_a_reader_writes_is_lost(database: Database) -> None:
    with database.read() as conn:
        counters.advance(conn, "n")
    assert _value(database) == 0


def test_read_modify_write_from_threads_loses_no_step(database: Database) -> None:
    def work() -> None:
        for _ in range(20):
            with database.begin() as conn:
                counters.advance(conn, "n")

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _value(database) == 80


def test_a_locked_database_is_reported_as_unavailable(tmp_path: Path) -> None:
    database = open_database(tmp_path, StoreSettings(busy_timeout_secs=0.05))
    holding, done = Event(), Event()

    def hold() -> None:
        with database.begin() as conn:
            counters.advance(conn, "n")
            holding.set()
            done.wait(10)

    thread = Thread(target=hold)
    thread.start()
    assert holding.wait(10)
    try:
        with pytest.raises(Unavailable), database.begin():
            pass
    finally:
        done.set()
        thread.join()
    database.close()
