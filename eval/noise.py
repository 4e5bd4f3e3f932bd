"""What a speech recogniser would have written: a seeded simulator of recognition errors for Japanese.

Each word is hit with the wanted probability: content words become a homophone of the same reading (60 %), kana (15 %),
a neighbour in sound (17 %: long vowel, small ッ, voicing, lost ウ/イ) or disappear (8 %); particles are dropped or kept;
digits change their form; fillers come in; punctuation goes. The same text, rate and seed always give the same result.
"""

import random
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from eval.cases import Case
from knowledge.domain import FaqEntry
from knowledge.text.misheard import OTHER_VOICING, PARTICLES
from knowledge.text.normalise import hiragana
from knowledge.text.tokens import Morph, Tokenizer

RATES = (0.0, 0.05, 0.1, 0.2)
FILLERS = ("えーと", "あの", "えっと", "あのー", "その", "まあ")
_HOMOPHONE, _KANA, _SOUND = 0.6, 0.75, 0.92
_DROP_PARTICLE = 0.6
_CHOICES = 8
_DIGIT_WORDS = dict(zip("0123456789", ["ゼロ", "一", "二", "三", "四", "五", "六", "七", "八", "九"], strict=True))


@dataclass(frozen=True, slots=True)
class Homophones:
    """Reading in katakana -> words written otherwise, most usual first."""

    words: Mapping[str, Sequence[str]]

    def others(self, reading: str, surface: str) -> list[str]:
        return [w for w in self.words.get(reading, ()) if w != surface][:_CHOICES]


def homophones(tokenizer: Tokenizer, entries: Iterable[FaqEntry], usual: Iterable[str]) -> Homophones:
    """Nouns written with kanji that sound alike: first the words of the FAQ, then the `usual` words of the language."""
    by_reading: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for entry in entries:
        for text in (entry.question, entry.answer, *entry.alt_questions):
            for morph in tokenizer.morphs(text):
                if _noun(morph):
                    by_reading[morph.unit.reading][morph.unit.surface] = None
    for word in usual:
        morphs = tokenizer.morphs(word)
        if len(morphs) == 1 and _noun(morphs[0]):
            by_reading[morphs[0].unit.reading].setdefault(word, None)
    return Homophones({reading: tuple(words) for reading, words in by_reading.items() if len(words) > 1})


def _noun(morph: Morph) -> bool:
    has_kanji = any("\u4e00" <= c <= "\u9fff" for c in morph.unit.surface)
    return morph.unit.pos == "名詞" and has_kanji and bool(morph.unit.reading)


def heard(text: str, rate: float, seed: int, tokenizer: Tokenizer, table: Homophones) -> str:
    """`text` as a recogniser with this word error rate might write it. At rate 0 the text itself."""
    if rate <= 0:
        return text
    rng = random.Random(sha256(f"{seed} {rate} {text}".encode("utf-8", "replace")).digest())
    parts = [_word(m, rate, rng, table) for m in tokenizer.morphs(text)]
    return "".join(parts) or text


def noisy(cases: Sequence[Case], rate: float, seed: int, tokenizer: Tokenizer, table: Homophones) -> list[Case]:
    """The Japanese cases with their texts as heard; gold and expectation stay."""
    return [
        c.model_copy(update={"text": heard(c.text, rate, seed, tokenizer, table)[:400], "channel": "asr-noisy"})
        for c in cases
        if c.lang == "ja"
    ]


def _word(morph: Morph, rate: float, rng: random.Random, table: Homophones) -> str:
    unit = morph.unit
    if morph.is_silent:
        return ""
    filler = rng.choice(FILLERS) if rng.random() < rate / 2 else ""
    if rng.random() >= rate:
        return filler + unit.surface
    if unit.pos in PARTICLES:
        return filler + ("" if rng.random() < _DROP_PARTICLE else unit.surface)
    if unit.surface.isdigit():
        return filler + "".join(_DIGIT_WORDS[d] for d in unit.surface if d in _DIGIT_WORDS)
    return filler + _misheard(unit.surface, unit.reading, rng, table)


def _misheard(surface: str, reading: str, rng: random.Random, table: Homophones) -> str:
    kana = hiragana(reading) or surface
    drawn = rng.random()
    if drawn < _HOMOPHONE:
        alike = table.others(reading, surface)
        return rng.choice(alike) if alike else kana
    if drawn < _KANA or not reading:
        return kana
    if drawn < _SOUND:
        sounds = confused(reading, rng)
        alike = table.others(sounds, surface)
        return rng.choice(alike) if alike else hiragana(sounds)
    return ""


def confused(reading: str, rng: random.Random) -> str:
    """A reading (katakana, not empty) that a recogniser takes for this one."""
    options = [reading + "ー" if reading[-1] not in "ンッー" else reading[:-1] or reading]
    options += [reading.replace(c, "", 1) for c in "ーッ" if c in reading and len(reading) > 1]
    voiced = [i for i, c in enumerate(reading) if c in OTHER_VOICING]
    if voiced:
        at = rng.choice(voiced)
        options.append(reading[:at] + OTHER_VOICING[reading[at]] + reading[at + 1 :])
    weak = [i for i, c in enumerate(reading) if i and c in "ウイ"]
    if weak:
        at = rng.choice(weak)
        options.append(reading[:at] + reading[at + 1 :])
    return rng.choice(options)
