"""One measurement in a process of its own, so that memory is its own: prints one JSON line."""

import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

import orjson

from eval.bench.contenders import CONTENDERS
from eval.bench.corpus import different_questions, faqs
from eval.bench.measure import peak_mb, resident_mb, timed

WARM_UP = 20
"""Questions asked before, none of which is asked again."""


def retrieval(name: str, size: int, asked: int) -> dict[str, object]:
    entries, texts = faqs(size), different_questions(asked + WARM_UP)
    before = resident_mb()
    with tempfile.TemporaryDirectory(prefix="madoguchi-bench-") as folder:
        started = time.perf_counter()
        contender = CONTENDERS[name](entries, Path(folder))
        built_secs = time.perf_counter() - started
        for text in texts[asked:]:
            contender.search(text)
        spent = timed(contender.search, texts[:asked], warm_up=0)
        return {
            "contender": name,
            "size": size,
            "build_secs": built_secs,
            "memory_mb": resident_mb() - before,
            "peak_mb": peak_mb(),
            **asdict(spent),
        }


def importing(rows: int) -> dict[str, object]:
    """A CSV of `rows` FAQ through the product's own import until the next question can find them."""
    from eval.bench.product import csv_of
    from knowledge.bootstrap import opened
    from knowledge.domain import SearchQuery
    from knowledge.privacy.redacted import approved
    from knowledge.settings import Settings

    entries = faqs(rows)
    data, last = csv_of(entries), entries[-1].question
    del entries  # only the import's own memory counts
    with tempfile.TemporaryDirectory(prefix="madoguchi-bench-") as folder, opened(Settings(data_dir=Path(folder))) as s:
        started = time.perf_counter()
        report = s.faqs.import_file(data, True, "bench")
        spent = time.perf_counter() - started
        found = s.retriever.search(SearchQuery(approved(last), 1)).hits
        assert report.published == rows
        assert found
        return {"rows": rows, "secs": spent, "peak_mb": peak_mb()}


def records(count: int) -> dict[str, float]:
    """The search of that many interaction records."""
    from eval.bench.records import measured

    with tempfile.TemporaryDirectory(prefix="madoguchi-bench-") as folder:
        return measured(Path(folder), count)


def main(arguments: list[str]) -> None:
    if arguments[0] == "retrieval":
        result = retrieval(arguments[1], int(arguments[2]), int(arguments[3]))
    elif arguments[0] == "records":
        result = dict(records(int(arguments[1])))
    else:
        result = importing(int(arguments[1]))
    sys.stdout.write(orjson.dumps(result).decode() + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
