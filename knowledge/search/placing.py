"""From features to placed rows."""

from collections.abc import Sequence

import numpy as np

from knowledge.search.analysis import EntryFeatures, names_of
from knowledge.search.corpus import Row, WordTable
from knowledge.search.statistics import Sparse, Statistics
from knowledge.search.word_vectors import Matrix


def place(
    features: Sequence[EntryFeatures], statistics: Statistics, words: WordTable, vectors: Sequence[Matrix]
) -> list[Row]:
    """Rows of these FAQ under frozen statistics. `vectors`: for each FAQ its encoded question, answer and wordings."""
    lexical, sounds = statistics.lexical_rows(features), statistics.sound_rows(features)
    shapes = statistics.shape_rows([a.sound_shape for f in features for a in f.alternatives])
    ends = np.cumsum([len(f.alternatives) for f in features]).tolist()
    return [
        Row(
            lexical=lexical[n],
            sounds=sounds[n],
            soft=_numbered(statistics.soft_row(f), statistics, words),
            coverage=_numbered(statistics.coverage_row(f), statistics, words),
            question_vector=encoded[0],
            answer_vector=encoded[1],
            question_length=f.question_length,
            wordings=tuple(shapes[end - len(f.alternatives) : end]),
            wording_vectors=encoded[2:],
        )
        for n, (f, encoded, end) in enumerate(zip(features, vectors, ends, strict=True))
    ]


def _numbered(row: Sparse, statistics: Statistics, words: WordTable) -> Sparse:
    return Sparse(words.numbers(names_of(row.columns, statistics.vocabulary)), row.values)
