"""One FAQ as search sees it: the features of its question, answer and alternative questions, as vocabulary numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.domain import FaqEntry
from knowledge.search.named_lists import NamedLists
from knowledge.search.vocabulary import Numbers, SearchVocabulary, Vocabulary
from knowledge.text import features
from knowledge.text.tokens import FUNCTION_POS, LIGHT_WORDS, Morph, Tokenizer

SPACES = ("words", "characters", "synonyms", "sounds")
PREFIX = {
    "words": "w:",
    "characters": "c:",
    "synonyms": "s:",
    "sounds": "y:",
    "shape": "z:",
    "encoder": "e:",
    "utterance": "u:",
}
"""What keeps terms of different kinds apart in the one vocabulary."""
_READING = "r:"
_PREFIX_CHARS = 2


@dataclass(frozen=True, slots=True)
class Bag:
    """Terms and how often each occurs."""

    terms: Numbers
    counts: Numbers

    @property
    def length(self) -> int:
        return int(self.counts.sum())


@dataclass(frozen=True, slots=True)
class FieldFeatures:
    """Term counts of one field in the four lexical spaces."""

    words: Bag
    characters: Bag
    synonyms: Bag
    sounds: Bag


@dataclass(frozen=True, slots=True)
class Alternative:
    """Another wording of an FAQ's question, from the editors or from past confirmed calls."""

    encoder: Numbers
    sound_shape: Numbers
    utterance: Numbers
    """Features of the linear models."""


@dataclass(frozen=True, slots=True)
class EntryFeatures:
    question: FieldFeatures
    answer: FieldFeatures
    alternatives_field: FieldFeatures
    question_encoder: Numbers
    answer_encoder: Numbers
    sentences_encoder: tuple[Numbers, ...]
    alternatives: tuple[Alternative, ...]
    question_utterance: Numbers
    question_length: int
    read_words: Numbers
    """Content words, for words a recogniser wrote differently; `readings` says how each is read."""
    readings: Numbers


def light_vocabulary() -> SearchVocabulary:
    """A fresh vocabulary: light words have its first numbers, see `is_light`."""
    return SearchVocabulary(PREFIX["words"] + word for word in sorted(LIGHT_WORDS))


def is_light(words: Numbers) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return words < len(LIGHT_WORDS)


def names_of(numbers: Numbers, vocabulary: Vocabulary) -> list[str]:
    """Names without their prefix; every prefix has the same length."""
    return [name[_PREFIX_CHARS:] for name in vocabulary.names(numbers)]


class SharedNames:
    """`names_of` for many texts: each name is one string, however many texts it stands in."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._names = names_of(np.arange(len(vocabulary), dtype=np.int32), vocabulary)

    def lists(self, texts: Sequence[Numbers]) -> NamedLists:
        return NamedLists(texts, self._names)


def analyse(entry: FaqEntry, tokenizer: Tokenizer, vocabulary: SearchVocabulary) -> EntryFeatures:
    """Features of one FAQ. Pure for a given dictionary version, up to the numbering."""
    learning = vocabulary.learning
    question = tokenizer.morphs(entry.question)
    answer = tokenizer.morphs(entry.answer)
    alternatives = [tokenizer.morphs(a) for a in entry.wordings]
    read = _readings([*question, *answer, *(m for alt in alternatives for m in alt)])
    return EntryFeatures(
        question=field_features(question, vocabulary),
        answer=field_features(answer, vocabulary),
        alternatives_field=field_features([m for alt in alternatives for m in alt], vocabulary),
        question_encoder=_encoder(question, learning),
        answer_encoder=_encoder(answer, learning),
        sentences_encoder=tuple(_encoder(s, learning) for s in features.sentences(answer)),
        alternatives=tuple(
            Alternative(
                _encoder(alt, learning),
                _numbers(PREFIX["shape"], sorted(set(features.sound_shape(alt))), vocabulary),
                _utterance(alt, learning),
            )
            for alt in alternatives
        ),
        question_utterance=_utterance(question, learning),
        question_length=len(features.words(question)),
        read_words=_numbers(PREFIX["words"], read, vocabulary),
        readings=_numbers(_READING, read.values(), vocabulary),
    )


def encoder_frequencies(features: Iterable[EntryFeatures], learning: Vocabulary) -> dict[str, int]:
    """In how many FAQ (question or answer) each encoder feature occurs, counted by number: strings of every FAQ
    together would take more memory than all the rest of an import."""
    counts = np.zeros(len(learning), np.int64)
    for f in features:
        counts[np.concatenate([f.question_encoder, f.answer_encoder])] += 1  # once, however often it stands there
    occurring = np.flatnonzero(counts).astype(np.int32)
    return dict(zip(names_of(occurring, learning), counts[occurring].tolist(), strict=True))


def field_features(morphs: list[Morph], vocabulary: Vocabulary) -> FieldFeatures:
    return FieldFeatures(
        words=_bag("words", features.words(morphs), vocabulary),
        characters=_bag("characters", features.characters(morphs), vocabulary),
        synonyms=_bag("synonyms", features.synonym_groups(morphs), vocabulary),
        sounds=_bag("sounds", features.sounds(morphs), vocabulary),
    )


def _bag(space: str, terms: Sequence[str], vocabulary: Vocabulary) -> Bag:
    counts = Counter(terms)
    return Bag(_numbers(PREFIX[space], counts, vocabulary), np.array(list(counts.values()), np.int32))


def _encoder(morphs: Sequence[Morph], vocabulary: Vocabulary) -> Numbers:
    return _numbers(PREFIX["encoder"], features.encoder_features(morphs), vocabulary)


def _utterance(morphs: Sequence[Morph], vocabulary: Vocabulary) -> Numbers:
    said = features.utterance_features("".join(m.unit.surface for m in morphs), morphs)
    return _numbers(PREFIX["utterance"], said, vocabulary)


def _numbers(prefix: str, names: Iterable[str], vocabulary: Vocabulary) -> Numbers:
    return vocabulary.numbers([prefix + name for name in names])


def _readings(morphs: list[Morph]) -> dict[str, str]:
    out: dict[str, str] = {}
    for m in morphs:
        for unit in (m.unit, *m.parts):
            if unit.pos not in FUNCTION_POS and unit.norm not in LIGHT_WORDS and unit.reading:
                out.setdefault(unit.norm, unit.reading)
    return out
