"""Copies of the process read questions beside it: the same answers, whatever becomes of the copies or the FAQ."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from api.reading.copies import Copies
from knowledge.answering.ahead import Unread
from knowledge.answering.answerer import CONSIDERED
from knowledge.domain import Answer, Question
from knowledge.privacy.redacted import RedactedText
from tests.fakes.open_city import City, open_city

QUESTIONS = (
    "カードをなくしました",
    "暗証番号がわからない",
    "えっと、住所が変わったんですけど",
    "写真のサイズ",
    "市の人と話したい",
    "☆",
    "I lost my card",
    "ミナンバカド",
)
DEADLINE_SECS = 30.0
QUICK = {"quiet_secs": 0.01, "patience_secs": DEADLINE_SECS}


@pytest.fixture
def city(tmp_path: Path) -> Iterator[City]:
    with open_city(tmp_path / "data") as opened:
        yield opened


@asynccontextmanager
async def reading(city: City, count: int = 1, **more: float) -> AsyncIterator[Copies]:
    copies = Copies(city.services.ahead, count, **{**QUICK, **more})
    await copies.start()
    try:
        yield copies
    finally:
        await copies.close()


def _unread(city: City, text: str, lang: str = "ja") -> Unread:
    return Unread(text, city.services.clock.today(), lang, "web", CONSIDERED)


def _answer(city: City, text: str) -> Answer:
    given = city.services.answerer.answer(Question(RedactedText(text), "web"))
    return replace(given, answer_id="", took_ms=0.0, trace={})


async def _until_read(copies: Copies, city: City, text: str) -> None:
    async with asyncio.timeout(DEADLINE_SECS):
        while not await copies.read(_unread(city, text), 0):  # noqa: ASYNC110 - nothing tells when copies are made
            await asyncio.sleep(0.01)


def test_a_copy_reads_what_the_server_would_read(city: City, tmp_path: Path) -> None:
    async def read() -> None:
        async with reading(city) as copies:
            for text in QUESTIONS:
                assert await copies.read(_unread(city, text), 0)
                assert city.services.ahead.known(_unread(city, text))

    with open_city(tmp_path / "other") as alone:
        expected = [_answer(alone, text) for text in QUESTIONS]
    asyncio.run(read())
    assert [_answer(city, text) for text in QUESTIONS] == expected


def test_many_at_once_by_several_copies(city: City) -> None:
    async def read() -> None:
        async with reading(city, 2) as copies:
            texts = [f"{number}日に住所が変わりました" for number in range(60)]
            done = await asyncio.gather(*(copies.read(_unread(city, text), 99) for text in texts))
            assert all(done)

    asyncio.run(read())


def test_a_question_with_personal_data_is_left_to_the_server(city: City) -> None:
    async def read() -> None:
        text = "個人番号は123456789012です"
        async with reading(city) as copies:
            assert not await copies.read(_unread(city, text), 0)
        assert not city.services.ahead.known(_unread(city, text))

    asyncio.run(read())


def test_what_is_known_or_waits_here_anyway_is_not_sent(city: City) -> None:
    async def read() -> None:
        async with reading(city) as copies:
            assert await copies.read(_unread(city, "写真のサイズ"), 0)
            assert not await copies.read(_unread(city, "写真のサイズ"), 0)

    asyncio.run(read())


def test_an_edit_is_seen_at_once_and_copies_follow(city: City) -> None:
    changed = (
        "faq_id,question,answer,alt_questions\nA006,顔写真の大きさを教えてください。,縦9センチです。,写真のサイズ\n"
    )

    async def read() -> None:
        async with reading(city) as copies:
            await _until_read(copies, city, "写真の大きさ")
            before = copies.pids()
            city.services.faqs.import_file(changed.encode(), True, "test")
            assert not await copies.read(_unread(city, "写真のサイズは何センチ"), 0)
            answer = _answer(city, "写真のサイズは何センチ")
            assert answer.candidates[0].entry.answer == "縦9センチです。"
            await _until_read(copies, city, "顔写真の大きさは")
            assert _answer(city, "顔写真の大きさは").candidates[0].entry.answer == "縦9センチです。"
            assert not set(before) & set(copies.pids())
            with pytest.raises(ProcessLookupError):
                os.kill(before[0], 0)

    asyncio.run(read())


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGSTOP])
def test_a_copy_that_dies_or_hangs_costs_no_answer(city: City, stop: signal.Signals) -> None:
    async def read() -> None:
        async with reading(city, patience_secs=1.5) as copies:
            [pid] = copies.pids()
            os.kill(pid, stop)
            async with asyncio.timeout(DEADLINE_SECS):
                assert not await copies.read(_unread(city, "写真のサイズ"), 0)
            assert _answer(city, "写真のサイズ").candidates
            await _until_read(copies, city, "写真の大きさ")
            assert copies.pids() != [pid]

    asyncio.run(read())


def test_closing_ends_every_copy(city: City) -> None:
    async def read() -> list[int]:
        async with reading(city, 2) as copies:
            return copies.pids()

    for pid in asyncio.run(read()):
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_where_no_copy_can_be_made_the_server_goes_on_alone(city: City, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[float] = []

    def no_room(_read: object) -> tuple[int, object]:
        tried.append(time.monotonic())
        raise OSError("no room for a process")

    monkeypatch.setattr("api.reading.copies.copied", no_room)

    async def read() -> None:
        async with reading(city, quiet_secs=0.01) as copies:
            async with asyncio.timeout(DEADLINE_SECS):
                while len(tried) < 5:
                    assert not await copies.read(_unread(city, "写真のサイズ"), 0)
                    await asyncio.sleep(0.001)
            copies._losses = 5_000
            assert not await copies.read(_unread(city, "写真のサイズ"), 0)

    asyncio.run(read())
    assert tried[4] - tried[0] > 0.01 * (2 + 4 + 8 + 16)  # less and less often
    assert _answer(city, "写真のサイズ").candidates
