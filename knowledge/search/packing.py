"""Analysed FAQ as plain arrays of numbers and back, for the cache on disk."""

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from knowledge.search.analysis import SPACES, Alternative, Bag, EntryFeatures, FieldFeatures
from knowledge.search.vocabulary import Numbers

_FIELDS = ("question", "answer", "alternatives_field")
_BAGS = len(_FIELDS) * len(SPACES)
_SINGLES = 5  # utterance and encoder features of the question, those of the answer, words and their readings
_HEADER = 3  # question length, number of sentences, number of alternatives
_COUNTS, _SEARCH, _LEARNING = range(3)
"""What a part holds: plain numbers, or those of one of the two vocabularies."""


def pack(features: EntryFeatures) -> Numbers:
    """One array: header, lengths of the parts, parts."""
    parts = list(_parts(features))
    header = (features.question_length, len(features.sentences_encoder), len(features.alternatives))
    return np.concatenate([np.array([*header, *map(len, parts)], np.int32), *parts])


def unpack(packed: Numbers) -> EntryFeatures:
    """What `pack` packed; the arrays are views of `packed`. Raises ValueError for what is none."""
    length, sentences, _ = header = _header(packed)
    sizes = _sizes(packed, header)
    ends = (np.cumsum(sizes) + _HEADER + len(sizes)).tolist()
    parts = [packed[end - size : end] for end, size in zip(ends, sizes.tolist(), strict=True)]
    bags = list(map(Bag, parts[: 2 * _BAGS : 2], parts[1 : 2 * _BAGS : 2]))
    question, answer, other = (FieldFeatures(*bags[n : n + len(SPACES)]) for n in range(0, _BAGS, len(SPACES)))
    at = 2 * _BAGS + _SINGLES
    utterance, question_encoder, answer_encoder, read_words, readings = parts[2 * _BAGS : at]
    wordings = parts[at + sentences :]
    return EntryFeatures(
        question=question,
        answer=answer,
        alternatives_field=other,
        question_utterance=utterance,
        question_encoder=question_encoder,
        answer_encoder=answer_encoder,
        read_words=read_words,
        readings=readings,
        sentences_encoder=tuple(parts[at : at + sentences]),
        alternatives=tuple(map(Alternative, wordings[::3], wordings[1::3], wordings[2::3])),
        question_length=length,
    )


def encoder_features(packed: Numbers) -> Numbers:
    """Those of the question and, behind them, of the answer: they lie side by side."""
    sizes = _sizes(packed, _header(packed))
    start = _HEADER + len(sizes) + int(sizes[: 2 * _BAGS + 1].sum())
    return packed[start : start + int(sizes[2 * _BAGS + 1 : 2 * _BAGS + 3].sum())]


def renumbered(packed: Numbers, search: Numbers, learning: Numbers) -> Numbers:
    """The same features with number `search[n]` or `learning[n]` in place of each n of that vocabulary."""
    header = _header(packed)
    sizes, out = _sizes(packed, header), packed.copy()
    inside = out[_HEADER + len(sizes) :]
    kinds = _kinds(*header[1:]).repeat(sizes)
    for kind, numbers in ((_SEARCH, search), (_LEARNING, learning)):
        own = kinds == kind
        inside[own] = numbers[inside[own]]
    return out


def _header(packed: Numbers) -> tuple[int, int, int]:
    if len(packed) < _HEADER:
        raise ValueError("packed features without a header")
    length, sentences, alternatives = packed[:_HEADER].tolist()
    return length, sentences, alternatives


def _sizes(packed: Numbers, header: tuple[int, int, int]) -> Numbers:
    """Lengths of the parts. Raises ValueError when the array is longer or shorter than they say."""
    _, sentences, alternatives = header
    count = 2 * _BAGS + _SINGLES + sentences + 3 * alternatives
    sizes = packed[_HEADER : _HEADER + count]
    if len(sizes) != count or int(sizes.sum()) + _HEADER + count != len(packed) or (sizes < 0).any():
        raise ValueError("packed features with wrong lengths")
    return sizes


@lru_cache(maxsize=1024)
def _kinds(sentences: int, alternatives: int) -> NDArray[np.int8]:
    """What each part holds, in the order of `_parts`."""
    kinds = [_SEARCH, _COUNTS] * _BAGS + [_LEARNING] * 3 + [_SEARCH] * 2 + [_LEARNING] * sentences
    return np.array(kinds + [_LEARNING, _SEARCH, _LEARNING] * alternatives, np.int8)


def _parts(features: EntryFeatures) -> Iterator[Numbers]:
    for name in _FIELDS:
        for space in SPACES:
            bag: Bag = getattr(getattr(features, name), space)
            yield bag.terms
            yield bag.counts
    yield features.question_utterance
    yield features.question_encoder
    yield features.answer_encoder
    yield features.read_words
    yield features.readings
    yield from features.sentences_encoder
    for alternative in features.alternatives:
        yield alternative.encoder
        yield alternative.sound_shape
        yield alternative.utterance
