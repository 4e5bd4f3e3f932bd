"""The voice of the deployment: engine, user dictionary and cache behind one Speaker."""

import asyncio
import io
import shutil
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.domain import LANGUAGES
from knowledge.errors import Unavailable
from knowledge.privacy.redacted import approved
from voicebot.domain import CityVoice, Speech, Unit
from voicebot.ports import Speaker
from voicebot.settings import SpeechSettings
from voicebot.speech import dictionary
from voicebot.speech.cache import SpeechCache
from voicebot.speech.clauses import units
from voicebot.speech.espeak import PROGRAM, EspeakSpeaker

if TYPE_CHECKING:
    from voicebot.speech.speaker import JapaneseSpeaker

LISTEN_RATE = 16000


class Voice:
    """A Speaker that may have nothing to speak with; editable user dictionary included."""

    def __init__(self, settings: SpeechSettings, folder: Path, city: CityVoice) -> None:
        self._settings = settings
        self._folder = folder
        self._city = city
        self._japanese: JapaneseSpeaker | None = None
        self._speakers: list[Speaker] = []
        self._cache: SpeechCache | None = None

    async def start(self) -> None:
        """Load the engines. Raises Unavailable."""
        settings = self._settings
        if settings.piper_voice is not None:
            from voicebot.speech.piper import PiperSpeaker

            self._speakers.append(PiperSpeaker(settings.piper_voice, _voice_lang(settings.piper_voice), settings.speed))
        folder = settings.cache_dir or self._folder / "speech"
        self._cache = SpeechCache(folder, settings.cache_mb, settings.memory_cache_mb)
        if settings.kind == "openjtalk":
            from voicebot.speech.pool import SynthesisPool
            from voicebot.speech.speaker import JapaneseSpeaker

            pool = SynthesisPool(settings.processes)
            spare = SynthesisPool(1, niceness=19) if settings.processes else None
            self._japanese = JapaneseSpeaker(pool, self._cache, self._folder / "dictionary", settings.speed, spare)
            self._japanese.use_words(self._all_words(self.city_words()))
            await self._japanese.warm()
            self._speakers.append(self._japanese)
        if settings.espeak and shutil.which(PROGRAM):
            self._speakers.append(await asyncio.to_thread(EspeakSpeaker, self._cache, settings.speed))

    @property
    def languages(self) -> tuple[str, ...]:
        """What can be spoken; empty before the start."""
        return tuple(lang for lang in LANGUAGES if self.speaks(lang))

    def close(self) -> None:
        if self._japanese is not None:
            self._japanese.close()

    def speaks(self, lang: str) -> bool:
        return any(speaker.speaks(lang) for speaker in self._speakers)

    def units(self, speech: Speech) -> Sequence[Unit]:
        speaker = self._for(speech.lang)
        return speaker.units(speech) if speaker else units(speech.text, speech.lang)

    async def synthesize(self, unit: Unit, speech: Speech, sample_rate: int) -> bytes:
        speaker = self._for(speech.lang)
        if speaker is None:
            raise Unavailable("この言語の音声がありません。")
        return await speaker.synthesize(unit, speech, sample_rate)

    def _for(self, lang: str) -> Speaker | None:
        return next((speaker for speaker in self._speakers if speaker.speaks(lang)), None)

    async def prepare(self, speeches: Sequence[Speech], sample_rate: int) -> int:
        """Synthesise Japanese ahead of time; returns the number of new units."""
        return await self._japanese.prepare(speeches, sample_rate) if self._japanese else 0

    def rest(self) -> None:
        """Nothing more is to be prepared for now."""
        if self._japanese is not None:
            self._japanese.rest()

    def trim_cache(self) -> int:
        return self._cache.trim() if self._cache else 0

    # --- user dictionary ----------------------------------------------------------------------------------------

    @property
    def _words_path(self) -> Path:
        return self._folder / "dictionary.csv"

    def city_words(self) -> tuple[dictionary.Word, ...]:
        """What the city has entered itself; before the first edit, the readings of its profile."""
        if self._words_path.is_file():
            return dictionary.read_csv(self._words_path.read_text(encoding="utf-8"))
        return dictionary.from_readings(self._city.readings)

    def set_city_words(self, words: Sequence[dictionary.Word]) -> None:
        """Replace the city's words; spoken from the next sentence on. Blocks about a second."""
        kept = dictionary.merge(words)
        if self._japanese is not None:
            self._japanese.use_words(self._all_words(kept))
        self._folder.mkdir(parents=True, exist_ok=True)
        part = self._words_path.with_suffix(".part")
        part.write_text(dictionary.to_csv(kept), encoding="utf-8")
        part.replace(self._words_path)

    @staticmethod
    def _all_words(own: Sequence[dictionary.Word]) -> tuple[dictionary.Word, ...]:
        return dictionary.merge(dictionary.shipped(), own)

    async def listen(self, text: str, lang: str = "ja") -> bytes:
        """A WAV of the text as callers hear it, for the listen button. Raises Unavailable."""
        speech = Speech(approved(text), lang=lang)
        pcm = b"".join([await self.synthesize(unit, speech, LISTEN_RATE) for unit in self.units(speech)])
        out = io.BytesIO()
        with wave.open(out, "wb") as target:
            target.setnchannels(1)
            target.setsampwidth(2)
            target.setframerate(LISTEN_RATE)
            target.writeframes(pcm)
        return out.getvalue()


def _voice_lang(path: Path) -> str:
    """Piper names its files by language: en_US-amy-low.onnx."""
    return path.name.split("_", 1)[0].lower() if "_" in path.name else "ja"
