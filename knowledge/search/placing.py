"""From features to a placed row, and from a list of entries to a corpus."""

from collections.abc import Mapping, Sequence

from knowledge.search.analysis import EntryFeatures
from knowledge.search.corpus import Corpus, Row, Sparse, WordTable
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
    )


def build_corpus(
    entries: Mapping[str, EntryFeatures], statistics: Statistics, words: WordTable, encoder: TextEncoder
) -> Corpus:
    """All rows in key order. `entries` must not be empty."""
    keys: Sequence[str] = sorted(entries)
    rows = [place(entries[k], statistics, words, encoder) for k in keys]
    return Corpus(list(keys), rows, words, len(statistics.terms))


def _numbered(weights: Mapping[str, float], words: WordTable) -> Sparse:
    return Sparse.of({words.number(word): value for word, value in weights.items()})
