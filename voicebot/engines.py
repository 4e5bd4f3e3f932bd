"""The heavy parts that all calls share: recogniser and turn policy, loaded once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from knowledge.errors import Unavailable
from voicebot.ports import Speaker, Transcriber, TurnPolicy
from voicebot.settings import TurnSettings, VoiceSettings

if TYPE_CHECKING:
    from voicebot.runtime.line import Gear


@dataclass(slots=True)
class Engines:
    gear: "Gear"
    hearing: bool
    """Speech can be understood; False means keys and text only."""
    closers: list[Callable[[], None]] = field(default_factory=list)

    def close(self) -> None:
        for closer in self.closers:
            closer()


async def load_engines(settings: VoiceSettings, speaker: Speaker, given: Transcriber | None) -> Engines:
    """Never raises because of a model: what cannot be loaded is gone without."""
    from voicebot.hearing.scripted import DeafTranscriber
    from voicebot.runtime.line import Gear

    closers: list[Callable[[], None]] = []
    transcriber = given or await _whisper(settings, closers)
    policy = _policy(settings.turns, closers)
    gear = Gear(speaker, transcriber or DeafTranscriber(), policy, settings.turns)
    return Engines(gear, transcriber is not None, closers)


async def _whisper(settings: VoiceSettings, closers: list[Callable[[], None]]) -> Transcriber | None:
    from voicebot.hearing.whisper import WhisperTranscriber

    if settings.hearing.kind not in ("auto", "whisper"):
        return None
    whisper = WhisperTranscriber(settings.hearing)
    closers.append(whisper.close)
    try:
        await whisper.start()
    except Unavailable:
        return None
    return whisper


def _policy(settings: TurnSettings, closers: list[Callable[[], None]]) -> TurnPolicy:
    from voicebot.turns import SmartTurnPolicy, TextTurnPolicy

    if settings.policy != "smart":
        return TextTurnPolicy(settings)
    from voicebot.runtime.vad import SmartTurn

    model = SmartTurn()
    closers.append(model.close)
    return SmartTurnPolicy(settings, model)
