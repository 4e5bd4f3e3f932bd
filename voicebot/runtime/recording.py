"""Two-channel recording (left caller, right bot) written as the call goes on; spans can be blanked afterwards."""

import struct
from pathlib import Path

import numpy as np

HEADER_BYTES = 44
BYTES_PER_SAMPLE = 4
"""Two channels of 16 bits."""
BACKLOG_SECS = 1.0


class Recording:
    """Advances by the player's frames, so both sides stay aligned to what was heard."""

    def __init__(self, path: Path, rate: int) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._rate = rate
        self._caller = bytearray()
        self._written = 0
        self._blank = False
        self._muted: list[tuple[float, float]] = []
        self._file = path.open("w+b")
        self._file.write(_header(0, rate))

    def caller(self, pcm: bytes) -> None:
        self._caller += bytes(len(pcm)) if self._blank else pcm
        most = int(BACKLOG_SECS * self._rate) * 2
        if len(self._caller) > most:
            del self._caller[: len(self._caller) - most]

    def bot(self, pcm: bytes) -> None:
        """One frame of the bot's side; the caller's side takes what has arrived."""
        taken = bytes(self._caller[: len(pcm)])
        del self._caller[: len(pcm)]
        both = np.zeros((len(pcm) // 2, 2), dtype="<i2")
        left = np.frombuffer(taken[: len(taken) // 2 * 2], dtype="<i2")
        both[: len(left), 0] = left
        both[:, 1] = np.frombuffer(pcm, dtype="<i2")
        self._file.write(both.tobytes())
        self._written += len(both)

    @property
    def muted(self) -> tuple[tuple[float, float], ...]:
        """Blanked stretches in seconds from the beginning, in order."""
        spans = list(self._muted)
        if self._blank and spans:
            spans[-1] = (spans[-1][0], self._written / self._rate)
        return tuple((round(start, 2), round(end, 2)) for start, end in spans)

    def unmute(self) -> None:
        self._muted = list(self.muted)
        self._blank = False

    def mute(self, seconds: float, *, go_on: bool) -> None:
        """Blank both channels over the last `seconds` and what waits; `go_on` until `unmute`."""
        self._caller.clear()
        samples = min(self._written, int(seconds * self._rate))
        self._note_muted((self._written - samples) / self._rate)
        self._blank = go_on
        self._file.seek(HEADER_BYTES + (self._written - samples) * BYTES_PER_SAMPLE)
        self._file.write(bytes(samples * BYTES_PER_SAMPLE))
        self._file.flush()

    def _note_muted(self, start: float) -> None:
        """One more stretch up to now; what overlaps an earlier one becomes one with it."""
        spans = list(self.muted)
        while spans and spans[-1][1] >= start:
            start = min(start, spans.pop()[0])
        self._muted = [*spans, (start, self._written / self._rate)]

    def close(self) -> None:
        self._file.seek(0)
        self._file.write(_header(self._written * BYTES_PER_SAMPLE, self._rate))
        self._file.close()


def _header(data_bytes: int, rate: int) -> bytes:
    fmt = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, rate, rate * BYTES_PER_SAMPLE, BYTES_PER_SAMPLE, 16)
    return struct.pack("<4sI4s", b"RIFF", 36 + data_bytes, b"WAVE") + fmt + struct.pack("<4sI", b"data", data_bytes)
