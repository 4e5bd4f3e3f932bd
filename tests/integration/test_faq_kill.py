"""A real process is killed in the middle of an import: the store holds everything or nothing, and works on."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from knowledge.clock import SystemClock
from knowledge.faq.csv_rows import rows_of
from knowledge.faq.service import FaqService
from knowledge.store.audit import verify
from knowledge.store.database import Database, open_database
from tests.fakes.faq_entries import many_entries

ROWS = 5_000
ROOT = Path(__file__).parents[2]


def _kill_during_import(folder: Path, stage: str, wait_secs: float) -> bool:
    """Kill -9 the importer `wait_secs` after it reports `stage`; returns whether it had reported the commit."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.import_process", str(folder), str(ROWS)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert child.stdout is not None
    for line in child.stdout:
        if line.startswith(stage):
            break
    try:
        child.wait(wait_secs)
    except subprocess.TimeoutExpired:
        pass
    child.kill()
    rest, _ = child.communicate()
    return stage == "committed" or "committed" in rest


def _check_all_or_nothing(database: Database, acknowledged: bool) -> int:
    service = FaqService(database, SystemClock())
    found = len(service.published())
    assert found in ((ROWS,) if acknowledged else (0, ROWS))
    assert service.list_faqs(limit=1).total == found
    assert service.state().revision == (1 if found else 0)
    with database.read() as conn:
        assert verify(conn) is None
    return found


@pytest.mark.parametrize(
    ("stage", "longest_secs"),
    [("確認 0", 0.5), ("登録 0", 0.05), ("登録 4000", 0.3), ("登録 5000", 0.02), ("committed", 0.0)],
)
def test_all_or_nothing_after_kill(tmp_path: Path, stage: str, longest_secs: float) -> None:
    wait_secs = random.uniform(0, longest_secs)
    acknowledged = _kill_during_import(tmp_path, stage, wait_secs)
    database = open_database(tmp_path)
    found = _check_all_or_nothing(database, acknowledged)
    report = FaqService(database, SystemClock()).import_rows(rows_of(many_entries(ROWS)), publish=True, who="again")
    assert (report.new, report.unchanged) == ((0, ROWS) if found else (ROWS, 0)), (
        f"killed {wait_secs:.3f} s after {stage}"
    )
    database.close()
