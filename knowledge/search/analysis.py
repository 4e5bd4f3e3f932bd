"""One FAQ as search sees it: the features of its question, answer and alternative questions, as vocabulary numbers."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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
_KNOWN_NAMES = 50_000
"""Names of one kind whose numbers an analyst has at hand: the frequent ones are among the first."""


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


@dataclass(frozen=True, slots=True, eq=False)  # the same morpheme is the same object: compared as such
class _Numbered:
    """A morpheme's own features in every space. Tuples: analysis goes as fast as memory gives them, and a list takes
    two pieces of it."""

    morph: Morph
    words: tuple[int, ...]
    synonyms: tuple[int, ...]
    sounds: tuple[int, ...]
    readings: tuple[tuple[int, int], ...]
    encoder_words: tuple[int, ...]
    ideographs: tuple[int, ...]
    grammar: tuple[int, ...]
    heard: tuple[int, ...]


class _Names(dict[str, int]):
    """Numbers of names of one kind, new ones for those that were never seen, without putting kind and name together each
    time."""

    def __init__(self, kind: str, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._prefix, self._vocabulary = PREFIX.get(kind, kind), vocabulary

    def __missing__(self, name: str) -> int:
        number = self._vocabulary.number(self._prefix + name)
        if len(self) < _KNOWN_NAMES:
            self[name] = number
        return number

    def of(self, names: Iterable[str]) -> tuple[int, ...]:
        return tuple(map(self.__getitem__, names))


class Analyst:
    """Analyses FAQ one after the other; the numbers of words that come again are at hand."""

    def __init__(self, tokenizer: Tokenizer, vocabulary: SearchVocabulary) -> None:
        self._tokenizer = tokenizer
        learning = vocabulary.learning
        kinds = ("words", "characters", "synonyms", "sounds", "shape", _READING)
        self._names = {kind: _Names(kind, vocabulary) for kind in kinds}
        self._names |= {kind: _Names(kind, learning) for kind in ("encoder", "utterance")}
        self._known: dict[int, _Numbered] = {}

    def features(self, entry: FaqEntry) -> EntryFeatures:
        """Pure for a given dictionary version, up to the numbering."""
        question, answer = self._morphs(entry.question), self._morphs(entry.answer)
        wordings = [self._morphs(a) for a in entry.wordings]
        said = list(chain.from_iterable(wordings))
        read: dict[int, int] = {}
        for m in dict.fromkeys(chain(question, answer, said)):
            for word, reading in m.readings:
                read.setdefault(word, reading)
        return EntryFeatures(
            question=self._field(question),
            answer=self._field(answer),
            alternatives_field=self._field(said),
            question_encoder=self._encoder(question),
            answer_encoder=self._encoder(answer),
            sentences_encoder=tuple(
                self._encoder(self._all_numbered(part)) for part in features.sentences([m.morph for m in answer])
            ),
            alternatives=tuple(
                Alternative(self._encoder(wording), self._shape(wording), self._utterance(wording))
                for wording in wordings
            ),
            question_utterance=self._utterance(question),
            question_length=sum([len(m.words) for m in question]),
            read_words=np.array(list(read), np.int32),
            readings=np.array(list(read.values()), np.int32),
        )

    def _morphs(self, text: str) -> list[_Numbered]:
        return self._all_numbered(self._tokenizer.morphs(text))

    def _all_numbered(self, morphs: Sequence[Morph]) -> list[_Numbered]:
        known = self._known.get
        return [known(id(m)) or self._number(m) for m in morphs]

    def _number(self, morph: Morph) -> _Numbered:
        if len(self._known) >= _KNOWN:
            self._known.clear()
        names, encoder = self._names, self._names["encoder"]
        read = [u for u in (morph.unit, *morph.parts) if _is_read(u)]
        words, readings = names["words"].of([u.norm for u in read]), names[_READING].of([u.reading for u in read])
        light = morph.is_light
        made = _Numbered(
            morph,
            names["words"].of(morph.words),
            () if light else names["synonyms"].of(morph.synonyms),
            names["sounds"].of(morph.sounds),
            tuple(zip(words, readings, strict=True)),
            () if light else encoder.of(morph.words),
            encoder.of(morph.ideographs),
            encoder.of(morph.grammar),
            encoder.of(morph.heard),
        )
        self._known[id(morph)] = made  # it holds the morpheme: its id belongs to nothing else meanwhile
        return made

    def _field(self, morphs: Sequence[_Numbered]) -> FieldFeatures:
        characters = Counter(features.characters([m.morph for m in morphs]))
        return FieldFeatures(
            words=_bag(Counter(chain.from_iterable([m.words for m in morphs]))),
            characters=_bag(dict(zip(self._names["characters"].of(characters), characters.values(), strict=True))),
            synonyms=_bag(Counter(chain.from_iterable([m.synonyms for m in morphs]))),
            sounds=_bag(Counter(chain.from_iterable([m.sounds for m in morphs]))),
        )

    def _encoder(self, morphs: Sequence[_Numbered]) -> Numbers:
        """What `features.encoder_features` names, in the same order."""
        own, names = [m.morph for m in morphs], self._names["encoder"]
        out = list(chain.from_iterable([m.encoder_words for m in morphs]))
        out.extend(chain.from_iterable([m.ideographs for m in morphs]))
        out.extend(names.of(features.dense_pairs(own)))
        out.extend(chain.from_iterable([m.grammar for m in morphs]))
        out.extend(names.of(features.neighbouring_words(own)))
        out.extend(chain.from_iterable([m.heard for m in morphs]))
        return np.array(out, np.int32)

    def _shape(self, morphs: Sequence[_Numbered]) -> Numbers:
        grams = sorted(set(features.sound_shape([m.morph for m in morphs])))
        return np.array(self._names["shape"].of(grams), np.int32)

    def _utterance(self, morphs: Sequence[_Numbered]) -> Numbers:
        own = [m.morph for m in morphs]
        said = features.utterance_features("".join([m.unit.surface for m in own]), own)
        return np.array(self._names["utterance"].of(said), np.int32)


def encoder_frequencies(faqs: Iterable[Numbers], learning: Vocabulary) -> dict[str, int]:
    """In how many FAQ each encoder feature occurs, given those of question and answer of each FAQ. Counted by number:
    strings of every FAQ together would take more memory than all the rest of an import."""
    counts = np.zeros(len(learning), np.int64)
    for features_of_one in faqs:
        counts[features_of_one] += 1  # once, however often it stands there
    occurring = np.flatnonzero(counts).astype(np.int32)
    return dict(zip(names_of(occurring, learning), counts[occurring].tolist(), strict=True))


def _bag(counts: Mapping[int, int]) -> Bag:
    return Bag(np.array(list(counts), np.int32), np.array(list(counts.values()), np.int32))


def _is_read(unit: Unit) -> bool:
    return bool(unit.reading) and unit.pos not in FUNCTION_POS and unit.norm not in LIGHT_WORDS
