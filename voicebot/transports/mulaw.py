"""G.711 µ-law by table: 8-bit telephone samples to 16-bit PCM and back."""

import numpy as np

_BIAS = 0x84
_CLIP = 32635


def _decode_table() -> np.ndarray[tuple[int], np.dtype[np.int16]]:
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    value = (((code & 0x0F) << 3) + _BIAS) << ((code & 0x70) >> 4)
    return np.where(code & 0x80, _BIAS - value, value - _BIAS).astype(np.int16)


_DECODE = _decode_table()


def decode(payload: bytes) -> bytes:
    return _DECODE[np.frombuffer(payload, dtype=np.uint8)].astype("<i2").tobytes()


def encode(pcm: bytes) -> bytes:
    samples = np.frombuffer(pcm[: len(pcm) // 2 * 2], dtype="<i2").astype(np.int32)
    sign = np.where(samples < 0, 0x80, 0)
    size = np.minimum(np.abs(samples), _CLIP) + _BIAS
    exponent = np.floor(np.log2(size)).astype(np.int32) - 7
    mantissa = (size >> (exponent + 3)) & 0x0F
    made: bytes = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8).tobytes()
    return made
