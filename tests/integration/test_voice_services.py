"""The voicebot's doors: text, browser, WAV; records that survive locks and crashes; a start without any model."""

import asyncio
import json
import os
import signal
import sqlite3
import subprocess
import sys
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from knowledge.clock import FixedClock
from knowledge.errors import InvalidInput, NotFound, NotReadable, Unavailable
from knowledge.privacy.redacted import approved
from knowledge.settings import StoreSettings
from knowledge.store.database import SQLITE_FILE, Database, open_database
from tests.fakes.voice import LOST, MIHON, PLACE, TUESDAY_NOON, DigitRedactor, FakeDesk, MihonAnswers
from tests.fakes.voice_phones import PATIENCE_SECS, FakeSocket, pace, spoken
from voicebot.domain import Call, Outcome, Packet, Speech, Turn
from voicebot.hearing.scripted import ScriptedTranscriber
from voicebot.parts import VoiceParts
from voicebot.ports import CallFilter, Transcriber
from voicebot.record import CallRecords
from voicebot.services import VoiceServices
from voicebot.settings import HearingSettings, SpeechSettings, VoiceSettings
from voicebot.speech.dictionary import word

SILENT = VoiceSettings(speech=SpeechSettings(kind="none"), hearing=HearingSettings(kind="none"))
SPEAKING = VoiceSettings(speech=SpeechSettings(processes=0))


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    made = open_database(tmp_path)
    yield made
    made.close()


@asynccontextmanager
async def running(
    folder: Path,
    database: Database | None,
    settings: VoiceSettings = SILENT,
    transcriber: Transcriber | None = None,
    clock: FixedClock | None = None,
) -> AsyncIterator[VoiceServices]:
    services = VoiceServices(VoiceParts(
        MihonAnswers(), DigitRedactor(), clock or FixedClock(TUESDAY_NOON), database, MIHON, settings, folder,
        handoff=FakeDesk(), transcriber=transcriber,
    ))  # fmt: skip
    await services.start()
    try:
        yield services
    finally:
        await services.close()


async def test_without_models_it_starts_says_what_is_missing_and_answers_in_writing(tmp_path: Path) -> None:
    async with running(tmp_path, None) as services:
        status = services.status()
        assert not status.hearing
        assert not status.speaking
        assert "文字" in status.summary
        detail = await services.text_call(["カードの更新", "はい", "ありません"])
        with pytest.raises(Unavailable):
            await services.start_audiosocket()
        with pytest.raises(Unavailable):
            services.calls()
    assert detail.call.outcome == "confirmed"
    assert any(turn.played == PLACE for turn in detail.turns)


async def test_missing_model_folder_is_explained() -> None:
    from voicebot.status import voice_status

    status = voice_status(VoiceSettings(hearing=HearingSettings(model_dir=Path("/nowhere"))))
    assert any("model.bin" in problem for problem in status.problems)


async def test_text_call_takes_keys(tmp_path: Path) -> None:
    async with running(tmp_path, None) as services:
        detail = await services.text_call(["カードをなくしました", "#1", "＃2"])
    assert detail.call.outcome == "confirmed"
    assert any(turn.played == LOST for turn in detail.turns)


async def test_browser_without_a_voice_is_a_chat_with_captions(tmp_path: Path, database: Database) -> None:
    async with running(tmp_path, database) as services:
        page = FakeSocket()
        call = asyncio.create_task(services.browser_call(page.send, page.receive))
        page.post({"type": "text", "text": "カードの更新"})
        page.post("garbage")
        page.post({"type": "key", "key": "12"})
        page.post({"type": "lang", "lang": "xx"})
        async with asyncio.timeout(PATIENCE_SECS):
            while not any(message.get("text") == PLACE for message in page.messages):  # noqa: ASYNC110 - captions
                await asyncio.sleep(0.02)
        page.post({"type": "end"})
        done = await call
        services.drain()
        stored = services.call(done.call_id)
    assert done.outcome == "completed"
    assert [turn.faq_id for turn in stored.turns if turn.who == "bot" and turn.faq_id] == ["MH1001"]
    assert {message["who"] for message in page.messages if message["type"] == "turn"} == {"caller", "bot"}


async def test_a_language_without_a_voice_is_shown(tmp_path: Path) -> None:
    async with running(tmp_path, None) as services:
        detail = await services.text_call(["hello"], lang="en")
    assert any("AI assistant" in turn.text for turn in detail.turns)


@pytest.mark.voice
async def test_browser_with_sound_keys_text_and_stop(tmp_path: Path, database: Database) -> None:
    transcriber = ScriptedTranscriber(["カードの更新はどこでできますか"])
    async with running(tmp_path, database, SPEAKING, transcriber) as services:
        page = FakeSocket()
        call = asyncio.create_task(services.browser_call(page.send, page.receive))
        await page.heard.talking()
        # What is typed in the opening waits until the opening is over.
        page.post({"type": "text", "text": "カードをなくしました"})
        async with asyncio.timeout(PATIENCE_SECS):
            while not any(message.get("faq_id") == "MH1002" for message in page.messages):  # noqa: ASYNC110 - captions
                await asyncio.sleep(0.05)
        await page.heard.quiet()
        await pace(spoken("カードの更新はどこでできますか。", 16000) + bytes(32000), 640, page.post)
        async with asyncio.timeout(PATIENCE_SECS):
            while not any(message.get("faq_id") == "MH1001" for message in page.messages):  # noqa: ASYNC110 - captions
                await asyncio.sleep(0.05)
        await page.heard.talking()
        page.post({"type": "stop"})
        async with asyncio.timeout(PATIENCE_SECS):
            while "clear" not in page.kinds():  # noqa: ASYNC110 - the page's messages
                await asyncio.sleep(0.05)
        page.close()
        done = await asyncio.wait_for(call, PATIENCE_SECS)
    assert done.outcome == "completed"


@pytest.mark.voice
async def test_wav_call_writes_the_reply(tmp_path: Path) -> None:
    source, out = tmp_path / "in.wav", tmp_path / "reply.wav"
    with wave.open(str(source), "wb") as target:
        target.setnchannels(1)
        target.setsampwidth(2)
        target.setframerate(8000)
        target.writeframes(spoken("もう結構です。"))
    transcriber = ScriptedTranscriber(["もう結構です"], delay_secs=0.0)
    short = VoiceSettings(speech=SpeechSettings(processes=0, speed=3.0))
    async with running(tmp_path, None, short, transcriber) as services:
        detail = await asyncio.wait_for(services.wav_call(source, out), PATIENCE_SECS)
        with pytest.raises(NotReadable):
            await services.wav_call(tmp_path / "none.wav", out)
    assert detail.call.outcome == "abandoned"
    assert detail.call.reason == "goodbye"
    with wave.open(str(out)) as made:
        assert made.getnframes() / made.getframerate() > 3


@pytest.mark.voice
async def test_words_of_the_city_are_kept_and_heard(tmp_path: Path) -> None:
    async with running(tmp_path, None, SPEAKING) as services:
        before = await services.voice.listen("匝瑳木橋")
        services.voice.set_city_words([word("匝瑳木橋", "ながいながいよみかた")])
        after = await services.voice.listen("匝瑳木橋")
        assert len(after) > len(before)
        answer = [Speech(approved("窓口は一階です。"))]
        assert await services.voice.prepare(answer, 8000) > 0
        assert await services.voice.prepare(answer, 8000) == 0
    async with running(tmp_path, None, SPEAKING) as services:
        assert [entry.surface for entry in services.voice.city_words()] == ["匝瑳木橋"]


async def test_emergency_announcement_survives_a_restart(tmp_path: Path) -> None:
    async with running(tmp_path, None) as services:
        services.set_emergency("大雪のため窓口を閉めています。")
    async with running(tmp_path, None) as services:
        detail = await services.text_call([])
        assert detail.turns[0].text == "大雪のため窓口を閉めています。"
        services.set_emergency("")
        assert (await services.text_call([])).turns[0].text != "大雪のため窓口を閉めています。"


def example(call_id: str, day: int = 24, outcome: Outcome = "open") -> Call:
    call = Call(call_id, "text", TUESDAY_NOON.replace(day=day))
    return replace(
        call, outcome=outcome, packet=Packet("complaint", approved("苦情"), transcript=(("bot", approved("はい")),))
    )


def line(index: int, text: str, faq_id: str = "") -> Turn:
    return Turn(index, TUESDAY_NOON, "caller", "question", approved(text), faq_id=faq_id, stages_ms={"asr": 250.0})


def test_records_round_trip_filter_and_page(database: Database) -> None:
    records = CallRecords(database)
    for number in range(5):
        records.open(example(f"C{number}", day=20 + number))
        records.turn(f"C{number}", line(0, "前の版"))
        records.turn(f"C{number}", line(0, f"カードの更新 {number}%", faq_id=f"MH{number}"))
    done = example("C3", day=23, outcome="confirmed")
    records.close(done)
    records.drain()
    assert records.get("C3").call == done
    assert records.get("C3").turns == (line(0, "カードの更新 3%", "MH3"),)
    newest = [call.call_id for call in records.find(CallFilter()).calls]
    assert newest == ["C4", "C3", "C2", "C1", "C0"]
    assert records.find(CallFilter(limit=2, offset=1)).total == 5
    for asked in (CallFilter(outcome="confirmed"), CallFilter(faq_id="MH3"), CallFilter(text="新 3%"), CallFilter(since="2026-11-23", until="2026-11-23")):  # fmt: skip
        assert [call.call_id for call in records.find(asked).calls] == ["C3"]
    with pytest.raises(NotFound):
        records.get("none")
    with pytest.raises(InvalidInput):
        records.find(CallFilter(since="昨日"))
    records.stop()


LOCKED_SECS = 5.0


async def test_a_call_lives_through_five_seconds_of_a_locked_database(tmp_path: Path) -> None:
    """Longer than a writer waits for the lock, so that it has to try again."""
    database = open_database(tmp_path, StoreSettings(busy_timeout_secs=1.0))
    blocker = sqlite3.connect(tmp_path / SQLITE_FILE, isolation_level=None)
    loop = asyncio.get_running_loop()
    async with running(tmp_path, database) as services:
        blocker.execute("BEGIN IMMEDIATE")
        locked_at = loop.time()
        page = FakeSocket()
        call = asyncio.create_task(services.browser_call(page.send, page.receive))
        page.post({"type": "text", "text": "カードの更新"})
        async with asyncio.timeout(PATIENCE_SECS):
            while not any(message.get("text") == PLACE for message in page.messages):  # noqa: ASYNC110 - captions
                await asyncio.sleep(0.02)
        page.post({"type": "end"})
        done = await call
        await asyncio.sleep(max(0.0, locked_at + LOCKED_SECS - loop.time()))
        blocker.execute("ROLLBACK")
        blocker.close()
        await asyncio.to_thread(services.drain)
        stored = services.call(done.call_id)
    database.close()
    assert (done.outcome, stored.call.outcome) == ("completed", "completed")
    assert [turn.text for turn in stored.turns] == [one["text"] for one in page.messages if one["type"] == "turn"]


_CRASH = """
import asyncio, sys
from pathlib import Path
from tests.integration.test_voice_services import SILENT, running
from knowledge.store.database import open_database
from tests.fakes.voice_phones import FakeSocket

async def main() -> None:
    folder = Path(sys.argv[1])
    async with running(folder, open_database(folder)) as services:
        page = FakeSocket()
        task = asyncio.create_task(services.browser_call(page.send, page.receive))
        page.post({"type": "text", "text": "カードの更新"})
        while not any(message.get("faq_id") for message in page.messages):
            await asyncio.sleep(0.02)
        services.drain()
        print("answered", flush=True)
        await task

asyncio.run(main())
"""


def test_kill_nine_in_the_middle_of_a_call_leaves_it_marked_interrupted(tmp_path: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", _CRASH, str(tmp_path)], stdout=subprocess.PIPE, cwd=os.getcwd())
    assert child.stdout is not None
    assert child.stdout.readline().strip() == b"answered"
    os.kill(child.pid, signal.SIGKILL)
    child.wait()
    child.stdout.close()

    async def after() -> None:
        database = open_database(tmp_path)
        async with running(tmp_path, database) as services:
            found = services.calls().calls
            assert [call.outcome for call in found] == ["interrupted"]
            assert any(turn.faq_id == "MH1001" for turn in services.call(found[0].call_id).turns)
        database.close()

    asyncio.run(after())


def test_captions_are_json_and_masked(tmp_path: Path, database: Database) -> None:
    async def scenario() -> list[dict[str, object]]:
        async with running(tmp_path, database) as services:
            page = FakeSocket()
            call = asyncio.create_task(services.browser_call(page.send, page.receive))
            page.post({"type": "text", "text": "電話は0312345678です"})
            page.post({"type": "end"})
            await call
            return page.messages

    kept = json.dumps(asyncio.run(scenario()), ensure_ascii=False)
    assert "0312345678" not in kept
