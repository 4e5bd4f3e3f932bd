"""Character error rate of a speech recogniser: on the recording as it is (16 kHz) and as a telephone carries it (µ-law
8 kHz there and back)."""

import re
import unicodedata
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from eval.jsonl import read_rows
from eval.runner import Progress
from voicebot.ports import ListenHints, Transcriber

RATE = 16_000
PHONE_RATE = 8_000
_MU = 255.0
_IGNORED = re.compile(r"[\s\W_]+")


@dataclass(frozen=True, slots=True)
class Recording:
    file: str
    transcript: str
    samples: NDArray[np.float32]
    """16 kHz mono in [-1, 1]."""


@dataclass(frozen=True, slots=True)
class Errors:
    """Character edits over reference characters."""

    edits: int
    characters: int

    @property
    def cer(self) -> float:
        return self.edits / self.characters if self.characters else 0.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One recording: what was heard from the original and over the telephone."""

    file: str
    reference: str
    wide: str
    phone: str
    wide_errors: Errors
    phone_errors: Errors
    took_ms: float


def load_manifest(path: Path) -> list[Recording]:
    """One JSON object a line: `file` (16-bit WAV beside the manifest) and `transcript`. Raises NotReadable."""

    def recording(row: Any) -> Recording:
        file = str(row["file"])
        try:
            samples = read_wav(path.parent / file)
        except (OSError, EOFError, wave.Error) as exc:
            raise ValueError(file) from exc
        return Recording(file, str(row["transcript"]), samples)

    return read_rows(path, recording, "file（16ビットWAV）と transcript を持つJSONを書いてください。")


async def evaluate(
    recordings: Sequence[Recording], transcriber: Transcriber, progress: Progress | None = None
) -> list[Heard]:
    """Both versions of every recording, one after the other."""
    out = []
    for number, one in enumerate(recordings, 1):
        wide = await transcriber.transcribe(pcm16(one.samples), RATE, ListenHints())
        narrow = over_the_phone(one.samples)
        phone = await transcriber.transcribe(pcm16(narrow), PHONE_RATE, ListenHints())
        out.append(
            Heard(
                one.file,
                one.transcript,
                wide.text,
                phone.text,
                errors(one.transcript, wide.text),
                errors(one.transcript, phone.text),
                wide.took_ms + phone.took_ms,
            )
        )
        if progress:
            progress(number, len(recordings))
    return out


def total(parts: Sequence[Errors]) -> Errors:
    """All edits over all characters, so that long recordings weigh more than short ones."""
    return Errors(sum(p.edits for p in parts), sum(p.characters for p in parts))


def errors(reference: str, heard: str) -> Errors:
    """Edits between the texts without spaces, punctuation, width and case."""
    one, two = plain(reference), plain(heard)
    return Errors(edit_distance(one, two), len(one))


def plain(text: str) -> str:
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text).lower())


def edit_distance(a: str, b: str) -> int:
    """Levenshtein distance."""
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            current.append(min(previous[j] + 1, current[-1] + 1, previous[j - 1] + (x != y)))
        previous = current
    return previous[-1]


def over_the_phone(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """16 kHz to 8 kHz, through 8-bit µ-law (ITU-T G.711 companding curve) and back."""
    narrow = np.clip(resample_poly(samples, 1, 2), -1, 1)
    squeezed = np.sign(narrow) * np.log1p(_MU * np.abs(narrow)) / np.log1p(_MU)
    steps = np.round((squeezed + 1) * 127.5) / 127.5 - 1
    out: NDArray[np.float32] = (np.sign(steps) * np.expm1(np.abs(steps) * np.log1p(_MU)) / _MU).astype(np.float32)
    return out


def read_wav(path: Path) -> NDArray[np.float32]:
    """Any 16-bit WAV as 16 kHz mono. Raises ValueError for another sample width."""
    with wave.open(str(path), "rb") as file:
        if file.getsampwidth() != 2:
            raise ValueError("not 16 bit")
        rate, channels = file.getframerate(), file.getnchannels()
        raw = np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float32) / 32768
    mono: NDArray[np.float32] = raw.reshape(-1, channels).mean(axis=1)
    if rate == RATE:
        return mono
    divisor = int(np.gcd(rate, RATE))
    resampled: NDArray[np.float32] = resample_poly(mono, RATE // divisor, rate // divisor).astype(np.float32)
    return resampled


def pcm16(samples: NDArray[np.float32]) -> bytes:
    return bytes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
