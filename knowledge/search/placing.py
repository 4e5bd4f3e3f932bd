"""From features to a placed row."""

from knowledge.search.analysis import EntryFeatures, names_of
from knowledge.search.corpus import Row, WordTable
from knowledge.search.statistics import Sparse, Statistics
from knowledge.search.word_vectors import Vector


def place(features: EntryFeatures, statistics: Statistics, words: WordTable, question: Vector, answer: Vector) -> Row:
    """One FAQ's row under frozen statistics; `question` and `answer` are its encoded texts."""
    return Row(
        lexical=statistics.lexical_row(features),
        sounds=statistics.sound_row(features),
        soft=_numbered(statistics.soft_row(features), statistics, words),
        coverage=_numbered(statistics.coverage_row(features), statistics, words),
        question_vector=question,
        answer_vector=answer,
        question_length=features.question_length,
        wordings=tuple(statistics.shape_row(a.sound_shape) for a in features.alternatives),
    )


def _numbered(row: Sparse, statistics: Statistics, words: WordTable) -> Sparse:
    return Sparse(words.numbers(names_of(row.columns, statistics.vocabulary)), row.values)
