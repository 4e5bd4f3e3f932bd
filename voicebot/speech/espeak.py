"""Other languages by eSpeak NG, when the system has it: a program of its own, one short process a sentence.

Robotic but clear, offline, and there for every language of the service but Tagalog. A Piper voice sounds better.
"""

import asyncio
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence

import numpy as np

from knowledge.errors import Unavailable
from voicebot.domain import Speech, Unit
from voicebot.speech.cache import SpeechCache
from voicebot.speech.clauses import units
from voicebot.speech.shape import loudness, resample, to_pcm, trim

PROGRAM = "espeak-ng"
WANTED: Mapping[str, tuple[str, ...]] = {
    "en": ("en-us", "en"),
    "zh": ("cmn",),
    "ko": ("ko",),
    "vi": ("vi",),
    "pt": ("pt-br", "pt"),
    "tl": ("fil", "tl"),
}
"""Voices in the order of preference. Japanese is not among them: eSpeak cannot read kanji."""
WORDS_A_MINUTE = 150
LEVEL = 0.7
TIMEOUT_SECS = 10.0
AT_ONCE = 2
_HEADER_BYTES = 44
_RATE = 22050
_PHONE = re.compile(r"(?<!\d)0\d{1,4}-\d{1,4}-\d{3,4}(?!\d)")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff々〆ー]+")
_MARKUP = re.compile(r"[「」『』【】()（）*_`#]")


class EspeakSpeaker:
    """Languages whose voice data is installed. Raises Unavailable when the program is not there."""

    def __init__(self, cache: SpeechCache | None = None, speed: float = 1.0) -> None:
        path = shutil.which(PROGRAM)
        if path is None:
            raise Unavailable("外国語の読み上げ（eSpeak NG）が入っていません。")
        self._path = path
        self._voices = _installed(path)
        self._cache = cache
        self._speed = speed
        self._slots = asyncio.Semaphore(AT_ONCE)

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(self._voices)

    def speaks(self, lang: str) -> bool:
        return lang in self._voices

    def units(self, speech: Speech) -> Sequence[Unit]:
        return units(speech.text, speech.lang)

    async def synthesize(self, unit: Unit, speech: Speech, sample_rate: int) -> bytes:
        text = readable(unit.text, speech.lang)
        if not any(ch.isalnum() for ch in text):
            return b""
        voice, speed = self._voices[speech.lang], speech.speed * self._speed
        key = SpeechCache.key(PROGRAM, voice, text, speed, speech.gain, sample_rate)
        pcm = self._cache.get(key) if self._cache else None
        if pcm is None:
            async with self._slots:
                sound = await self._run(voice, text, speed)
            pcm = await asyncio.to_thread(_shaped, sound, speech.gain, sample_rate)
            if self._cache:
                self._cache.put(key, pcm, keep=not speech.secret)
        return pcm

    async def _run(self, voice: str, text: str, speed: float) -> bytes:
        # The text goes through standard input: as an argument it would stand in the list of processes.
        process = await asyncio.create_subprocess_exec(
            self._path, "-v", voice, "-s", str(round(WORDS_A_MINUTE * speed)), "--stdin", "--stdout",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            sound, _ = await asyncio.wait_for(process.communicate(text.encode()), TIMEOUT_SECS)
        except BaseException as exc:
            if process.returncode is None:
                process.kill()
                await process.wait()
            if isinstance(exc, TimeoutError):
                raise Unavailable("外国語の読み上げに時間がかかっています。") from exc
            raise
        return sound


def readable(text: str, lang: str) -> str:
    """Telephone numbers digit by digit; Japanese names, which this voice would spell out as symbols, left out."""
    text = _PHONE.sub(lambda match: " ".join(match[0].replace("-", ",")), text)
    text = _MARKUP.sub(" ", text)
    return " ".join((text if lang == "zh" else _JAPANESE.sub(" ", text)).split())


def _shaped(sound: bytes, gain: float, rate: int) -> bytes:
    samples = np.frombuffer(sound[_HEADER_BYTES : len(sound) // 2 * 2], dtype="<i2").astype(np.float32)
    if samples.size == 0:
        return b""
    level = np.float32(LEVEL / max(float(np.abs(samples).max()), 1.0))
    return to_pcm(loudness(trim(resample(samples * level, _RATE, rate), rate), gain))


def _installed(path: str) -> dict[str, str]:
    """The voice of each language; nothing when the program does not answer."""
    try:
        listed = subprocess.run([path, "--voices"], capture_output=True, timeout=TIMEOUT_SECS, check=True)  # noqa: S603 - found on PATH, no input
    except (OSError, subprocess.SubprocessError):
        return {}
    known = {
        line.split()[1] for line in listed.stdout.decode("utf-8", "replace").splitlines()[1:] if len(line.split()) > 1
    }
    chosen = {lang: next((voice for voice in names if voice in known), "") for lang, names in WANTED.items()}
    return {lang: voice for lang, voice in chosen.items() if voice}
