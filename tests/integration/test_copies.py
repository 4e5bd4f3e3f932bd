"""Copies taken by a running server: when one is due, which are forgotten, and that a restored one holds the last work."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.backup import read_backup, write_backup
from api.copies import Copies, forgotten, newest_copy, taken_at
from knowledge.bootstrap import build
from knowledge.clock import FixedClock
from knowledge.errors import InvalidInput
from knowledge.faq.csv_rows import rows_of
from knowledge.settings import Settings
from tests.fakes import small_city

START = datetime(2026, 11, 20, 3, 0, 10, tzinfo=UTC)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31))


def settings(folder: Path, copies: Path | None) -> Settings:
    return Settings.model_validate({"data_dir": folder, "backup": {"dir": copies, "keep": 3, "keep_days": 2}})


def name_of(at: datetime) -> str:
    return f"madoguchi-{at:%Y-%m-%d-%H%M}.tar.gz"


def test_work_of_a_quarter_of_an_hour_ago_is_in_the_restored_copy(tmp_path: Path) -> None:
    folder, place, clock = tmp_path / "data", tmp_path / "copies", FixedClock(START)
    chosen = settings(folder, place)
    services = build(chosen, clock)
    copies = Copies(chosen, clock)
    try:
        assert copies.take() == place / "madoguchi-2026-11-20-1200.tar.gz"
        services.faqs.import_rows(rows_of(small_city.entries()[:3]), True, "chief")
        clock.advance(timedelta(minutes=14))
        assert copies.take() is None
        assert Copies(chosen, clock).take() is None, "a restart takes none that is not due"
        clock.advance(timedelta(minutes=1))
        newest = copies.take()
    finally:
        services.close()
    assert newest is not None
    assert newest.stat().st_mode & 0o077 == 0
    again = settings(tmp_path / "again", None)
    read_backup(again, newest, replace=False)
    restored = build(again, clock)
    try:
        assert len(restored.faqs.published()) == 3
    finally:
        restored.close()


def test_nothing_is_copied_where_nobody_wants_it(tmp_path: Path) -> None:
    assert Copies(settings(tmp_path, None), FixedClock(START)).take() is None


def test_a_place_that_cannot_be_used_is_said_once_an_interval(tmp_path: Path) -> None:
    clock = FixedClock(START)
    chosen = settings(tmp_path / "data", tmp_path / "file" / "below")
    build(chosen, clock).close()
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    copies = Copies(chosen, clock)
    with pytest.raises(InvalidInput, match="控えの置き場所"):
        copies.take()
    clock.advance(timedelta(seconds=30))
    assert copies.take() is None
    clock.advance(timedelta(minutes=15))
    with pytest.raises(InvalidInput):
        copies.take()


def test_a_copy_from_the_future_holds_nothing_up(tmp_path: Path) -> None:
    (tmp_path / name_of(datetime(2099, 1, 1))).touch()
    assert newest_copy(tmp_path, START) is None


@given(st.lists(instants, unique_by=name_of, max_size=40), st.integers(1, 5), st.integers(0, 5))
def test_the_newest_stay_and_the_last_of_each_day(moments: list[datetime], keep: int, keep_days: int) -> None:
    names = [name_of(at) for at in moments]
    gone = set(forgotten([*names, "other.tar.gz", "madoguchi-2026-13-01-0000.tar.gz"], keep, keep_days))
    stay = set(names) - gone
    assert gone <= set(names)
    assert set(sorted(names)[-keep:]) <= stay
    days = sorted({at.date() for at in moments}, reverse=True)[:keep_days]
    assert {max(name_of(at) for at in moments if at.date() == day) for day in days} <= stay
    assert len(stay) <= keep + keep_days


@given(st.text(max_size=40))
def test_names_of_others_are_no_copies(name: str) -> None:
    assert taken_at(name) is None


def test_what_a_restore_replaces_is_kept_beside_it(tmp_path: Path) -> None:
    folder, copy = tmp_path / "data", tmp_path / "copy.tar.gz"
    build(settings(folder, None), FixedClock(START)).close()
    (folder / "tags.toml").write_text("# before\n", encoding="utf-8")
    write_backup(settings(folder, None), copy)
    (folder / "tags.toml").write_text("# since\n", encoding="utf-8")
    kept = read_backup(settings(folder, None), copy, replace=True)
    assert kept is not None
    assert (kept / "tags.toml").read_text(encoding="utf-8") == "# since\n"
    assert (folder / "tags.toml").read_text(encoding="utf-8") == "# before\n"
