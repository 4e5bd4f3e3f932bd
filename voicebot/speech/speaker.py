"""The default voice: text normaliser, cache, Open JTalk workers."""

from collections.abc import Sequence
from pathlib import Path

from voicebot.domain import Speech, Unit
from voicebot.speech.cache import SpeechCache
from voicebot.speech.clauses import units
from voicebot.speech.dictionary import Word, compile_words, version
from voicebot.speech.normalise import for_reading
from voicebot.speech.pool import SynthesisPool

VOICE = "openjtalk-mei"


class JapaneseSpeaker:
    """Speaks Japanese with Open JTalk. `use_words` swaps the user dictionary while calls go on. What is made ahead of time
    is made by `spare`, where there is one: nobody waits for it, and others need the processor."""

    def __init__(
        self,
        pool: SynthesisPool,
        cache: SpeechCache,
        folder: Path,
        speed: float = 1.0,
        spare: SynthesisPool | None = None,
    ) -> None:
        self._pool = pool
        self._spare = spare or pool
        self._preparing = 0
        self._cache = cache
        self._folder = folder
        self._speed = speed
        self._words: tuple[Word, ...] = ()
        self._dictionary = ""
        self._version = ""

    def use_words(self, words: tuple[Word, ...]) -> None:
        self._words = words
        self._dictionary = str(compile_words(words, self._folder)) if words else ""
        self._version = version(words)

    @property
    def words(self) -> tuple[Word, ...]:
        return self._words

    def speaks(self, lang: str) -> bool:
        return lang == "ja"

    def units(self, speech: Speech) -> Sequence[Unit]:
        return units(speech.text)

    def cached(self, unit: Unit, speech: Speech, sample_rate: int) -> bytes | None:
        return self._cache.get(self._key(for_reading(unit.text), speech, sample_rate))

    def _key(self, text: str, speech: Speech, sample_rate: int) -> str:
        return SpeechCache.key(VOICE, self._version, text, speech.speed * self._speed, speech.gain, sample_rate)

    async def synthesize(self, unit: Unit, speech: Speech, sample_rate: int) -> bytes:
        return await self._made(self._pool, unit, speech, sample_rate)

    async def _made(self, pool: SynthesisPool, unit: Unit, speech: Speech, sample_rate: int) -> bytes:
        text = for_reading(unit.text)
        key = self._key(text, speech, sample_rate)
        pcm = self._cache.get(key)
        if pcm is None:
            pcm = await pool.synthesize(text, speech.speed * self._speed, speech.gain, sample_rate, self._dictionary)
            self._cache.put(key, pcm, keep=not speech.secret)
        return pcm

    async def prepare(self, speeches: Sequence[Speech], sample_rate: int) -> int:
        """Synthesise ahead of time what will be said as it stands; returns the number of new units."""
        made = 0
        self._preparing += 1
        try:
            for speech in speeches:
                for unit in self.units(speech):
                    if self.cached(unit, speech, sample_rate) is None:
                        await self._made(self._spare, unit, speech, sample_rate)
                        made += 1
        finally:
            self._preparing -= 1
        return made

    def rest(self) -> None:
        """Lets go of what preparing took, unless something is being prepared."""
        if self._spare is not self._pool and not self._preparing:
            self._spare.close()

    async def warm(self) -> None:
        await self._pool.warm(self._dictionary)

    def close(self) -> None:
        self._pool.close()
        self._spare.close()
