"""When a caller has finished: text rules, and the real smart-turn and Silero models on real speech."""

import asyncio

import pytest

from voicebot.ports import Pause
from voicebot.settings import TurnSettings
from voicebot.turns import SmartTurnPolicy, text_wait_ms

SETTINGS = TurnSettings()


@pytest.mark.parametrize(
    ("text", "mode", "expected"),
    [
        ("カードの更新はどこでできますか。", "open", SETTINGS.done_ms),
        ("更新したいです", "open", SETTINGS.done_ms),
        ("住所が変わったんですけど", "open", SETTINGS.open_ms),
        ("マイナンバーカードの更新は、", "open", SETTINGS.open_ms),
        ("えーと、", "open", SETTINGS.open_ms),
        ("はい。", "short", SETTINGS.done_ms),
        ("カードの更新", "open", SETTINGS.pause_ms),
        ("ゼロサンの", "digits", SETTINGS.digits_ms),
        ("09012345678", "digits", SETTINGS.done_ms),
        ("", "open", SETTINGS.pause_ms),
    ],
)
def test_sentence_endings_decide(text: str, mode: str, expected: int) -> None:
    assert text_wait_ms(Pause(text, mode), SETTINGS) == expected  # type: ignore[arg-type]


class Sure:
    def __init__(self, chance: float) -> None:
        self.chance = chance
        self.asked = 0

    async def complete(self, pcm: bytes, sample_rate: int) -> float:
        self.asked += 1
        return self.chance


def test_the_model_is_asked_only_where_words_leave_it_open() -> None:
    model = Sure(0.9)
    policy = SmartTurnPolicy(SETTINGS, model)
    assert asyncio.run(policy.wait_ms(Pause("カードの更新", "open", b"\0\0"))) == SETTINGS.done_ms
    assert asyncio.run(policy.wait_ms(Pause("どこですか", "open", b"\0\0"))) == SETTINGS.done_ms
    assert model.asked == 1
    assert asyncio.run(SmartTurnPolicy(SETTINGS, Sure(0.1)).wait_ms(Pause("更新", "open", b"\0\0"))) == SETTINGS.open_ms


@pytest.mark.voice
def test_real_smart_turn_gives_a_probability_at_eight_kilohertz() -> None:
    from tests.fakes.voice_phones import spoken
    from voicebot.runtime.line import Gear  # noqa: F401 - silences pipecat before its modules load
    from voicebot.runtime.vad import SmartTurn

    model = SmartTurn()
    finished = asyncio.run(model.complete(spoken("はい。") + bytes(3200), 8000))
    dangling = asyncio.run(model.complete(spoken("マイナンバーカードの更新は"), 8000))
    model.close()
    assert 0.0 <= dangling < finished <= 1.0


@pytest.mark.voice
def test_real_silero_hears_quiet_speech_and_ignores_silence() -> None:
    from tests.fakes.voice_phones import spoken
    from voicebot.runtime.line import Gear  # noqa: F401 - silences pipecat before its modules load
    from voicebot.runtime.vad import make_vad
    from voicebot.speech.shape import from_pcm, to_pcm

    def states(pcm: bytes) -> set[str]:
        vad = make_vad(SETTINGS, 8000)
        vad.set_sample_rate(8000)
        return {vad._run_analyzer(pcm[i : i + 512]).name for i in range(0, len(pcm) - 512, 512)}

    quiet = to_pcm(from_pcm(spoken("カードの更新はどこでできますか。")) * 0.2)
    assert "SPEAKING" in states(quiet)
    assert states(bytes(32000)) == {"QUIET"}
