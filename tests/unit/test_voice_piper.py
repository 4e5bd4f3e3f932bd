"""The Piper adapter with a voice that only hums: real loading, real Japanese phonemes, no weights."""

import asyncio
from pathlib import Path

import pytest

from knowledge.errors import Unavailable
from knowledge.privacy.redacted import approved
from voicebot.domain import Speech

pytestmark = [pytest.mark.voice, pytest.mark.piper]
pytest.importorskip("piper", reason="the extra [piper] is not installed")
VOICE = Path(__file__).parent.parent / "fixtures" / "fake-piper" / "ja_JP-hum-low.onnx"


def test_a_local_voice_speaks_at_the_rate_of_the_line_and_slower_on_request() -> None:
    from voicebot.speech.piper import PiperSpeaker

    speaker = PiperSpeaker(VOICE, "ja")
    speech = Speech(approved("市民課の窓口へお越しください。"))
    unit = speaker.units(speech)[0]
    usual = asyncio.run(speaker.synthesize(unit, speech, 8000))
    slow = asyncio.run(speaker.synthesize(unit, Speech(speech.text, speed=0.5), 8000))
    assert speaker.speaks("ja")
    assert not speaker.speaks("en")
    assert len(slow) > 1.8 * len(usual) > 8000


def test_a_missing_voice_is_explained_and_never_fetched() -> None:
    from voicebot.speech.piper import PiperSpeaker

    with pytest.raises(Unavailable):
        PiperSpeaker(Path("/nowhere/ja_JP-x.onnx"))
