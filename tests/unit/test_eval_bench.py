"""The benches measure what they say: distinct FAQ, real requests, failures counted, figures against promises."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from eval.bench import records as bench_records
from eval.bench.contenders import CONTENDERS
from eval.bench.corpus import different_questions, faqs, questions
from eval.bench.load import load
from eval.bench.measure import peak_mb, resident_mb, timed, timing
from eval.bench.product import csv_of, measured
from eval.bench.report import table, write
from eval.bench.suite import Line, is_answer, record_line
from knowledge.faq.csv_rows import merge
from knowledge.faq.importing import parse_file


def test_synthetic_faqs_are_distinct_and_the_same_every_time() -> None:
    entries = faqs(3_000)
    assert len({e.faq_id for e in entries}) == len({(e.question, e.answer) for e in entries}) == 3_000
    assert entries[:50] == faqs(50)
    assert all(a.faq_id < b.faq_id for a, b in pairwise(entries))
    assert max(len(e.alt_questions) for e in entries) <= 3


def test_the_bench_file_is_one_the_product_imports() -> None:
    entries = faqs(20)
    parsed = parse_file(csv_of(entries))
    assert parsed.problems == ()
    assert [merge(r, None).question for r in parsed.rows] == [e.question for e in entries]


def test_questions_repeat_when_more_are_wanted() -> None:
    assert len(questions(1_000)) == 1_000
    assert questions(3) == questions(1_000)[:3]


def test_different_questions_are_all_different() -> None:
    texts = different_questions(4_300)
    assert len(set(texts)) == len(texts) == 4_300
    assert texts[:100] == different_questions(100)


@pytest.mark.parametrize("name", [n for n in CONTENDERS if n not in ("madoguchi", "qdrant-client local mode")])
def test_every_alternative_finds_the_faq_it_holds(name: str, tmp_path: Path) -> None:
    entries = faqs(60)
    engine = CONTENDERS[name](entries, tmp_path)
    found = [e.faq_id in engine.search(e.question) for e in entries[:20]]
    assert sum(found) >= 18
    assert set(engine.search("?")) <= {e.faq_id for e in entries}


def test_timings_and_memory() -> None:
    seen: list[str] = []
    spent = timed(seen.append, ["a", "b", "c", "d"], warm_up=2)
    assert (spent.n, seen) == (4, ["a", "b", "a", "b", "c", "d"])
    assert timing([1.0, 1.0, 2.0]).per_sec == pytest.approx(750)
    assert 1 < resident_mb() <= peak_mb()


async def _serve(statuses: list[int], bodies: list[bytes]) -> asyncio.Server:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = int(head.lower().split("content-length:")[1].split("\r\n")[0])
                bodies.append(await reader.readexactly(length))
                status = statuses[(len(bodies) - 1) % len(statuses)]
                writer.write(f"HTTP/1.1 {status} X\r\nContent-Length: 2\r\n\r\n{{}}".encode())
        except asyncio.IncompleteReadError:
            writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


async def test_load_asks_every_body_in_turn_and_counts_failures() -> None:
    bodies: list[bytes] = []
    server = await _serve([200, 200, 503], bodies)
    async with server:
        port = server.sockets[0].getsockname()[1]
        result = await load("127.0.0.1", port, "/v1/answers", [{"query": "a"}, {"query": "b"}], 4, 30)
    assert (result.requests, result.failures, result.timing.n) == (30, 10, 30)
    assert sorted({json.loads(b)["query"] for b in bodies}) == ["a", "b"]
    assert result.throughput > 0


async def test_load_counts_what_is_not_right_as_a_failure() -> None:
    server = await _serve([200], [])
    async with server:
        port = server.sockets[0].getsockname()[1]
        result = await load("127.0.0.1", port, "/v1/answers", [{"query": "a"}], 2, 6, is_answer)
    assert result.failures == 6


@pytest.mark.parametrize(
    ("changed", "right"),
    [
        ({}, True),
        ({"action": "handoff"}, False),
        ({"action": "later"}, False),
        ({"answer": None}, False),
        ({"candidates": []}, False),
        ({"answer_id": ""}, False),
    ],
)
def test_a_reply_counts_only_with_what_it_promises(changed: dict[str, object], right: bool) -> None:
    reply: dict[str, object] = {
        "action": "answer",
        "answer": {"text": "はい"},
        "handoff": None,
        "candidates": [{}],
        "answer_id": "0" * 32,
    }
    assert is_answer(json.dumps({**reply, **changed}).encode()) is right
    assert not is_answer(b"<html>")


def test_the_memory_of_a_command_is_that_of_all_its_processes(tmp_path: Path) -> None:
    child = "import time; kept = bytearray(40_000_000); time.sleep(0.4)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    spent = measured(subprocess.Popen([sys.executable, "-c", parent]), tmp_path / "data")
    assert 40 < spent.largest_mb < spent.together_mb
    assert spent.secs > 0.4


def test_table_and_file_show_kept_and_broken_promises(tmp_path: Path) -> None:
    lines = [
        Line("検索", "madoguchi", 5, {"p50_ms": 2.0}, "p50 4ms以下", True),
        Line("検索", "SQLite FTS5", 5, {"p50_ms": 4.0}, ratio=2.0),
        Line("起動", "madoguchi", 3, {"secs": 7.0}, "6秒以下", False),
    ]
    console = Console(width=160, record=True, file=(tmp_path / "out").open("w", encoding="utf-8"))
    console.print(table(lines))
    console.file.close()
    text = console.export_text()
    assert all(word in text for word in ("達成", "未達", "×2.00", "7.00"))
    path = write(lines, datetime(2026, 11, 20, tzinfo=UTC), tmp_path / "results")
    data = json.loads(path.read_text(encoding="utf-8"))
    assert [line["kept"] for line in data["lines"]] == [True, None, False]
    assert path.stem == data["git_sha"].rstrip("+")


def test_the_bench_of_records_asks_what_finds_something(tmp_path: Path) -> None:
    found = bench_records.measured(tmp_path, 4_000)
    assert found["n"] >= 60
    assert found["failures"] == 0
    assert found["p50_ms"] <= found["p95_ms"] <= found["max_ms"]
    wanted = bench_records.searches(["a", "b"])
    assert len(set(wanted)) == len(wanted)


def test_one_slow_search_breaks_the_promise() -> None:
    values = {"n": 60.0, "p50_ms": 5.0, "p95_ms": 50.0, "max_ms": 999.0, "build_secs": 9.0, "failures": 0.0}
    assert record_line(100_000, dict(values)).kept is True
    assert record_line(100_000, values | {"max_ms": 1000.0}).kept is False
    assert record_line(100_000, values | {"failures": 1.0}).kept is False
    assert record_line(2_000, dict(values)).kept is None
