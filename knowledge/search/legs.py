"""The legs that are cheap enough to be known of every FAQ, so that their spread over all FAQ is exact."""

from collections.abc import Mapping

import numpy as np

from knowledge.search import fusion
from knowledge.search.corpus import Corpus
from knowledge.search.language_index import LanguageIndex
from knowledge.search.query import QueryFeatures
from knowledge.search.statistics import Floats, prefixed
from knowledge.search.word_vectors import Vector


def legs_everywhere(
    index: LanguageIndex, query: QueryFeatures, columns: Mapping[int, float], vector: Vector
) -> dict[str, Floats]:
    """Raw scores by position for each leg; `columns` are the question's lexical weights."""
    corpus, statistics = index.corpus, index.statistics
    legs = {
        "words": corpus.lexical.scores(columns),
        "sound": corpus.sounds.scores(statistics.query_columns(prefixed(query.sounds, "sounds"))),
    }
    if corpus.has_wordings:
        legs["wording_sound"] = corpus.closest_wording(statistics.query_shape(query.sound_shape))
    if index.weights["soft_answer"]:
        idf = {w: statistics.word_idf(w) for w in query.content_words}
        legs["soft_answer"] = corpus.soft(query.content_words, idf)
    if index.weights["question_coverage"]:
        legs["question_coverage"] = corpus.coverage(query.content_words)
    if index.prototypes is not None:
        legs["prototype"] = index.prototypes.logits(vector)
    legs.update(_word_model_leg(index, query, legs))
    return legs


def summed(corpus: Corpus, legs: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """What the legs known for every FAQ add up to, by position."""
    total = np.zeros(len(corpus), np.float32)
    for name, raw in legs.items():
        spread = spread_of(raw)
        scale = fusion.scale_of(spread, weights.get(name, 0.0))
        if scale:
            total += np.float32(scale) * (raw - np.float32(spread.mean))
    return total


def _word_model_leg(index: LanguageIndex, query: QueryFeatures, legs: Mapping[str, Floats]) -> dict[str, Floats]:
    """Logits of the word model by position; FAQ it does not know stand where their prototype stands."""
    model, columns = index.encoder.word_model, index.word_columns
    if model is None or columns is None or not (columns >= 0).any():
        return {}
    known = columns >= 0
    logits = model.logits(query.utterance)
    out = np.zeros(len(columns), np.float32)
    out[known] = logits[columns[known]]
    if not known.all() and "prototype" in legs:
        prototype = legs["prototype"]
        z = (prototype - prototype.mean()) / (prototype.std() + 1e-9)
        out[~known] = out[known].mean() + z[~known] * out[known].std()
    return {"word_model": out}


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
