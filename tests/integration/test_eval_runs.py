"""Runs on disk and in the database: begun, continued, finished, accepted, compared."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eval.about import About, about, git_sha
from eval.asking import asking
from eval.cases import Suite
from eval.runner import run
from eval.runs import Run, RunFolder
from eval.tables import record, trend
from knowledge.errors import NotFound
from knowledge.privacy.redactor import RuleRedactor
from knowledge.store.database import Database
from tests.fakes.answering import ScriptedAnswering
from tests.unit.test_eval_runner import SCRIPT, SUITE

AT = datetime(2026, 11, 20, 3, 4, 5, tzinfo=UTC)
ASK = asking(ScriptedAnswering(SCRIPT), RuleRedactor())


def _made(folder: RunFolder, at: datetime, suite: Suite = SUITE) -> Run:
    given, file = folder.begin(about(suite, at, {"encoder": "e1"}))
    made = Run(given, tuple(run(suite, ASK, file)))
    folder.finish(made)
    return made


def test_a_finished_run_reads_back(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    made = _made(folder, AT)
    assert folder.load(made.about.run_id) == made
    assert folder.ids("t") == [made.about.run_id]
    assert folder.ids("other") == []


def test_an_unfinished_run_is_continued_only_under_the_same_conditions(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    first, file = folder.begin(about(SUITE, AT, {"encoder": "e1"}))
    run(Suite(SUITE.name, SUITE.cases[:2], SUITE.sha), ASK, file)
    assert folder.latest("t") is None
    later = AT + timedelta(hours=1)
    other, _ = folder.begin(about(SUITE, later, {"encoder": "e2"}))
    assert other.run_id != first.run_id
    again, same_file = folder.begin(about(SUITE, later, {"encoder": "e1"}))
    assert again.run_id == first.run_id
    fresh = ScriptedAnswering(SCRIPT)
    rows = run(SUITE, asking(fresh, RuleRedactor()), same_file)
    assert len(fresh.asked) == 2
    folder.finish(Run(again, tuple(rows)))
    finished, _ = folder.begin(about(SUITE, later, {"encoder": "e1"}))
    assert finished.run_id != first.run_id


def test_accepting_latest_and_the_run_before(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    assert folder.accepted("t") is None
    old, new = _made(folder, AT), _made(folder, AT + timedelta(days=1))
    folder.accept(old.about.run_id)
    assert folder.accepted("t") == old
    assert folder.latest("t") == new
    assert folder.latest("t", before=new.about.run_id) == old
    for unknown in ("nothing", "../../etc"):
        with pytest.raises(NotFound):
            folder.accept(unknown)


def test_the_database_keeps_the_trend(database: Database, tmp_path: Path) -> None:
    runs = [_made(RunFolder(tmp_path), AT + timedelta(days=n)) for n in range(3)]
    with database.begin() as conn:
        for made in runs:
            record(conn, made.about, made.summary)
        record(conn, runs[0].about, runs[0].summary)
    with database.read() as conn:
        lines = trend(conn, "t", limit=2)
        assert trend(conn, "other") == []
    assert [line["at"] for line in lines] == [AT + timedelta(days=1), AT + timedelta(days=2)]
    assert lines[0]["summary"]["outcomes"]["self_resolution"]["hits"] == 1
    assert lines[0]["cases"] == 4


def test_identity_ignores_time_and_follows_conditions() -> None:
    one = about(SUITE, AT, {"encoder": "e1"})
    assert one.identity == about(SUITE, AT + timedelta(days=1), {"encoder": "e1"}).identity
    assert one.identity != about(SUITE, AT, {"encoder": "e2"}).identity
    assert one.identity != replace(one, suite_sha="x").identity


def test_program_version_with_and_without_a_repository(tmp_path: Path) -> None:
    assert git_sha()
    assert git_sha(tmp_path).startswith(("v", "unknown"))


def test_about_knows_its_cases() -> None:
    given: About = about(SUITE, AT, {})
    assert (given.cases, given.suite) == (4, "t")
