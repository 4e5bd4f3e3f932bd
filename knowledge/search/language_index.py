"""All that search keeps in memory for one language: entries, features, statistics, corpus, wordings. Immutable."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knowledge.domain import FaqEntry
from knowledge.ports import Point
from knowledge.search.analysis import EntryFeatures
from knowledge.search.corpus import Corpus, Row, WordTable
from knowledge.search.encoder import TextEncoder, unit
from knowledge.search.fusion import mixed_weights
from knowledge.search.homophones import SoundIndex
from knowledge.search.placing import place
from knowledge.search.points import faq_point_id, fingerprint, points_of, wording_point_id
from knowledge.search.prototypes import Prototypes
from knowledge.search.statistics import Statistics, collect

MANY_ALTERNATIVES = 3
"""From this many wordings on, an FAQ counts as having alternatives."""
Analyser = Callable[[FaqEntry], EntryFeatures]


@dataclass(frozen=True)
class LanguageIndex:
    """Key = faq_id. `updated` reuses every row that did not change."""

    entries: Mapping[str, FaqEntry]
    features: Mapping[str, EntryFeatures]
    statistics: Statistics
    corpus: Corpus
    encoder: TextEncoder
    sounds: SoundIndex
    wording_owner: Mapping[int, str]
    """Point id of a wording -> key of its FAQ."""
    position_of_point: Mapping[int, int]
    dated: tuple[int, ...]
    """Positions of FAQ with a first or last day."""
    prototypes: Prototypes | None
    word_columns: NDArray[np.intp] | None
    """Column of the encoder's word model by position, -1 for FAQ it does not know."""
    weights: Mapping[str, float] = field(default_factory=dict)
    alternatives_share: float = 0.0

    @classmethod
    def build(
        cls,
        entries: Mapping[str, FaqEntry],
        features: Mapping[str, EntryFeatures],
        words: WordTable,
        encoder: TextEncoder,
    ) -> LanguageIndex:
        """Fresh statistics and rows. `entries` must not be empty."""
        statistics = collect(list(features.values()))
        keys = sorted(entries)
        rows = [place(features[k], statistics, words, encoder) for k in keys]
        corpus = Corpus(keys, rows, words, len(statistics.terms))
        return cls._assemble(entries, features, statistics, corpus, encoder)

    def updated(
        self, entries: Mapping[str, FaqEntry], features: Mapping[str, EntryFeatures], changed: Sequence[str]
    ) -> LanguageIndex | None:
        """Same statistics and encoder, other rows; None when no entry is left. `changed` have new features."""
        fresh = {k: place(features[k], self.statistics, self.corpus.words, self.encoder) for k in changed}
        removed = [k for k in self.entries if k not in entries]
        corpus = self.corpus.updated(fresh, removed, len(self.statistics.terms))
        if corpus is None:
            return None
        return self._assemble(entries, features, self.statistics, corpus, self.encoder)

    @classmethod
    def _assemble(
        cls,
        entries: Mapping[str, FaqEntry],
        features: Mapping[str, EntryFeatures],
        statistics: Statistics,
        corpus: Corpus,
        encoder: TextEncoder,
    ) -> LanguageIndex:
        rich = sum(len(f.alternatives) >= MANY_ALTERNATIVES for f in features.values())
        share = rich / len(features)
        return cls(
            entries=entries,
            features=features,
            statistics=statistics,
            corpus=corpus,
            encoder=encoder,
            sounds=SoundIndex(f.readings for f in features.values()),
            wording_owner={
                wording_point_id(entries[k], n): k for k in entries for n in range(len(features[k].alternatives))
            },
            position_of_point={faq_point_id(entries[k]): i for i, k in enumerate(corpus.keys)},
            word_columns=_word_columns(entries, corpus, encoder),
            dated=tuple(i for i, k in enumerate(corpus.keys) if entries[k].valid_from or entries[k].valid_to),
            prototypes=_prototypes(entries, features, corpus, encoder),
            weights=mixed_weights(share),
            alternatives_share=share,
        )

    def row(self, key: str) -> Row:
        return self.corpus.rows[self.corpus.position[key]]

    def points(self, key: str) -> list[Point]:
        """The vector index's points of one FAQ."""
        features = self.features[key]
        vectors = self.encoder.encode([a.encoder for a in features.alternatives])
        return points_of(self.entries[key], features, self.row(key), vectors, self.statistics, self.weights)


def _prototypes(
    entries: Mapping[str, FaqEntry], features: Mapping[str, EntryFeatures], corpus: Corpus, encoder: TextEncoder
) -> Prototypes | None:
    """The encoder's prototypes in the order of the corpus; new or changed FAQ start from their wordings' centre."""
    learned = encoder.prototypes
    if learned is None:
        return None
    prints = [fingerprint(entries[k]) for k in corpus.keys]
    known = set(zip(learned.keys, learned.prints, strict=True))
    centres = unit(corpus.question_matrix + corpus.answer_matrix)
    for row, key in enumerate(corpus.keys):
        wordings = [a.encoder for a in features[key].alternatives]
        if wordings and (key, prints[row]) not in known:
            centres[row] = unit(encoder.encode(wordings).sum(axis=0))
    return learned.of(corpus.keys, prints, np.asarray(centres, np.float32))


def _word_columns(entries: Mapping[str, FaqEntry], corpus: Corpus, encoder: TextEncoder) -> NDArray[np.intp] | None:
    model = encoder.word_model
    return None if model is None else model.columns(corpus.keys, [fingerprint(entries[k]) for k in corpus.keys])
