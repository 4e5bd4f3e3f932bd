"""Chooses the voice by language; a language without a voice is shown on screen or handed over."""

from collections.abc import Sequence

from knowledge.errors import Unavailable
from voicebot.domain import Speech, Unit
from voicebot.ports import Speaker
from voicebot.speech.clauses import units


class Voices:
    def __init__(self, speakers: Sequence[Speaker]) -> None:
        self._speakers = tuple(speakers)

    def _for(self, lang: str) -> Speaker | None:
        return next((speaker for speaker in self._speakers if speaker.speaks(lang)), None)

    def speaks(self, lang: str) -> bool:
        return self._for(lang) is not None

    def units(self, speech: Speech) -> Sequence[Unit]:
        speaker = self._for(speech.lang)
        return speaker.units(speech) if speaker else units(speech.text)

    async def synthesize(self, unit: Unit, speech: Speech, sample_rate: int) -> bytes:
        speaker = self._for(speech.lang)
        if speaker is None:
            raise Unavailable("この言語の音声がありません。")
        return await speaker.synthesize(unit, speech, sample_rate)
