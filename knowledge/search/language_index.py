"""All that search keeps in memory for one language: entries, features, statistics, corpus, wordings. Immutable."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.domain import FaqEntry
from knowledge.ports import Point
from knowledge.search import kept_arrays
from knowledge.search.analysis import EntryFeatures, names_of
from knowledge.search.corpus import Corpus, Row, WordTable
from knowledge.search.encoder import NumberedEncoder, StaticEncoder, TextEncoder, WithoutMeaning, unit
from knowledge.search.encoder_input import EncoderInput
from knowledge.search.fusion import mixed_weights
from knowledge.search.homophones import SoundIndex
from knowledge.search.kept_arrays import Arrays
from knowledge.search.kin import NEAREST, Kin
from knowledge.search.placing import place
from knowledge.search.points import faq_point_id, point_of
from knowledge.search.prototypes import Prototypes
from knowledge.search.readings import Readings
from knowledge.search.repair import Repair
from knowledge.search.statistics import Collecting, Statistics
from knowledge.search.vocabulary import Numbers, SearchVocabulary, Vocabulary
from knowledge.search.word_vectors import Matrix, WordVectors
from knowledge.text.normalise import normalise

MANY_ALTERNATIVES = 3
"""From this many wordings on, an FAQ counts as having alternatives."""
REBUILD_UP_TO = 1000
"""Up to this many FAQ the statistics are collected anew after every change: it takes well under a second."""
_MAX_DRIFT = 0.05
"""Beyond that: the share of FAQ that may change before statistics are collected anew."""
_READ_AT_ONCE = 256

Encode = Callable[[Sequence[tuple[FaqEntry, EntryFeatures]]], Matrix]
"""Vectors of question, answer and wordings of each FAQ, one below the other."""
Encoded = Callable[[str], Matrix | None]
"""Vectors of question, answer and wordings by fingerprint, as far as they are known."""


@dataclass(frozen=True)
class LanguageIndex:
    """Key = faq_id. `updated` reuses every row that did not change."""

    entries: Mapping[str, FaqEntry]
    prints: Mapping[str, str]
    """Fingerprint by key."""
    features: Mapping[str, EntryFeatures]
    """By fingerprint; read from a file at every look-up."""
    readings: Readings
    statistics: Statistics
    corpus: Corpus
    encoder: TextEncoder
    sounds: SoundIndex
    repair: Repair
    point_ids: NDArray[np.int64]
    """Of the points in the vector index, in order."""
    by_point: NDArray[np.intp]
    """The positions these points belong to."""
    public: NDArray[np.bool_]
    """By position: whether everybody may see it."""
    categories: Mapping[str, NDArray[np.bool_]]
    """By position for each category: whether the FAQ belongs to it."""
    dated: tuple[int, ...]
    """Positions of FAQ with a first or last day."""
    prototypes: Prototypes | None
    word_columns: NDArray[np.intp] | None
    """Column of the encoder's word model by position, -1 for FAQ it does not know."""
    weights: Mapping[str, float] = field(default_factory=dict)
    alternatives_share: float = 0.0
    drift: int = 0
    """FAQ changed since the statistics were collected."""

    @classmethod
    def build(
        cls,
        entries: Mapping[str, FaqEntry],
        prints: Mapping[str, str],
        features: Mapping[str, EntryFeatures],
        words: WordTable,
        encoder: TextEncoder,
        vocabulary: SearchVocabulary,
        encoded: Encoded,
    ) -> LanguageIndex:
        """Fresh statistics and rows. `entries` must not be empty. `encoded`: what is known of this encoder's vectors."""
        keys = sorted(entries)
        statistics, readings = _counted([prints[k] for k in keys], features, vocabulary)
        rows = _rows(keys, entries, prints, features, statistics, words, encoder, encoded)
        corpus = Corpus.of(keys, rows, words, len(vocabulary), encoder.dim, _rich(entries) < len(keys))
        return cls._assemble(entries, prints, features, readings, statistics, corpus, encoder, 0)

    @classmethod
    def of_arrays(
        cls,
        arrays: Mapping[str, NDArray[Any]],
        entries: Mapping[str, FaqEntry],
        prints: Mapping[str, str],
        features: Mapping[str, EntryFeatures],
        vectors: WordVectors,
        encoder: TextEncoder,
        vocabulary: SearchVocabulary,
        encoded: tuple[Matrix, Matrix],
    ) -> LanguageIndex:
        """What `arrays` gave, of the same FAQ and vocabulary. `encoded`: of all FAQ in order of their keys, questions and
        answers, and wordings."""
        statistics = Statistics.of_arrays(kept_arrays.of("statistics", arrays), vocabulary)
        readings = Readings(arrays["readings"], arrays["reading_counts"])
        corpus = Corpus.of_arrays(arrays, sorted(entries), vectors, encoded)
        return cls._assemble(entries, prints, features, readings, statistics, corpus, encoder, 0)

    def arrays(self) -> Arrays:
        """What took long to build, for a file; only as long as nothing has drifted."""
        return {
            **kept_arrays.under("statistics", self.statistics.arrays()),
            "readings": self.readings.pairs,
            "reading_counts": self.readings.counts,
            **self.corpus.arrays(),
        }

    def updated(
        self, entries: Mapping[str, FaqEntry], prints: Mapping[str, str], features: Mapping[str, EntryFeatures]
    ) -> LanguageIndex | None:
        """Same statistics and encoder, other rows; itself where nothing changed; None when no entry is left or too much
        has changed for that."""
        if entries == self.entries and prints == self.prints:
            # Only where the features are read may be new: the old place is let go of.
            return self if features is self.features else replace(self, features=features)
        changed = [k for k in entries if self.prints.get(k) != prints[k]]
        removed = [k for k in self.entries if k not in entries]
        drift = self.drift + len(changed) + len(removed)
        if drift and (len(entries) <= REBUILD_UP_TO or drift > _MAX_DRIFT * self.statistics.total):
            return None
        corpus, readings = self.corpus, self.readings
        if changed or removed:
            parts = _rows(
                changed, entries, prints, features, self.statistics, corpus.words, self.encoder, nothing_known
            )
            fresh = dict(zip(changed, chain.from_iterable(parts), strict=True))
            lends = _rich(entries) < len(entries)
            updated = corpus.updated(fresh, removed, len(self.statistics.vocabulary), lends)
            if updated is None:
                return None
            corpus = updated
            gone = [self.features[self.prints[k]] for k in (*changed, *removed) if k in self.prints]
            readings = readings.without(gone).joined(Readings.of(features[prints[k]] for k in changed))
        return self._assemble(entries, prints, features, readings, self.statistics, corpus, self.encoder, drift)

    @classmethod
    def _assemble(
        cls,
        entries: Mapping[str, FaqEntry],
        prints: Mapping[str, str],
        features: Mapping[str, EntryFeatures],
        readings: Readings,
        statistics: Statistics,
        corpus: Corpus,
        encoder: TextEncoder,
        drift: int,
    ) -> LanguageIndex:
        share, in_words = _rich(entries) / len(entries), readings.in_words(statistics.vocabulary)
        in_order = [entries[k] for k in corpus.keys]
        category_of = np.array([e.category for e in in_order], object)
        point_ids = np.array([faq_point_id(e) for e in in_order], np.int64)
        return cls(
            entries=entries,
            prints=prints,
            features=features,
            readings=readings,
            statistics=statistics,
            corpus=corpus,
            encoder=encoder,
            sounds=SoundIndex((word, reading) for word, reading, _ in in_words),
            repair=Repair(in_words),
            point_ids=np.sort(point_ids),
            by_point=np.argsort(point_ids),
            public=np.array([e.visibility == "public" for e in in_order], bool),
            categories={name: category_of == name for name in {e.category for e in in_order}},
            prototypes=_prototypes(prints, corpus, encoder),
            word_columns=_word_columns(prints, corpus, encoder),
            dated=tuple(i for i, e in enumerate(in_order) if e.valid_from or e.valid_to),
            weights=mixed_weights(share),
            alternatives_share=share,
            drift=drift,
        )

    @cached_property
    def public_share(self) -> float:
        return float(self.public.mean())

    @cached_property
    def mixed(self) -> Matrix:
        """By position what points hold as their meaning, see `points.mixed_vector`."""
        corpus, weights = self.corpus, self.weights
        mixed = weights["question_meaning"] * corpus.question_matrix + weights["answer_meaning"] * corpus.answer_matrix
        out: Matrix = (mixed + weights["wording_meaning"] * corpus.mean_wordings()).astype(np.float32)
        return out

    def nearest(self, faq_id: str, limit: int) -> dict[str, float]:
        """The nearest other FAQ by meaning, best first, with their cosines."""
        at, corpus = self.corpus.position.get(faq_id), self.corpus
        if at is None:
            return {}
        both = (corpus.question_matrix + corpus.answer_matrix) / 2
        cosine = both @ both[at]
        order = [int(i) for i in np.argsort(-cosine, kind="stable") if int(i) != at][:limit]
        return {corpus.keys[i]: float(cosine[i]) for i in order}

    def kin_of(self, faq_id: str) -> set[str]:
        """The FAQ of the same matter, itself too; empty for one there is not. Remembered: a conversation asks several times."""
        known = self._kin_sets.get(faq_id)
        if known is None:
            known = self._kin_sets[faq_id] = self._kin.of(faq_id, self.nearest(faq_id, NEAREST))
        return known

    @cached_property
    def _kin(self) -> Kin:
        return Kin(self.entries)

    @cached_property
    def _kin_sets(self) -> dict[str, set[str]]:
        return {}

    def positions_of(self, point_ids: Sequence[int]) -> NDArray[np.intp]:
        """Positions of these points; those of FAQ that are not here are left out."""
        wanted = np.array(point_ids, np.int64)
        at = np.minimum(self.point_ids.searchsorted(wanted), len(self.point_ids) - 1)
        found: NDArray[np.intp] = self.by_point[at[self.point_ids[at] == wanted]]
        return found

    def encoded(self, fingerprint: str) -> Matrix | None:
        """The encoded question, answer and wordings of the FAQ with this fingerprint."""
        at = self._position_of_print.get(fingerprint)
        return None if at is None else self.corpus.encoded(at)

    @cached_property
    def _position_of_print(self) -> Mapping[str, int]:
        return {self.prints[k]: i for i, k in enumerate(self.corpus.keys)}

    def points(self, keys: Sequence[str]) -> list[Point]:
        """The vector index's points of these FAQ."""
        vocabulary = self.statistics.vocabulary
        lexical = self.statistics.lexical_rows([self.features[self.prints[k]] for k in keys])
        encoded = [self.corpus.encoded(self.corpus.position[k]) for k in keys]
        return [
            point_of(self.entries[k], row, vectors, vocabulary, self.weights)
            for k, row, vectors in zip(keys, lexical, encoded, strict=True)
        ]

    @property
    def sizes(self) -> str:
        """What stored points depend on beside their FAQ and encoder, roughly: they are written anew when it changes."""
        return f"{self.statistics.total.bit_length()} {round(4 * self.alternatives_share)}"


def nothing_known(fingerprint: str) -> None:
    """No vectors yet."""
    return


def _rich(entries: Mapping[str, FaqEntry]) -> int:
    """FAQ that count as having alternatives."""
    return sum(len(e.wordings) >= MANY_ALTERNATIVES for e in entries.values())


def _counted(
    prints: Sequence[str], features: Mapping[str, EntryFeatures], vocabulary: SearchVocabulary
) -> tuple[Statistics, Readings]:
    """What is counted over all FAQ, in one reading of them."""
    counting, readings = Collecting(vocabulary), Readings.of([])
    for start in range(0, len(prints), _READ_AT_ONCE):
        read = [features[p] for p in prints[start : start + _READ_AT_ONCE]]
        counting.add(read)
        readings = readings.joined(Readings.of(read))
    return counting.collected(), readings


def _rows(
    keys: Sequence[str],
    entries: Mapping[str, FaqEntry],
    prints: Mapping[str, str],
    features: Mapping[str, EntryFeatures],
    statistics: Statistics,
    words: WordTable,
    encoder: TextEncoder,
    encoded: Encoded,
) -> Iterator[list[Row]]:
    """A few at a time: features are read for as long as they are needed."""
    encode = _encoding(encoder, statistics.vocabulary.learning, len(keys) > _READ_AT_ONCE)
    for start in range(0, len(keys), _READ_AT_ONCE):
        part = keys[start : start + _READ_AT_ONCE]
        read = [features[prints[k]] for k in part]
        known = [encoded(prints[k]) for k in part]
        vectors = _encoded([entries[k] for k in part], read, known, encode)
        yield place(read, statistics, words, vectors)


def _encoding(encoder: TextEncoder, vocabulary: Vocabulary, many: bool) -> Encode:
    if isinstance(encoder, WithoutMeaning):
        return lambda wanted: np.zeros((sum(2 + len(f.alternatives) for _, f in wanted), encoder.dim), np.float32)
    if many and isinstance(encoder, StaticEncoder):
        static = encoder

        @cache
        def by_number() -> NumberedEncoder:  # half a second, for nothing where every vector was kept
            return static.numbered(names_of(np.arange(len(vocabulary), dtype=np.int32), vocabulary))

        return lambda wanted: (
            by_number().encode([numbers for _, f in wanted for numbers in _numbers(f)])
            if wanted
            else np.zeros((0, static.dim), np.float32)
        )
    return lambda wanted: encoder.encode([text for e, f in wanted for text in _texts(e, f, vocabulary)])


def _encoded(
    entries: Sequence[FaqEntry], features: Sequence[EntryFeatures], known: Sequence[Matrix | None], encode: Encode
) -> list[Matrix]:
    """Vectors of question, answer and wordings of each FAQ."""
    missing = [(e, f) for e, f, vectors in zip(entries, features, known, strict=True) if vectors is None]
    fresh = encode(missing)
    out: list[Matrix] = []
    start = 0
    for f, vectors in zip(features, known, strict=True):
        if vectors is None:
            end = start + 2 + len(f.alternatives)
            vectors, start = fresh[start:end], end
        out.append(vectors)
    return out


def _numbers(features: EntryFeatures) -> tuple[Numbers, ...]:
    return (features.question_encoder, features.answer_encoder, *(a.encoder for a in features.alternatives))


def _texts(entry: FaqEntry, features: EntryFeatures, vocabulary: Vocabulary) -> list[EncoderInput]:
    texts = (entry.question, entry.answer, *entry.wordings)
    return [_input(text, found, vocabulary) for text, found in zip(texts, _numbers(features), strict=True)]


def _input(text: str, encoder_features: Numbers, vocabulary: Vocabulary) -> EncoderInput:
    return EncoderInput(normalise(text), names_of(encoder_features, vocabulary))


def _prototypes(prints: Mapping[str, str], corpus: Corpus, encoder: TextEncoder) -> Prototypes | None:
    """The encoder's prototypes in the order of the corpus; new or changed FAQ start from their wordings' centre."""
    learned = encoder.prototypes
    if learned is None:
        return None
    known = set(zip(learned.keys, learned.prints, strict=True))
    centres: Matrix = unit(corpus.question_matrix + corpus.answer_matrix)
    for row, key in enumerate(corpus.keys):
        if corpus.wording_counts[row] and (key, prints[key]) not in known:
            centres[row] = unit(corpus.wordings_of(row).sum(axis=0))
    return learned.of(corpus.keys, [prints[k] for k in corpus.keys], centres)


def _word_columns(prints: Mapping[str, str], corpus: Corpus, encoder: TextEncoder) -> NDArray[np.intp] | None:
    model = encoder.word_model
    return None if model is None else model.columns(corpus.keys, [prints[k] for k in corpus.keys])
