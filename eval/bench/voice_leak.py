"""What calls leave behind: `python -m eval.bench.voice_leak [--calls N]`. Real audio over AudioSocket on the loopback.

Lines are used back to back; after every round everything is let go and open tasks, threads, file descriptors and
resident memory are counted. The first round warms caches up and is not part of the slope.
"""

import argparse
import asyncio
import gc
import resource
import tempfile
import threading
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from eval.bench.voice import ASR_SECS, CITY, QUESTION, BenchAnswers, NoRedactor
from eval.bench.voice_wire import RATE, SocketCaller
from knowledge.clock import SystemClock
from knowledge.store.database import open_database
from voicebot.hearing.scripted import ScriptedTranscriber
from voicebot.parts import VoiceParts
from voicebot.services import VoiceServices
from voicebot.settings import AudioSocketSettings, RecordingSettings, SpeechSettings, VoiceSettings
from voicebot.speech.synth import synthesize

ROUNDS = 10
SETTLE_SECS = 1.0


@dataclass(frozen=True, slots=True)
class Left:
    """What is open when no call is."""

    calls: int
    tasks: int
    threads: int
    files: int
    resident_mb: float


async def one_call(services: VoiceServices, port: int, speech: bytes, number: int) -> str:
    """Question and answer; every fourth caller interrupts, every third presses 0, every fifth is simply gone."""
    call_id = services.announce(str(uuid.uuid4()))
    caller = SocketCaller(call_id)
    await caller.connect(port)
    await caller.until_quiet()
    await caller.speak(speech)
    await caller.until_loud()
    if number % 4 == 0:
        await caller.speak(speech)
        await caller.until_loud()
    if number % 3 == 0:
        caller.press("0")
        await caller.until_closed()
    await caller.end(rudely=number % 5 == 0)
    return call_id


async def measure(calls: int, together: int) -> list[Left]:
    speech = synthesize(QUESTION, 1.3, 1.0, RATE, "")
    found: list[Left] = []
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder))
        settings = VoiceSettings(
            speech=SpeechSettings(processes=1, speed=2.5),
            audiosocket=AudioSocketSettings(port=0),
            recording=RecordingSettings(enabled=True),
            max_calls=together + 1,
        )
        transcriber = ScriptedTranscriber(["カードの更新はどこでできますか"], ASR_SECS)
        city = replace(CITY, texts={**CITY.texts, "transferring": "つなぎます。"})
        parts = VoiceParts(
            BenchAnswers(fresh=False), NoRedactor(), SystemClock(), database, city, settings, Path(folder),
            transcriber=transcriber,
        )  # fmt: skip
        services = VoiceServices(parts)
        await services.start()
        await services.prepared()
        port = await services.start_audiosocket()
        try:
            for done in range(ROUNDS):
                first, last = done * calls // ROUNDS, (done + 1) * calls // ROUNDS
                await _round(services, port, speech, range(first, last), together)
                await _let_go(services)
                found.append(_left(last))
        finally:
            await services.close()
            database.close()
    return found


async def _round(services: VoiceServices, port: int, speech: bytes, numbers: range, together: int) -> None:
    waiting = iter(numbers)

    async def line() -> None:
        for number in waiting:
            await one_call(services, port, speech, number)

    await asyncio.gather(*(line() for _ in range(together)))


async def _let_go(services: VoiceServices) -> None:
    while services.status().active_calls:  # noqa: ASYNC110 - nothing tells when the last call is gone
        await asyncio.sleep(0.1)
    await asyncio.sleep(SETTLE_SECS)
    await asyncio.to_thread(services.drain)
    gc.collect()


def _left(calls: int) -> Left:
    files = len(list(Path("/proc/self/fd").iterdir()))
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    resident = pages * resource.getpagesize() / 1024 / 1024
    return Left(calls, len(asyncio.all_tasks()), threading.active_count(), files, resident)


def slope_kb(found: list[Left]) -> float:
    """Resident memory that a call adds, over all rounds but the first."""
    later = found[1:]
    steepness = np.polyfit([one.calls for one in later], [one.resident_mb for one in later], 1)[0]
    return float(steepness) * 1024


def show(found: list[Left]) -> Table:
    table = Table(title=f"left behind by {found[-1].calls} calls ({slope_kb(found):+.1f} kB of memory a call)")
    for column in ("calls", "tasks", "threads", "file descriptors", "resident MB"):
        table.add_column(column, justify="right")
    for one in found:
        table.add_row(str(one.calls), str(one.tasks), str(one.threads), str(one.files), f"{one.resident_mb:.1f}")
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=500)
    parser.add_argument("--together", type=int, default=8)
    asked = parser.parse_args()
    Console().print(show(asyncio.run(measure(asked.calls, asked.together))))


if __name__ == "__main__":
    main()
