"""Analysed FAQ as plain arrays of numbers and back, for the cache on disk."""

from collections.abc import Iterator

import numpy as np

from knowledge.search.analysis import SPACES, Alternative, Bag, EntryFeatures, FieldFeatures
from knowledge.search.vocabulary import Numbers

_FIELDS = ("question", "answer", "alternatives_field")
_BAGS = len(_FIELDS) * len(SPACES)
_SINGLES = 5  # utterance and encoder features of the question, those of the answer, words and their readings
_HEADER = 3  # question length, number of sentences, number of alternatives


def pack(features: EntryFeatures) -> Numbers:
    """One array: header, lengths of the parts, parts."""
    parts = list(_parts(features))
    header = (features.question_length, len(features.sentences_encoder), len(features.alternatives))
    return np.concatenate([np.array([*header, *map(len, parts)], np.int32), *parts])


def unpack(packed: Numbers) -> EntryFeatures:
    """What `pack` packed; the arrays are views of `packed`. Raises ValueError for what is none."""
    if len(packed) < _HEADER:
        raise ValueError("packed features without a header")
    length, sentences, alternatives = (int(n) for n in packed[:_HEADER])
    count = 2 * _BAGS + _SINGLES + sentences + 3 * alternatives
    sizes = packed[_HEADER : _HEADER + count]
    if len(sizes) != count or int(sizes.sum()) + _HEADER + count != len(packed) or (sizes < 0).any():
        raise ValueError("packed features with wrong lengths")
    ends = (np.cumsum(sizes) + _HEADER + count).tolist()
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
