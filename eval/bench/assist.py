"""Twenty operators at the desk: `python -m eval.bench.assist`. A real server process on the sample city, real sockets.

First all operators talk at once at the pace people talk, which also fills the server's threads and caches; then the hour
is replayed fast, and again: memory is flat when the last hour adds nothing. Delays are wall clock from a final piece of a citizen's speech to its suggestions on the operator's screen.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import numpy as np
from rich.console import Console
from rich.table import Table

from desk.assist.samples import Said, load_sample_calls, timed
from eval.bench.assist_call import BenchCall, Desk, Tally
from eval.bench.measure import cpu_secs, resident_mb
from eval.bench.product import Server, command, finished, serving
from eval.cases import shipped_suite
from knowledge.errors import Unavailable

OPERATORS, CALLS_AN_HOUR, HOUR_SECS = 20, 60, 3_600
_SAMPLE_SECS = 0.5
_OPENING = "お電話ありがとうございます。みほん市マイナンバーカードコールセンターでございます。"
_GO_ON = (
    "はい、確認いたします。少々お待ちください。",
    "承知しました。ご案内いたします。",
    "ほかにご不明な点はございますか。",
)
_SPOKEN = frozenset({"spoken", "asr-noisy"})


@dataclass(frozen=True, slots=True)
class Plan:
    """`speed`: how much faster than life an hour is replayed; `hours`: how often."""

    operators: int = OPERATORS
    calls: int = CALLS_AN_HOUR
    speed: float = 60.0
    hours: int = 2
    natural_speed: float = 1.0


@dataclass(slots=True)
class Figures:
    """What was seen. `memory_mb` holds, for each replayed hour, the samples of the server's memory."""

    natural: Tally = field(default_factory=Tally)
    hours: list[Tally] = field(default_factory=list)
    memory_mb: list[list[float]] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    """Work of the server for each message, at natural pace and then in each replayed hour."""
    counted: int = 0
    """Calls the report gained."""

    @property
    def errors(self) -> list[str]:
        return [error for tally in (*self.hours, self.natural) for error in tally.errors]

    @property
    def calls(self) -> int:
        return sum(tally.calls for tally in (*self.hours, self.natural))

    @property
    def ends_mb(self) -> list[float]:
        """Memory towards the end of each replayed hour."""
        return [float(np.median(one[-max(1, len(one) // 4) :])) for one in self.memory_mb]

    @property
    def growth_mb(self) -> float:
        """What each hour after the first added."""
        return (self.ends_mb[-1] - self.ends_mb[0]) / max(1, len(self.memory_mb) - 1)

    @property
    def slope_mb(self) -> float:
        """Over the last replayed hour, for each hour, by least squares."""
        last = self.memory_mb[-1]
        return float(np.polyfit(np.linspace(0, 1, len(last)), last, 1)[0]) if len(last) > 1 else 0.0


def talks(count: int, seed: int = 1) -> list[tuple[Said, ...]]:
    """Sample calls in turn with calls put together from questions that citizens ask. Same arguments, same talks."""
    rng = random.Random(seed)
    samples = load_sample_calls()
    asked = [case.text for case in shipped_suite().cases if case.channel in _SPOKEN and case.lang == "ja"]
    made: list[tuple[Said, ...]] = []
    for number in range(count):
        if number % 2 == 0:
            made.append(samples[number // 2 % len(samples)].said)
            continue
        lines = [("席", _OPENING, 0.0)]
        for place, text in enumerate(rng.sample(asked, 3)):
            lines += [("市", text, 1.0), ("席", _GO_ON[place], 1.5)]
        made.append(timed(lines))
    return made


class Centre:
    """A running server with keys for everybody who takes part."""

    def __init__(self, server: Server, admin_key: str, client: httpx.AsyncClient) -> None:
        self._server = server
        self._headers = {"authorization": f"Bearer {admin_key}"}
        self._client = client
        self.desks: list[Desk] = []

    async def open(self, operators: int) -> None:
        device = await self._key("device", "bench exchange")
        found = await self._get("/v1/assist/booking/read-back")
        told = tuple(one["item_id"] for one in found["items"])
        profile = await self._get("/v1/interactions?limit=50")
        category = next((one["category"] for one in profile["items"] if one["category"]), "交付・受取")
        for number in range(1, operators + 1):
            key = await self._key("operator", f"bench op{number:02d}")
            self.desks.append(Desk(self._client_url, device, key, f"bench{number:02d}", told, category))

    async def counted(self) -> int:
        """Calls from outside in the report of yesterday and today."""
        today = (datetime.now(UTC) + timedelta(hours=9)).date()
        found = await self._get(f"/v1/reports/figures?first={today - timedelta(days=1)}&last={today}")
        return int(next(one["numerator"] for one in found["figures"] if one["kpi_id"] == "inbound"))

    @property
    def _client_url(self) -> str:
        return f"http://{self._server.host}:{self._server.port}"

    async def _key(self, role: str, label: str) -> str:
        answer = await self._client.post("/v1/apikeys", json={"label": label, "role": role}, headers=self._headers)
        return str(answer.raise_for_status().json()["key"])

    async def _get(self, path: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self._client.get(path, headers=self._headers)).raise_for_status().json()
        return found


async def measure(server: Server, admin_key: str, plan: Plan) -> Figures:
    """All of it against one running server."""
    figures = Figures()
    limits = httpx.Limits(max_connections=plan.operators * 2)
    url = f"http://{server.host}:{server.port}"
    async with httpx.AsyncClient(base_url=url, timeout=30, limits=limits, trust_env=False) as client:
        centre = Centre(server, admin_key, client)
        await centre.open(plan.operators)
        before = await centre.counted()
        await _observed(figures, server, _crowd(client, centre, plan, figures.natural), figures.natural)
        for hour in range(plan.hours):
            tally, samples = Tally(), list[float]()
            figures.hours.append(tally)
            figures.memory_mb.append(samples)
            await _observed(figures, server, _hour(client, centre, plan, hour, tally), tally, samples)
        figures.counted = await centre.counted() - before
    return figures


async def _hour(client: httpx.AsyncClient, centre: Centre, plan: Plan, hour: int, tally: Tally) -> None:
    """Calls come in at random over the hour; whoever has been free longest takes them."""
    rng = random.Random(hour)
    length_secs = HOUR_SECS / plan.speed
    starts = sorted(rng.uniform(0, length_secs) for _ in range(plan.calls))
    free: asyncio.Queue[Desk] = asyncio.Queue()
    for desk in centre.desks:
        free.put_nowait(desk)

    async def one(start_secs: float, said: Sequence[Said]) -> None:
        await asyncio.sleep(start_secs)
        desk = await free.get()
        try:
            await BenchCall(desk, _call_id(), said, plan.speed, tally).run(client)
        finally:
            free.put_nowait(desk)

    await asyncio.gather(*map(one, starts, talks(plan.calls, seed=hour + 1)))


async def _crowd(client: httpx.AsyncClient, centre: Centre, plan: Plan, tally: Tally) -> None:
    """Every operator has a caller at the same time."""

    async def one(number: int, desk: Desk, said: Sequence[Said]) -> None:
        await asyncio.sleep(number * 0.7 / plan.natural_speed)
        await BenchCall(desk, _call_id(), said, plan.natural_speed, tally).run(client)

    said = talks(len(centre.desks), seed=99)
    await asyncio.gather(*(one(number, desk, said[number]) for number, desk in enumerate(centre.desks)))


async def _observed(figures: Figures, server: Server, work: Any, tally: Tally, into: list[float] | None = None) -> None:
    """Do the work and note the server's memory and its processor time meanwhile."""
    samples: list[float] = [] if into is None else into

    async def sample() -> None:
        while True:
            samples.append(resident_mb(server.pid))
            await asyncio.sleep(_SAMPLE_SECS)

    started, watching = cpu_secs(server.pid), asyncio.create_task(sample())
    try:
        await work
    finally:
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    figures.cpu_ms.append((cpu_secs(server.pid) - started) * 1e3 / max(1, tally.messages))


def _call_id() -> str:
    return f"bench-{uuid4().hex[:8]}"


def show(figures: Figures, plan: Plan) -> Table:
    table = Table(title="assist", show_lines=False)
    for column in ("what", "figure", "value", "promise", "n"):
        table.add_column(column)
    crowd, hour = f"{plan.operators} operators at once, natural pace", f"{plan.calls} calls an hour, ×{plan.speed:.0f}"
    _delay(table, f"final piece → suggestions, {crowd}", figures.natural.delays_ms, 50, "")
    _delay(table, f"final piece → suggestions, {crowd}", figures.natural.delays_ms, 95, "≤ 300 ms")
    _delay(table, f"final piece → suggestions, {hour}", figures.hours[-1].delays_ms, 50, "")
    _delay(table, f"final piece → suggestions, {hour}", figures.hours[-1].delays_ms, 95, "< 500 ms")
    messages = sum(tally.messages for tally in (*figures.hours, figures.natural))
    table.add_row("errors", "count", str(len(figures.errors)), "0", f"{messages:,} messages")
    table.add_row("calls lost or counted twice", "count", str(figures.calls - figures.counted), "0", f"{figures.calls}")
    last = figures.memory_mb[-1]
    ends = " → ".join(f"{one:.0f}" for one in figures.ends_mb)
    table.add_row("memory of the server, by hour", "end", f"{ends} MB", "", f"{plan.hours} hours")
    table.add_row("memory, from hour to hour", "growth", f"{figures.growth_mb:+.1f} MB", "≤ 10 MB", f"{plan.hours} hours")  # fmt: skip
    table.add_row("memory, last hour", "slope", f"{figures.slope_mb:+.1f} MB an hour", "flat", f"{len(last)} samples")
    table.add_row("server's work for each message", "CPU", f"{figures.cpu_ms[-1]:.1f} ms", "", f"{figures.hours[-1].messages:,}")  # fmt: skip
    return table


def _delay(table: Table, name: str, values: list[float], rank: int, promise: str) -> None:
    shown = f"{np.percentile(values, rank):.0f} ms" if values else "–"
    table.add_row(name, f"p{rank}", shown, promise, str(len(values)))


def admin_key(folder: Path) -> str:
    """A key made before the server starts."""
    made = folder.with_name(f"{folder.name}.key")
    with made.open("wb") as out:
        finished(command(folder, "apikey", "create", "--role", "admin", "--label", "bench", stdout=out), folder)
    key = made.read_text(encoding="utf-8").strip()
    made.unlink()
    return key


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--speed", type=float, default=60.0, help="how much faster than life the hours pass")
    parser.add_argument("--hours", type=int, default=2, choices=range(1, 25), metavar="N")
    parser.add_argument("--operators", type=int, default=OPERATORS)
    parser.add_argument("--folder", type=Path, help="a data folder that has the sample city already")
    asked = parser.parse_args()
    console = Console(width=150)
    plan = Plan(operators=asked.operators, speed=asked.speed, hours=asked.hours)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary) / "city"
        if asked.folder is None:
            console.log("loading the sample city")
            finished(command(folder, "demo", "--load-only"), folder)
        elif not folder.is_dir():
            raise Unavailable(f"{folder} がありません。")
        key = admin_key(folder)
        with serving(folder) as server:
            console.log(f"ready after {server.ready_after_secs:.1f} s; calls begin")
            figures = asyncio.run(measure(server, key, plan))
    console.print(show(figures, plan))
    for error in figures.errors[:10]:
        console.print(error)
    console.print(f"{time.perf_counter() - started:.0f} s in all")


if __name__ == "__main__":
    main()
