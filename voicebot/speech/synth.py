"""The Open JTalk call itself, run in worker processes: one global lock makes threads useless."""

import threading

import numpy as np

from voicebot.speech.shape import loudness, resample, to_pcm, trim

LEVEL = 0.8
"""Open JTalk peaks above 16-bit range; this leaves room."""

_lock = threading.Lock()
_dictionary = ""


def warm(dictionary: str) -> bool:
    """Load voice and dictionary so that the first caller does not wait for them."""
    return bool(synthesize("はい。", 1.0, 1.0, 8000, dictionary))


def synthesize(text: str, speed: float, gain: float, rate: int, dictionary: str) -> bytes:
    """PCM at `rate`; empty when the text has nothing to pronounce."""
    import pyopenjtalk

    with _lock:
        _use(dictionary)
        if not any(ch.isalnum() for ch in text):
            return b""
        samples, source_rate = pyopenjtalk.tts(text, speed=speed)
    shaped = np.asarray(samples, dtype=np.float32) * np.float32(LEVEL / 32768.0)
    # Resampling rings at the ends, so silence is cut afterwards.
    cut = trim(resample(shaped, source_rate, rate), rate)
    return to_pcm(loudness(cut, gain))


def _use(dictionary: str) -> None:
    global _dictionary
    if dictionary and dictionary != _dictionary:
        import pyopenjtalk

        pyopenjtalk.update_global_jtalk_with_user_dict(dictionary)
        _dictionary = dictionary
