"""Thirty calls with real audio over AudioSocket leave no task, thread or file behind; five hundred: eval.bench.voice_leak."""

import asyncio
import gc
import threading
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes.voice_phones import PATIENCE_SECS, FakeAsterisk, spoken
from tests.integration.test_voice_phone import QUESTION, bot, dial
from voicebot.services import VoiceServices
from voicebot.settings import RecordingSettings

pytestmark = pytest.mark.voice
TOGETHER = 6


@dataclass(frozen=True)
class Open:
    tasks: int
    threads: int
    files: int


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def open_now(services: VoiceServices, tasks: int) -> Open:
    """What is open once no call is; waits for the tasks of the last call."""
    async with asyncio.timeout(PATIENCE_SECS):
        while services.status().active_calls or len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110 - nothing tells when the last task is gone
            await asyncio.sleep(0.05)
    await asyncio.to_thread(services.drain)
    gc.collect()
    return Open(len(asyncio.all_tasks()), threading.active_count(), open_files())


async def one_call(services: VoiceServices, port: int, number: int, speech: bytes) -> None:
    phone = await dial(services, port, FakeAsterisk())
    await phone.heard.talking()
    if number % 3 == 0:
        await phone.say(speech)
    if number % 3 == 1:
        phone.press("0")
    await phone.hang_up(rudely=number % 2 == 0)


async def test_thirty_calls_leave_nothing_open(tmp_path: Path) -> None:
    speech = spoken(QUESTION)
    async with bot(tmp_path, [QUESTION], recording=RecordingSettings(enabled=True)) as services:
        await services.prepared()
        port = await services.start_audiosocket()
        tasks = len(asyncio.all_tasks())
        # The first calls start the threads that stay: executors, the voice activity model.
        await asyncio.gather(*(one_call(services, port, number, speech) for number in range(TOGETHER)))
        before = await open_now(services, tasks)
        for _ in range(5):
            await asyncio.gather(*(one_call(services, port, number, speech) for number in range(TOGETHER)))
        after = await open_now(services, tasks)
        assert after.tasks == before.tasks
        assert after.files <= before.files
        # asyncio's own executor grows to its limit with what happens to run at once, and never beyond it.
        assert after.threads <= before.threads + TOGETHER
        assert services.calls().total == TOGETHER * 6
