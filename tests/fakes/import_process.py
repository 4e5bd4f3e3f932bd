"""A process that imports FAQ into a data folder and says where it stands, to be killed by a test."""

import sys
from pathlib import Path

from knowledge.clock import SystemClock
from knowledge.faq.csv_rows import rows_of
from knowledge.faq.service import FaqService
from knowledge.store.database import open_database
from tests.fakes.faq_entries import many_entries


def main(folder: Path, count: int) -> None:
    service = FaqService(open_database(folder), SystemClock())
    parsed = rows_of(many_entries(count))
    service.import_rows(parsed, publish=True, who="importer", progress=_tell)
    print("committed", flush=True)
    sys.stdin.read()  # stay alive until killed


def _tell(stage: str, done: int, total: int) -> None:
    print(stage, done, total, flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
