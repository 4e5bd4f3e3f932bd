"""faster-whisper with a shorter encoder window: phone turns last seconds, the model always encodes thirty."""

import threading
from typing import Any

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel

FRAMES_PER_SEC = 100


class ShortWindowWhisper(WhisperModel):  # type: ignore[misc]
    """`window_secs` below 30 cuts the encoder's work; longer speech gets the window it needs."""

    def __init__(self, path: str, *, window_secs: float, **options: Any) -> None:
        super().__init__(path, local_files_only=True, **options)
        self._window_frames = int(window_secs * FRAMES_PER_SEC)
        self._needed = threading.local()

    def expect(self, secs: float) -> None:
        """Length of the speech this thread transcribes next."""
        self._needed.frames = int(secs * FRAMES_PER_SEC) + 20

    def encode(self, features: npt.NDArray[np.float32]) -> Any:
        frames = max(self._window_frames, getattr(self._needed, "frames", 3000))
        # The encoder halves the frame count, which therefore has to be even.
        return super().encode(np.ascontiguousarray(features[..., : min(3000, frames + frames % 2)]))
