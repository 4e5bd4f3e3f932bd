"""Shaping synthesised samples: trimmed silence, loudness without wrap-around, the rate of the line."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

KEEP_SECS = 0.02
"""Silence kept at both ends; Open JTalk adds 0.3 s, which would be added to every reply."""
QUIET = 0.004
PEAK = 0.95
FADE_SECS = 0.003


def trim(samples: Samples, rate: int) -> Samples:
    """Without leading and trailing silence, ends faded so that nothing clicks."""
    loud = np.flatnonzero(np.abs(samples) > QUIET)
    if loud.size == 0:
        return samples[:0]
    keep = int(KEEP_SECS * rate)
    cut = samples[max(0, int(loud[0]) - keep) : int(loud[-1]) + keep].copy()
    fade = min(int(FADE_SECS * rate), len(cut) // 2)
    if fade:
        ramp = np.linspace(0.0, 1.0, fade, dtype=np.float32)
        cut[:fade] *= ramp
        cut[-fade:] *= ramp[::-1]
    return cut


def loudness(samples: Samples, gain: float) -> Samples:
    """Scaled; what would exceed full scale is bent, never wrapped."""
    scaled = samples * np.float32(gain)
    peak = float(np.max(np.abs(scaled), initial=0.0))
    if peak <= PEAK:
        return scaled
    bent: Samples = (np.tanh(scaled / PEAK) * PEAK).astype(np.float32)
    return bent


def resample(samples: Samples, rate: int, to: int) -> Samples:
    if rate == to or samples.size == 0:
        return samples
    import soxr  # with the extra [voice] only

    return np.asarray(soxr.resample(samples, rate, to), dtype=np.float32)


def to_pcm(samples: Samples) -> bytes:
    """16-bit little-endian PCM; out-of-range samples are clipped."""
    return (np.clip(samples, -1.0, 1.0) * 32767.0).astype("<i2").tobytes()


def from_pcm(pcm: bytes) -> Samples:
    return np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.float32) / np.float32(32768.0)


def silence(ms: int, rate: int) -> bytes:
    return bytes(rate * ms // 1000 * 2)


def rms(pcm: bytes) -> float:
    """Loudness in [0, 1]."""
    samples = from_pcm(pcm)
    return float(np.sqrt(np.mean(samples * samples))) if samples.size else 0.0
