"""What is indexed and compared: words, characters, synonym groups, readings, encoder features. Pure functions of morphs."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from knowledge.text.late_pattern import late_pattern
from knowledge.text.morphs import Morph

SUBWORD_PREFIXES = ("1:", "2:", "S:", "F:", "B:", "Y:")
_ALPHABETIC = late_pattern("[a-z\u00e0-\u024f\u1e00-\u1eff\u0300-\u036f]{2,}")
_DENSE_RUN = late_pattern("[\u4e00-\u9fff\u30a1-\u30fa]{2,}")
_SENTENCE_END = "。！？!?\n"
MIN_SENTENCE_TOKENS = 4


def words(morphs: Iterable[Morph], *, light: bool = True) -> list[str]:
    """Content words: normalised C units followed by the A units inside them; `light=False` leaves light words out."""
    out: list[str] = []
    for m in morphs:
        if light or not m.is_light:
            out.extend(m.words)
    return out


def query_words(morphs: Iterable[Morph]) -> dict[str, float]:
    """Word -> weight in a query."""
    out: defaultdict[str, float] = defaultdict(float)
    for m in morphs:
        for word in m.words[:1] if m.is_light else m.words:
            out[word] += m.query_weight
    return dict(out)


def characters(morphs: Iterable[Morph]) -> list[str]:
    """Character 1- and 2-grams that are not all hiragana or all symbols; 3- and 4-grams of alphabetic words."""
    text = "".join(m.unit.surface for m in morphs)
    telling = [_telling(c) for c in text]
    out = [c for c, tells in zip(text, telling, strict=True) if tells]
    out.extend([text[i : i + 2] for i in range(len(text) - 1) if telling[i] or telling[i + 1]])
    for word in _ALPHABETIC.findall(text):
        padded = f"^{word}$"
        out.extend(padded[i : i + n] for n in (3, 4) for i in range(len(padded) - n + 1))
    return out


@lru_cache(maxsize=8192)
def _telling(c: str) -> bool:
    return c >= "\u0250" and not "\u3040" <= c <= "\u309f" and c.isalnum()


def synonym_groups(morphs: Iterable[Morph], *, light: bool = False) -> list[str]:
    """Sudachi synonym group ids of the content words, as `S123`."""
    out: list[str] = []
    for m in morphs:
        if light or not m.is_light:
            out.extend(m.synonyms)
    return out


def sounds(morphs: Iterable[Morph]) -> list[str]:
    """2- and 3-grams of `^reading$` of each content word: what is mis-heard still sounds right."""
    out: list[str] = []
    for m in morphs:
        out.extend(m.sounds)
    return out


def sound_shape(morphs: Iterable[Morph]) -> list[str]:
    """3- and 4-grams of the reading of the whole utterance, particles included: what it sounds like in one breath."""
    reading = "".join([m.unit.reading for m in morphs if not m.is_silent])
    return [reading[i : i + n] for n in (3, 4) for i in range(len(reading) - n + 1)]


class _Recent(threading.local):
    """What a thread asked for last: a question's features are asked for by search and by the intent model, and several
    questions are searched together."""

    def __init__(self) -> None:
        self.by_text: dict[str, tuple[Sequence[Morph], tuple[str, ...]]] = {}


_recent = _Recent()
_KEPT = 32


def utterance_features(normal: str, morphs: Sequence[Morph]) -> tuple[str, ...]:
    """Features of the linear models, each once and sorted (sums over them must not depend on chance): words,
    neighbouring words with particles, character 2- and 3-grams, sound shape.

    `normal` is the matching form `morphs` were made from.
    """
    known = _recent.by_text.get(normal)
    if known is not None and known[0] is morphs:
        return known[1]
    made = _utterance_features(normal, morphs)
    _recent.by_text[normal] = (morphs, made)
    if len(_recent.by_text) > _KEPT:
        del _recent.by_text[next(iter(_recent.by_text))]
    return made


def _utterance_features(normal: str, morphs: Sequence[Morph]) -> tuple[str, ...]:
    said = [m.unit.norm for m in morphs if not m.is_silent]
    # Kind by kind in the order of their letters, as if all were sorted together: short lists are sorted faster.
    out = sorted({f"b:{a}_{b}" for a, b in pairwise(said)})
    out += sorted({f"c:{normal[i : i + n]}" for n in (2, 3) for i in range(len(normal) - n + 1)})
    out += sorted({f"w:{w}" for w in said})
    out += sorted({f"y:{gram}" for gram in sound_shape(morphs)})
    return tuple(out)


def encoder_features(morphs: Sequence[Morph]) -> list[str]:
    """Features of the static encoder: words, and with the prefixes of SUBWORD_PREFIXES what lies below and between them.

    Measured on held-out wordings, each kind adds: kanji and kanji/katakana pairs, reading trigrams (mis-heard words),
    neighbouring words, particles and auxiliaries (who does what to whom, negation), synonym groups.
    """
    out = words(morphs, light=False)
    for m in morphs:
        out.extend(m.ideographs)
    out.extend(dense_pairs(morphs))
    for m in morphs:
        out.extend(m.grammar)
    out.extend(neighbouring_words(morphs))
    for m in morphs:
        out.extend(m.heard)
    return out


def dense_pairs(morphs: Iterable[Morph]) -> list[str]:
    """Encoder features: kanji/katakana pairs."""
    text = "".join([m.unit.surface for m in morphs])
    return [f"2:{run[i : i + 2]}" for run in _DENSE_RUN.findall(text) for i in range(len(run) - 1)]


def neighbouring_words(morphs: Iterable[Morph]) -> list[str]:
    """Encoder features: each content word with the next one."""
    content = [m.unit.norm for m in morphs if not m.is_function_word]
    return [f"B:{a}_{b}" for a, b in pairwise(content)]


def sentences(morphs: Iterable[Morph]) -> list[list[Morph]]:
    """Split at sentence ends; sentences with fewer than four content words are dropped."""
    out: list[list[Morph]] = []
    current: list[Morph] = []
    for m in morphs:
        current.append(m)
        if m.unit.surface in _SENTENCE_END:
            out.append(current)
            current = []
    out.append(current)
    return [s for s in out if len(words(s, light=False)) >= MIN_SENTENCE_TOKENS]
