"""The bench of the desk on a real server with few calls: every piece of speech is timed, every call counted once."""

import asyncio
from pathlib import Path

import pytest

from eval.bench.assist import Figures, Plan, admin_key, measure, show, talks
from eval.bench.product import command, finished, serving
from tests.fakes.open_city import FAQ_CSV

PLAN = Plan(operators=2, calls=3, speed=600, hours=2, natural_speed=40)


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Figures:
    folder = tmp_path_factory.mktemp("bench") / "city"
    csv = folder.with_name("faq.csv")
    csv.write_text(FAQ_CSV, encoding="utf-8")
    finished(command(folder, "faq", "import", str(csv), "--publish", "--no-train"), folder)
    key = admin_key(folder)
    with serving(folder) as server:
        return asyncio.run(measure(server, key, PLAN))


def test_every_call_runs_to_its_closed_record_and_is_counted_once(figures: Figures) -> None:
    assert figures.errors == []
    assert figures.calls == figures.counted == PLAN.operators + PLAN.hours * PLAN.calls


def test_every_piece_of_a_citizen_is_timed(figures: Figures) -> None:
    said = [*talks(PLAN.operators, seed=99), *talks(PLAN.calls, seed=1), *talks(PLAN.calls, seed=2)]
    pieces = sum(1 for talk in said for one in talk if one.speaker == "citizen")
    delays = [*figures.natural.delays_ms, *figures.hours[0].delays_ms, *figures.hours[1].delays_ms]
    assert len(delays) == pieces
    assert min(delays) > 0


def test_the_server_is_watched_meanwhile(figures: Figures) -> None:
    assert all(min(samples) > 50 for samples in figures.memory_mb), "megabytes of a whole server"
    assert all(cpu_ms > 0 for cpu_ms in figures.cpu_ms)
    assert len(figures.cpu_ms) == PLAN.hours + 1
    assert show(figures, PLAN).row_count == 10


def test_a_refused_call_is_an_error_and_no_crash(tmp_path: Path) -> None:
    from eval.bench.assist_call import BenchCall, Desk, Tally

    async def nobody_answers() -> Tally:
        import httpx

        tally = Tally()
        gone = httpx.MockTransport(lambda request: httpx.Response(503))
        async with httpx.AsyncClient(transport=gone, base_url="http://desk") as client:
            await BenchCall(Desk("http://desk", "d", "o", "op1"), "c1", talks(1)[0], 60, tally).run(client)
        return tally

    tally = asyncio.run(nobody_answers())
    assert tally.calls == 0
    assert tally.errors
