"""One FAQ as search sees it: the features of its question, answer and alternative questions, as vocabulary numbers."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from knowledge.domain import FaqEntry
from knowledge.search.named_lists import NamedLists
from knowledge.search.vocabulary import Numbers, SearchVocabulary, Vocabulary
from knowledge.text import features
from knowledge.text.tokens import FUNCTION_POS, LIGHT_WORDS, Morph, Tokenizer, Unit

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
_KNOWN = 20_000
"""Morphemes whose numbers an analyst has at hand."""


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


@dataclass(frozen=True, slots=True)
class _Numbered:
    """A morpheme's own features in every space."""

    morph: Morph
    words: list[int]
    synonyms: list[int]
    sounds: list[int]
    readings: list[tuple[int, int]]
    encoder_words: list[int]
    ideographs: list[int]
    grammar: list[int]
    heard: list[int]


class Analyst:
    """Analyses FAQ one after the other; the numbers of words that come again are at hand."""

    def __init__(self, tokenizer: Tokenizer, vocabulary: SearchVocabulary) -> None:
        self._tokenizer = tokenizer
        self._vocabulary = vocabulary
        self._known: dict[int, _Numbered] = {}

    def features(self, entry: FaqEntry) -> EntryFeatures:
        """Pure for a given dictionary version, up to the numbering."""
        question, answer = self._morphs(entry.question), self._morphs(entry.answer)
        wordings = [self._morphs(a) for a in entry.wordings]
        said = [m for wording in wordings for m in wording]
        learning = self._vocabulary.learning
        read: dict[int, int] = {}
        for m in (*question, *answer, *said):
            for word, reading in m.readings:
                read.setdefault(word, reading)
        return EntryFeatures(
            question=self._field(question),
            answer=self._field(answer),
            alternatives_field=self._field(said),
            question_encoder=self._encoder(question),
            answer_encoder=self._encoder(answer),
            sentences_encoder=tuple(
                self._encoder([self._numbered(m) for m in part])
                for part in features.sentences([m.morph for m in answer])
            ),
            alternatives=tuple(
                Alternative(self._encoder(wording), self._shape(wording), _utterance(wording, learning))
                for wording in wordings
            ),
            question_utterance=_utterance(question, learning),
            question_length=sum(len(m.words) for m in question),
            read_words=np.array(list(read), np.int32),
            readings=np.array(list(read.values()), np.int32),
        )

    def _morphs(self, text: str) -> list[_Numbered]:
        return [self._numbered(m) for m in self._tokenizer.morphs(text)]

    def _numbered(self, morph: Morph) -> _Numbered:
        found = self._known.get(id(morph))
        if found is None:
            if len(self._known) >= _KNOWN:
                self._known.clear()
            # It holds the morpheme: its id belongs to nothing else meanwhile.
            found = self._known[id(morph)] = self._number(morph)
        return found

    def _number(self, morph: Morph) -> _Numbered:
        search, learning = self._vocabulary, self._vocabulary.learning
        read = [u for u in (morph.unit, *morph.parts) if _is_read(u)]
        words = _numbers(PREFIX["words"], [u.norm for u in read], search).tolist()
        readings = _numbers(_READING, [u.reading for u in read], search).tolist()
        light, encoder = morph.is_light, PREFIX["encoder"]
        return _Numbered(
            morph,
            _numbers(PREFIX["words"], morph.words, search).tolist(),
            [] if light else _numbers(PREFIX["synonyms"], morph.synonyms, search).tolist(),
            _numbers(PREFIX["sounds"], morph.sounds, search).tolist(),
            list(zip(words, readings, strict=True)),
            [] if light else _numbers(encoder, morph.words, learning).tolist(),
            _numbers(encoder, morph.ideographs, learning).tolist(),
            _numbers(encoder, morph.grammar, learning).tolist(),
            _numbers(encoder, morph.heard, learning).tolist(),
        )

    def _field(self, morphs: Sequence[_Numbered]) -> FieldFeatures:
        characters = features.characters([m.morph for m in morphs])
        return FieldFeatures(
            words=_bag(chain.from_iterable([m.words for m in morphs])),
            characters=_named_bag("characters", characters, self._vocabulary),
            synonyms=_bag(chain.from_iterable([m.synonyms for m in morphs])),
            sounds=_bag(chain.from_iterable([m.sounds for m in morphs])),
        )

    def _encoder(self, morphs: Sequence[_Numbered]) -> Numbers:
        """What `features.encoder_features` names, in the same order."""
        own, learning, prefix = [m.morph for m in morphs], self._vocabulary.learning, PREFIX["encoder"]
        out = list(chain.from_iterable([m.encoder_words for m in morphs]))
        out.extend(chain.from_iterable([m.ideographs for m in morphs]))
        out += _numbers(prefix, features.dense_pairs(own), learning).tolist()
        out.extend(chain.from_iterable([m.grammar for m in morphs]))
        out += _numbers(prefix, features.neighbouring_words(own), learning).tolist()
        out.extend(chain.from_iterable([m.heard for m in morphs]))
        return np.array(out, np.int32)

    def _shape(self, morphs: Sequence[_Numbered]) -> Numbers:
        grams = sorted(set(features.sound_shape([m.morph for m in morphs])))
        return _numbers(PREFIX["shape"], grams, self._vocabulary)


def encoder_frequencies(features: Iterable[EntryFeatures], learning: Vocabulary) -> dict[str, int]:
    """In how many FAQ (question or answer) each encoder feature occurs, counted by number: strings of every FAQ
    together would take more memory than all the rest of an import."""
    counts = np.zeros(len(learning), np.int64)
    for f in features:
        counts[np.concatenate([f.question_encoder, f.answer_encoder])] += 1  # once, however often it stands there
    occurring = np.flatnonzero(counts).astype(np.int32)
    return dict(zip(names_of(occurring, learning), counts[occurring].tolist(), strict=True))


def _bag(terms: Iterable[int]) -> Bag:
    counts = Counter(terms)
    return Bag(np.array(list(counts), np.int32), np.array(list(counts.values()), np.int32))


def _named_bag(space: str, terms: Sequence[str], vocabulary: Vocabulary) -> Bag:
    counts = Counter(terms)
    return Bag(_numbers(PREFIX[space], counts, vocabulary), np.array(list(counts.values()), np.int32))


def _utterance(morphs: Sequence[_Numbered], vocabulary: Vocabulary) -> Numbers:
    own = [m.morph for m in morphs]
    said = features.utterance_features("".join([m.unit.surface for m in own]), own)
    return _numbers(PREFIX["utterance"], said, vocabulary)


def _numbers(prefix: str, names: Iterable[str], vocabulary: Vocabulary) -> Numbers:
    return vocabulary.numbers([prefix + name for name in names])


def _is_read(unit: Unit) -> bool:
    return bool(unit.reading) and unit.pos not in FUNCTION_POS and unit.norm not in LIGHT_WORDS
