"""Calls with real audio: Open JTalk speaks the citizen's line, Silero hears it, the bot's audio comes back."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from knowledge.clock import FixedClock
from tests.fakes.voice import MIHON, PLACE, TUESDAY_NOON, DigitRedactor, FakeDesk, MihonAnswers
from tests.fakes.voice_phones import PATIENCE_SECS, FakeAsterisk, FakeTwilio, spoken
from voicebot.domain import Transcript
from voicebot.hearing.scripted import ScriptedTranscriber
from voicebot.parts import VoiceParts
from voicebot.services import VoiceServices
from voicebot.settings import (
    AudioSocketSettings,
    HearingSettings,
    RecordingSettings,
    SpeechSettings,
    TurnSettings,
    VoiceSettings,
)
from voicebot.transports.audiosocket import pack

pytestmark = pytest.mark.voice
QUESTION = "カードの更新はどこでできますか。"
SHORT = replace(
    MIHON,
    texts={
        "opening": "{centre_name}、AIです。", "opening_noted": "記録します。", "opening_recorded": "録音します。",
        "opening_person": "担当者はゼロです。", "opening_secret": "番号は不要です。", "resolved": "解決しましたか。",
        "secret": "番号はお話しにならないでください。", "transferring": "おつなぎします。", "ask": "どうぞ。", "ask_more": "ほかには。",
        "goodbye_solved": "失礼します。", "ask_again": "もう一度どうぞ。",
    },
)  # fmt: skip
"""The same bot with a short opening: these calls run in real time."""


@asynccontextmanager
async def bot(
    folder: Path, heard: Sequence[Transcript | str] | None, desk: FakeDesk | None = None, **changes: Any
) -> AsyncIterator[VoiceServices]:
    from knowledge.store.database import open_database

    settings = VoiceSettings(
        speech=SpeechSettings(processes=0),
        audiosocket=AudioSocketSettings(port=0),
        **changes,
    )
    database = open_database(folder)
    services = VoiceServices(VoiceParts(
        MihonAnswers(), DigitRedactor(), FixedClock(TUESDAY_NOON), database, SHORT, settings, folder,
        handoff=desk or FakeDesk(), transcriber=None if heard is None else ScriptedTranscriber(heard),
    ))  # fmt: skip
    await services.start()
    try:
        yield services
    finally:
        await services.close()
        database.close()


async def dial(services: VoiceServices, port: int, phone: FakeAsterisk) -> FakeAsterisk:
    services.announce(phone.call_id)
    await phone.connect(port)
    return phone


async def written_down(services: VoiceServices) -> None:
    """Until the server's side has noticed that the caller is gone, and its record is on disk."""
    async with asyncio.timeout(PATIENCE_SECS):
        while services.status().active_calls:  # noqa: ASYNC110 - nothing tells when the last call is gone
            await asyncio.sleep(0.02)
    await asyncio.to_thread(services.drain)


async def test_a_call_over_audiosocket_from_question_to_solved(tmp_path: Path) -> None:
    async with bot(tmp_path, [QUESTION, "はい", "いいえ、ありません"]) as services:
        phone = await dial(services, await services.start_audiosocket(), FakeAsterisk())
        await phone.heard.quiet()
        for line in (QUESTION, "はい。", "いいえ、ありません。"):
            await phone.say(spoken(line))
            await phone.heard.talking()
            await phone.heard.quiet()
        await asyncio.wait_for(phone.heard.closed.wait(), PATIENCE_SECS)
        await phone.close()
        await written_down(services)
        detail = services.call(phone.call_id)
    assert phone.heard.hung_up
    assert detail.call.outcome == "confirmed"
    answer = next(turn for turn in detail.turns if turn.decision == "answer" and turn.who == "bot")
    assert (answer.played, answer.faq_id) == (PLACE, "MH1001")
    assert 0 < answer.stages_ms["first_audio"] < 15_000
    assert phone.heard.speech_secs > 8


async def test_barge_in_silences_the_bot_and_the_dtx_gap_still_ends_the_turn(tmp_path: Path) -> None:
    async with bot(tmp_path, [QUESTION, "カードをなくしたんです", "はい"]) as services:
        phone = await dial(services, await services.start_audiosocket(), FakeAsterisk(silent=True))
        await phone.heard.quiet()
        await phone.say(spoken(QUESTION))
        await phone.heard.talking()
        await asyncio.sleep(1.5)
        began = asyncio.get_running_loop().time()
        await phone.say(spoken("カードをなくしたんですけれどもどうしたらよいでしょうか。"))
        ended = asyncio.get_running_loop().time()
        loud = [at for at in phone.heard.loud_at if at > began]
        silent_at = next((a for a, b in pairwise(loud) if b - a > 0.5), loud[-1])
        await phone.heard.talking()
        await phone.hang_up()
        await written_down(services)
        detail = services.call(phone.call_id)
    assert silent_at < ended, "silent while the caller speaks; how soon is measured by the bench"
    cut = next(turn for turn in detail.turns if turn.barged_in and turn.faq_id == "MH1001")
    assert 0 < len(cut.played) < len(PLACE)
    assert any(turn.faq_id == "MH1002" and turn.who == "bot" for turn in detail.turns)


async def test_a_backchannel_does_not_interrupt(tmp_path: Path) -> None:
    async with bot(tmp_path, [QUESTION, "はい"]) as services:
        phone = await dial(services, await services.start_audiosocket(), FakeAsterisk())
        await phone.heard.quiet()
        await phone.say(spoken(QUESTION))
        await phone.heard.talking()
        await asyncio.sleep(0.8)
        await phone.say(spoken("はい。"))
        await phone.heard.quiet()
        await phone.hang_up()
        await written_down(services)
        detail = services.call(phone.call_id)
    answer = next(turn for turn in detail.turns if turn.faq_id == "MH1001" and turn.who == "bot")
    assert answer.played == PLACE
    assert not answer.barged_in


async def test_zero_hands_over_and_tells_the_dialplan(tmp_path: Path) -> None:
    desk = FakeDesk()
    async with bot(tmp_path, [QUESTION], desk) as services:
        phone = await dial(services, await services.start_audiosocket(), FakeAsterisk())
        await phone.heard.talking()
        phone.press("0")
        await asyncio.wait_for(phone.heard.closed.wait(), PATIENCE_SECS)
        assert services.next_step(phone.call_id) == "queue"
        assert services.next_step("unknown") == "hangup"
        await phone.close()
    assert desk.packets[0].reason == "asked_for_person"


async def test_strangers_are_refused_and_calls_go_on(tmp_path: Path) -> None:
    async with bot(tmp_path, [QUESTION]) as services:
        port = await services.start_audiosocket()
        good = await dial(services, port, FakeAsterisk())

        async def stranger(number: int) -> bytes:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            if number % 3 == 0:
                writer.write(pack(0x01, uuid.uuid4().bytes))
            elif number % 3 == 1:
                writer.write(b"GET / HTTP/1.1\r\n\r\n")
            else:
                writer.write_eof()
            try:
                rest = await asyncio.wait_for(reader.read(), PATIENCE_SECS)
            except ConnectionError:
                rest = b""
            writer.close()
            return rest

        answers = await asyncio.gather(*(stranger(number) for number in range(100)))
        assert set(answers) == {b""}
        await good.heard.talking()
        assert services.status().active_calls == 1
        await good.hang_up()


@pytest.mark.parametrize("how", ["abort", "garbage", "hangup", "truncated"])
async def test_a_call_that_breaks_off_leaves_a_record_and_no_task(tmp_path: Path, how: str) -> None:
    async with bot(tmp_path, [QUESTION]) as services:
        port = await services.start_audiosocket()
        tasks = len(asyncio.all_tasks())
        phone = await dial(services, port, FakeAsterisk())
        await phone.heard.talking()
        if how == "garbage":
            phone.raw(b"\x7f\xff\xff" + bytes(70000))
        elif how == "truncated":
            phone.raw(b"\x10\x01")
        await phone.hang_up(rudely=how in ("abort", "truncated"))
        async with asyncio.timeout(PATIENCE_SECS):
            while services.status().active_calls or len(asyncio.all_tasks()) > tasks:  # noqa: ASYNC110 - nothing tells when the last task is gone
                await asyncio.sleep(0.05)
        services.drain()
        assert services.call(phone.call_id).call.outcome == "abandoned"


async def test_packets_lost_on_the_way_do_not_break_the_call(tmp_path: Path) -> None:
    async with bot(tmp_path, [QUESTION]) as services:
        phone = await dial(services, await services.start_audiosocket(), FakeAsterisk(silent=True))
        await phone.heard.quiet()
        speech = spoken(QUESTION)
        kept = b"".join(speech[i : i + 320] for i in range(0, len(speech), 320) if (i // 320) % 10)
        await phone.say(kept)
        await phone.heard.talking()
        await phone.hang_up()
        await written_down(services)
        assert any(turn.faq_id == "MH1001" for turn in services.call(phone.call_id).turns)


async def test_recording_holds_both_sides_and_spoken_numbers_are_blanked(tmp_path: Path) -> None:
    import wave

    import numpy as np

    heard = ["私の個人番号は123456789012です", QUESTION]
    async with bot(tmp_path, heard, recording=RecordingSettings(enabled=True)) as services:
        phone = await dial(services, await services.start_audiosocket(), FakeAsterisk())
        await phone.heard.quiet()
        await phone.say(spoken("私の個人番号はいちにさんよんごろくななはちきゅうぜろいちにです。"))
        await phone.heard.talking()
        await phone.hang_up()
        await written_down(services)
        detail = services.call(phone.call_id)
        path = services.recordings_dir / detail.call.recording
    with wave.open(str(path)) as source:
        assert (source.getnchannels(), source.getframerate()) == (2, 8000)
        sound = np.frombuffer(source.readframes(source.getnframes()), dtype="<i2").reshape(-1, 2)
    assert np.abs(sound[:, 1]).max() > 1000, "the bot is on the right channel"
    assert np.abs(sound[:, 0]).max() < 50, "the caller said nothing but the number"
    assert "1234" not in repr(detail)


async def test_twilio_compatible_stream_end_to_end(tmp_path: Path) -> None:
    async with bot(tmp_path, [QUESTION, "はい"]) as services:
        phone = FakeTwilio()
        phone.begin()
        running = asyncio.create_task(services.twilio_call(phone.send, phone.receive))
        await phone.heard.quiet()
        phone.post("not json")
        phone.post({"event": "media", "media": {"payload": "%%%"}})
        await phone.say(spoken(QUESTION) + bytes(16000))
        await phone.heard.talking()
        await asyncio.sleep(1.0)
        await phone.say(spoken("すみません、別のことを、もうひとつお聞きしたいのですが。") + bytes(8000))
        await asyncio.sleep(1.0)
        phone.press("0")
        call = await asyncio.wait_for(running, PATIENCE_SECS)
    assert call is not None
    assert call.outcome == "handed_over"
    assert "clear" in phone.kinds()


async def test_a_stream_that_never_starts_is_no_call(tmp_path: Path) -> None:
    async with bot(tmp_path, []) as services:
        phone = FakeTwilio()
        phone.post("[1]")
        phone.post({"event": "start", "start": "x"})
        assert await services.twilio_call(phone.send, phone.receive) is None


async def test_the_real_whisper_path_hears_a_call(tmp_path: Path) -> None:
    from tests.fakes.voice_whisper import build as build_model

    hearing = HearingSettings(model_dir=build_model(tmp_path / "model"), threads=1, reject_below=0.0)
    async with bot(tmp_path, None, hearing=hearing, turns=TurnSettings(policy="smart")) as services:
        assert services.status().hearing
        phone = await dial(services, await services.start_audiosocket(), FakeAsterisk())
        await phone.heard.quiet()
        await phone.say(spoken(QUESTION))
        await phone.heard.talking()
        await phone.hang_up()
        await written_down(services)
        heard = [turn for turn in services.call(phone.call_id).turns if turn.who == "caller"]
    assert heard, "noise by construction: either words of no sense or the reason why there are none"
    assert heard[0].decision in ("unheard", "answer", "handoff", "clarify", "refuse", "")


async def test_a_model_that_cannot_be_loaded_leaves_the_keypad_menu(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json"):
        (folder / name).write_bytes(b"x")
    async with bot(tmp_path, None, hearing=HearingSettings(model_dir=folder)) as services:
        assert not services.status().hearing
        assert any("読み込めません" in problem for problem in services.status().problems)
        phone = await dial(services, await services.start_audiosocket(), FakeAsterisk())
        await phone.heard.talking()
        phone.press("0")
        await asyncio.wait_for(phone.heard.closed.wait(), PATIENCE_SECS)
        await phone.close()
        await written_down(services)
        detail = services.call(phone.call_id)
    assert detail.call.outcome == "handed_over"
    assert any(turn.decision == "menu" for turn in detail.turns)
