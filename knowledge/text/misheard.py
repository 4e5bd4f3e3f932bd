"""Utterances as they may be written down when heard over a telephone: what models that learn from clean text learn beside it.

Only errors that any recogniser makes: words in kana, a neighbour in sound, words and particles lost, no punctuation.
Homophones are left out on purpose: `eval.noise` makes them, so that robustness is measured on errors nobody learnt from.
"""

import random
from collections.abc import Sequence

from knowledge.text.morphs import Morph, Unit
from knowledge.text.normalise import hiragana

_PLAIN = "カキクケコサシスセソタチツテトハヒフヘホ"
_VOICED = "ガギグゲゴザジズゼゾダヂヅデドバビブベボ"
OTHER_VOICING = {**dict(zip(_PLAIN, _VOICED, strict=True)), **dict(zip(_VOICED, _PLAIN, strict=True))}
PARTICLES = frozenset({"助詞", "助動詞"})
_KEPT_PARTICLE = 0.4
_KANA, _SOUND = 0.55, 0.85
"""Up to the first share of the drawn numbers a word is written in kana, up to the second mis-heard, beyond lost."""


def misheard(morphs: Sequence[Morph], rate: float, rng: random.Random) -> str:
    """The words said, each hit with probability `rate`; may be empty."""
    said = [m.unit for m in morphs if not m.is_silent]
    return "".join([u.surface if rng.random() >= rate else _hit(u, rng) for u in said])


def _hit(unit: Unit, rng: random.Random) -> str:
    if unit.pos in PARTICLES:
        return unit.surface if rng.random() < _KEPT_PARTICLE else ""
    drawn, reading = rng.random(), unit.reading or unit.surface
    if drawn < _KANA:
        return hiragana(reading)
    if drawn < _SOUND:
        near = [reading.replace(c, "", 1) for c in "ーッ" if c in reading and len(reading) > 1]
        near += [reading[:i] + OTHER_VOICING[c] + reading[i + 1 :] for i, c in enumerate(reading) if c in OTHER_VOICING]
        return hiragana(rng.choice(near) if near else reading)
    return ""
