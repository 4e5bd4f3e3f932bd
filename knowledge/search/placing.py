"""From features to a placed row."""

from collections.abc import Mapping

from knowledge.search.analysis import EntryFeatures
from knowledge.search.corpus import Row, Sparse, WordTable
from knowledge.search.encoder import TextEncoder
from knowledge.search.statistics import Statistics


def place(features: EntryFeatures, statistics: Statistics, words: WordTable, encoder: TextEncoder) -> Row:
    """One FAQ's row under frozen statistics."""
    question, answer = encoder.encode([features.question_encoder, features.answer_encoder])
    return Row(
        lexical=Sparse.of(statistics.columns(statistics.lexical_terms(features))),
        sounds=Sparse.of(statistics.columns(statistics.sound_terms(features))),
        soft=_numbered(statistics.soft_row(features), words),
        coverage=_numbered(statistics.coverage_row(features), words),
        question_vector=question,
        answer_vector=answer,
        question_length=features.question_length,
        wordings=tuple(
            Sparse.of(statistics.columns(statistics.wording_terms(a.sound_shape))) for a in features.alternatives
        ),
    )


def _numbered(weights: Mapping[str, float], words: WordTable) -> Sparse:
    return Sparse.of({words.number(word): value for word, value in weights.items()})
