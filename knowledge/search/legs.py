"""The legs that are cheap enough to be known of every FAQ, so that their spread over all FAQ is exact."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from knowledge.search import fusion
from knowledge.search.corpus import Corpus
from knowledge.search.language_index import LanguageIndex
from knowledge.search.query import QueryFeatures
from knowledge.search.statistics import Floats, Sparse
from knowledge.search.word_vectors import Matrix

Legs = Mapping[str, Floats]
"""Raw scores by position for each leg."""


def legs_everywhere(
    index: LanguageIndex, queries: Sequence[QueryFeatures], columns: Sequence[Sparse], vectors: Matrix
) -> list[Legs]:
    """The legs of each question; `columns` are their lexical weights, `vectors` what their encoder made of them."""
    legs = {name: list(scores) for name, scores in _by_leg(index, queries, columns, vectors)}
    model = _word_model_leg(index, queries, legs.get("prototype"))
    if model is not None:
        legs["word_model"] = model
    return [dict(zip(legs, scores, strict=True)) for scores in zip(*legs.values(), strict=True)]


def _by_leg(
    index: LanguageIndex, queries: Sequence[QueryFeatures], columns: Sequence[Sparse], vectors: Matrix
) -> Iterator[tuple[str, Iterator[Floats]]]:
    """Leg by leg: what one leg reads is in the processor's cache for the next question."""
    corpus, statistics = index.corpus, index.statistics
    yield "words", (corpus.lexical.scores(c) for c in columns)
    yield "sound", (corpus.sounds.scores(statistics.query_columns({"sounds": q.sounds})) for q in queries)
    if corpus.has_wordings:
        yield "wording_sound", (corpus.closest_wording(statistics.query_shape(q.sound_shape)) for q in queries)
    if index.weights["soft_answer"]:
        idf = statistics.word_idf
        yield "soft_answer", (corpus.soft(q.content_words, {w: idf(w) for w in q.content_words}) for q in queries)
    if index.weights["question_coverage"]:
        yield "question_coverage", (corpus.coverage(q.content_words) for q in queries)
    if index.prototypes is not None:
        yield "prototype", (index.prototypes.logits(vector) for vector in vectors)


def summed(corpus: Corpus, legs: Legs, weights: Mapping[str, float]) -> Floats:
    """What the legs known for every FAQ add up to, by position."""
    total = np.zeros(len(corpus), np.float32)
    for name, raw in legs.items():
        spread = spread_of(raw)
        scale = fusion.scale_of(spread, weights.get(name, 0.0))
        if scale:
            total += np.float32(scale) * (raw - np.float32(spread.mean))
    return total


def _word_model_leg(
    index: LanguageIndex, queries: Sequence[QueryFeatures], prototypes: Sequence[Floats] | None
) -> list[Floats] | None:
    """Logits of the word model by position; FAQ it does not know stand where their prototype stands."""
    model, columns = index.encoder.word_model, index.word_columns
    if model is None or columns is None or not (columns >= 0).any():
        return None
    known = columns >= 0
    legs = []
    for number, query in enumerate(queries):
        out = np.zeros(len(columns), np.float32)
        out[known] = model.logits(query.utterance)[columns[known]]
        if prototypes is not None and not known.all():
            prototype = prototypes[number]
            z = (prototype - prototype.mean()) / (prototype.std() + 1e-9)
            out[~known] = out[known].mean() + z[~known] * out[known].std()
        legs.append(out)
    return legs


def spread_of(values: Floats) -> fusion.Spread:
    """Mean and deviation, without numpy's detours for small arrays."""
    mean = float(values.sum()) / len(values)
    away = values - np.float32(mean)
    return fusion.Spread(mean, float(np.sqrt(float(away @ away) / len(values))))


def log_odds(logits: Floats) -> Floats:
    """Log-odds of the softmax shares, bounded at about +-9."""
    p = np.exp(logits - logits.max())
    p /= p.sum()
    odds: Floats = np.log((p + 1e-4) / (1 - p + 1e-4)).astype(np.float32)
    return odds
