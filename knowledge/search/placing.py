"""From features to placed rows."""

from collections.abc import Sequence

import numpy as np

from knowledge.search.analysis import EntryFeatures, names_of
from knowledge.search.corpus import Row, WordTable
from knowledge.search.statistics import Sparse, Statistics
from knowledge.search.word_vectors import Matrix


def place(
    features: Sequence[EntryFeatures], statistics: Statistics, words: WordTable, texts: Matrix, wordings: Matrix
) -> list[Row]:
    """Rows of these FAQ under frozen statistics. `texts`: their encoded questions and answers in turn, `wordings`:
    their encoded wordings one FAQ after the other."""
    lexical, sounds = statistics.lexical_rows(features), statistics.sound_rows(features)
    shapes = statistics.shape_rows([a.sound_shape for f in features for a in f.alternatives])
    ends = np.cumsum([len(f.alternatives) for f in features]).tolist()
    return [
        Row(
            lexical=lexical[n],
            sounds=sounds[n],
            soft=_numbered(statistics.soft_row(f), statistics, words),
            coverage=_numbered(statistics.coverage_row(f), statistics, words),
            question_vector=texts[2 * n],
            answer_vector=texts[2 * n + 1],
            question_length=f.question_length,
            wordings=tuple(shapes[end - len(f.alternatives) : end]),
            wording_vectors=wordings[end - len(f.alternatives) : end],
        )
        for n, (f, end) in enumerate(zip(features, ends, strict=True))
    ]


def _numbered(row: Sparse, statistics: Statistics, words: WordTable) -> Sparse:
    return Sparse(words.numbers(names_of(row.columns, statistics.vocabulary)), row.values)
