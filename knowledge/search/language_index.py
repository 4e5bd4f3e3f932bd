"""All that search keeps in memory for one language: entries, features, statistics, corpus, wordings. Immutable."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.domain import FaqEntry
from knowledge.ports import Point
from knowledge.search.analysis import EntryFeatures, names_of
from knowledge.search.corpus import Corpus, Row, WordTable
from knowledge.search.encoder import TextEncoder, WithoutMeaning, unit
from knowledge.search.encoder_input import EncoderInput
from knowledge.search.fusion import mixed_weights
from knowledge.search.homophones import SoundIndex
from knowledge.search.placing import place
from knowledge.search.points import faq_point_id, fingerprint, point_of
from knowledge.search.prototypes import Prototypes
from knowledge.search.repair import Repair
from knowledge.search.statistics import Statistics, collect
from knowledge.search.vocabulary import Numbers, SearchVocabulary, Vocabulary
from knowledge.search.word_vectors import Matrix
from knowledge.text.normalise import normalise

MANY_ALTERNATIVES = 3
"""From this many wordings on, an FAQ counts as having alternatives."""
REBUILD_UP_TO = 1000
"""Up to this many FAQ the statistics are collected anew after every change: it takes well under a second."""
_MAX_DRIFT = 0.05
"""Beyond that: the share of FAQ that may change before statistics are collected anew."""
_PLACED_AT_ONCE = 256


@dataclass(frozen=True)
class LanguageIndex:
    """Key = faq_id. `updated` reuses every row that did not change."""

    entries: Mapping[str, FaqEntry]
    prints: Mapping[str, str]
    """Fingerprint by key."""
    features: Mapping[str, EntryFeatures]
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
        features: Mapping[str, EntryFeatures],
        words: WordTable,
        encoder: TextEncoder,
        vocabulary: SearchVocabulary,
        encoded: Mapping[str, Matrix],
    ) -> LanguageIndex:
        """Fresh statistics and rows. `entries` must not be empty. `encoded`: what `vectors_by_print` gave earlier."""
        keys = sorted(entries)
        statistics = collect([features[k] for k in keys], vocabulary)
        rows = _rows(keys, entries, features, statistics, words, encoder, encoded)
        corpus = Corpus(keys, [rows[k] for k in keys], words, len(vocabulary))
        return cls._assemble(entries, features, statistics, corpus, encoder, None, 0)

    def updated(
        self, entries: Mapping[str, FaqEntry], features: Mapping[str, EntryFeatures], changed: Sequence[str]
    ) -> LanguageIndex | None:
        """Same statistics and encoder, other rows; None when no entry is left or too much has changed for that.

        `changed` have new features.
        """
        removed = [k for k in self.entries if k not in entries]
        drift = self.drift + len(changed) + len(removed)
        if drift and (len(entries) <= REBUILD_UP_TO or drift > _MAX_DRIFT * self.statistics.total):
            return None
        corpus = self.corpus
        if changed or removed:
            fresh = _rows(changed, entries, features, self.statistics, corpus.words, self.encoder, {})
            updated = corpus.updated(fresh, removed, len(self.statistics.vocabulary))
            if updated is None:
                return None
            corpus = updated
        return self._assemble(entries, features, self.statistics, corpus, self.encoder, self, drift)

    @classmethod
    def _assemble(
        cls,
        entries: Mapping[str, FaqEntry],
        features: Mapping[str, EntryFeatures],
        statistics: Statistics,
        corpus: Corpus,
        encoder: TextEncoder,
        previous: LanguageIndex | None,
        drift: int,
    ) -> LanguageIndex:
        rich = sum(len(f.alternatives) >= MANY_ALTERNATIVES for f in features.values())
        share = rich / len(features)
        same = {} if previous is None else {k for k, e in entries.items() if previous.entries.get(k) == e}
        prints = {k: previous.prints[k] if previous and k in same else fingerprint(e) for k, e in entries.items()}
        readings = _readings(features.values(), statistics.vocabulary)
        in_order = [entries[k] for k in corpus.keys]
        category_of = np.array([e.category for e in in_order], object)
        point_ids = np.array([faq_point_id(e) for e in in_order], np.int64)
        return cls(
            entries=entries,
            prints=prints,
            features=features,
            statistics=statistics,
            corpus=corpus,
            encoder=encoder,
            sounds=SoundIndex((word, reading) for word, reading, _ in readings),
            repair=Repair(readings),
            point_ids=np.sort(point_ids),
            by_point=np.argsort(point_ids),
            public=np.array([e.visibility == "public" for e in in_order], bool),
            categories={name: category_of == name for name in {e.category for e in in_order}},
            prototypes=_prototypes(prints, features, corpus, encoder),
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
        return (mixed + weights["wording_meaning"] * corpus.mean_wordings()).astype(np.float32)

    def positions_of(self, point_ids: Sequence[int]) -> NDArray[np.intp]:
        """Positions of these points; those of FAQ that are not here are left out."""
        wanted = np.array(point_ids, np.int64)
        at = np.minimum(self.point_ids.searchsorted(wanted), len(self.point_ids) - 1)
        found: NDArray[np.intp] = self.by_point[at[self.point_ids[at] == wanted]]
        return found

    def row(self, key: str) -> Row:
        return self.corpus.rows[self.corpus.position[key]]

    def vectors_by_print(self) -> dict[str, Matrix]:
        """The encoded question, answer and wordings of every FAQ by fingerprint."""
        rows = zip(self.corpus.keys, self.corpus.rows, strict=True)
        return {self.prints[k]: np.vstack([r.question_vector, r.answer_vector, r.wording_vectors]) for k, r in rows}

    def points(self, keys: Sequence[str]) -> list[Point]:
        """The vector index's points of these FAQ."""
        vocabulary = self.statistics.vocabulary
        return [point_of(self.entries[k], self.row(k), vocabulary, self.weights) for k in keys]

    @property
    def sizes(self) -> str:
        """What stored points depend on beside their FAQ and encoder, roughly: they are written anew when it changes."""
        return f"{self.statistics.total.bit_length()} {round(4 * self.alternatives_share)}"


def _rows(
    keys: Sequence[str],
    entries: Mapping[str, FaqEntry],
    features: Mapping[str, EntryFeatures],
    statistics: Statistics,
    words: WordTable,
    encoder: TextEncoder,
    encoded: Mapping[str, Matrix],
) -> dict[str, Row]:
    out: dict[str, Row] = {}
    vocabulary = statistics.vocabulary.learning
    for start in range(0, len(keys), _PLACED_AT_ONCE):
        part = keys[start : start + _PLACED_AT_ONCE]
        vectors = _encoded(part, entries, features, vocabulary, encoder, encoded)
        out.update(zip(part, place([features[k] for k in part], statistics, words, vectors), strict=True))
    return out


def _encoded(
    keys: Sequence[str],
    entries: Mapping[str, FaqEntry],
    features: Mapping[str, EntryFeatures],
    vocabulary: Vocabulary,
    encoder: TextEncoder,
    encoded: Mapping[str, Matrix],
) -> list[Matrix]:
    """Vectors of question, answer and wordings of each FAQ."""
    if isinstance(encoder, WithoutMeaning):
        return [np.zeros((2 + len(features[k].alternatives), encoder.dim), np.float32) for k in keys]
    known = [encoded.get(fingerprint(entries[k])) for k in keys] if encoded else [None] * len(keys)
    missing = [k for k, vectors in zip(keys, known, strict=True) if vectors is None]
    texts = [text for k in missing for text in _texts(entries[k], features[k], vocabulary)]
    fresh = encoder.encode(texts)
    out: list[Matrix] = []
    start = 0
    for key, vectors in zip(keys, known, strict=True):
        if vectors is None:
            end = start + 2 + len(features[key].alternatives)
            vectors, start = fresh[start:end], end
        out.append(vectors)
    return out


def _texts(entry: FaqEntry, features: EntryFeatures, vocabulary: Vocabulary) -> list[EncoderInput]:
    texts = (entry.question, entry.answer, *entry.wordings)
    numbers = (features.question_encoder, features.answer_encoder, *(a.encoder for a in features.alternatives))
    return [_input(text, found, vocabulary) for text, found in zip(texts, numbers, strict=True)]


def _input(text: str, encoder_features: Numbers, vocabulary: Vocabulary) -> EncoderInput:
    return EncoderInput(normalise(text), names_of(encoder_features, vocabulary))


def _readings(features: Iterable[EntryFeatures], vocabulary: Vocabulary) -> list[tuple[str, str, int]]:
    """The corpus's words, how they are read and how many FAQ have them; the more frequent first, equally frequent ones
    in order."""
    parts = [(f.read_words.astype(np.int64) << 32) | f.readings for f in features]
    pairs, counts = np.unique(np.concatenate(parts), return_counts=True)
    words = names_of((pairs >> 32).astype(np.int32), vocabulary)
    readings = names_of((pairs & 0xFFFFFFFF).astype(np.int32), vocabulary)
    ordered = sorted(zip((-counts).tolist(), words, readings, strict=True))
    return [(word, reading, -less) for less, word, reading in ordered]


def _prototypes(
    prints: Mapping[str, str], features: Mapping[str, EntryFeatures], corpus: Corpus, encoder: TextEncoder
) -> Prototypes | None:
    """The encoder's prototypes in the order of the corpus; new or changed FAQ start from their wordings' centre."""
    learned = encoder.prototypes
    if learned is None:
        return None
    known = set(zip(learned.keys, learned.prints, strict=True))
    centres: Matrix = unit(corpus.question_matrix + corpus.answer_matrix)
    for row, key in enumerate(corpus.keys):
        if features[key].alternatives and (key, prints[key]) not in known:
            centres[row] = unit(corpus.rows[row].wording_vectors.sum(axis=0))
    return learned.of(corpus.keys, [prints[k] for k in corpus.keys], centres)


def _word_columns(prints: Mapping[str, str], corpus: Corpus, encoder: TextEncoder) -> NDArray[np.intp] | None:
    model = encoder.word_model
    return None if model is None else model.columns(corpus.keys, [prints[k] for k in corpus.keys])
