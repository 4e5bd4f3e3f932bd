"""One question against one language: candidates from the vector index, exact scores in memory, one ranked list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from knowledge.ports import VectorIndex, VectorQuery
from knowledge.search import fusion
from knowledge.search.corpus import Corpus, Positions
from knowledge.search.language_index import LanguageIndex
from knowledge.search.query import QueryFeatures
from knowledge.search.statistics import SPACE_WEIGHT, Floats, prefixed
from knowledge.search.word_vectors import Vector

_SMOOTHED = 48
"""How many of the best candidates borrow from their neighbours; the rest cannot reach the first ten any more."""
_COMPARED_BY_WORDING = 32
"""How many of the best candidates are compared with each of their wordings: the closest wordings lie there."""
_DECIMALS = 4
"""Smaller differences come from the order in which floats were added, and must not order equal FAQ."""
_ALL_AT_ONCE = 2_500
"""Up to this many FAQ their cosines are computed for all: reading everything costs less than picking some."""
Where = Mapping[str, str | int | tuple[str, ...]]
Allowed = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Positions best first with their scores, and the evidence confidence is computed from."""

    positions: Positions
    scores: Floats
    meaning: Floats
    """Cosine of the question with the better of the FAQ's question and answer."""
    wording: Floats
    """Cosine with the closest of the FAQ's other wordings; 0 where that is not among the closest of all."""
    wording_sound: Floats
    """By position of the corpus, like those below."""
    prototype: Floats
    """Log-odds that the question belongs to this FAQ, by the learned prototypes; 0 where there are none."""
    word_model: Floats
    """The same by the word model."""


@dataclass(frozen=True, slots=True)
class Settings:
    candidates: int
    smoothing: fusion.Smoothing = field(default_factory=fusion.Smoothing)


def rank(
    index: LanguageIndex,
    vectors: VectorIndex,
    query: QueryFeatures,
    where: Where,
    allowed: Allowed | None,
    settings: Settings,
) -> Ranked:
    """Rank the FAQ that are allowed, by position (None: all are); the vector index is asked with the filter `where`.
    Deterministic: equal scores come in key order."""
    corpus = index.corpus
    vector: Vector = index.encoder.encode([query.encoder], "query")[0]
    lexical: dict[str, float] = {}
    for space in SPACE_WEIGHT:
        lexical.update(prefixed(getattr(query, space), space))
    columns = index.statistics.query_columns(lexical)
    legs = _legs(index, query, columns, vector)
    fused = _Fused(corpus, index.weights, _everywhere(corpus, legs, index.weights), vector)
    positions = _candidates(index, vectors, vector, columns, where, settings.candidates, fused.known_everywhere)
    if allowed is not None:
        positions = positions[allowed[positions]]
    base, meaning = fused.at(positions)
    wording = _closest_wordings(corpus, vector, positions, base)
    base = base + _wording_leg(wording, index.weights["wording_meaning"])
    total = _smoothed(fused, positions, base, settings.smoothing.times(1 - index.alternatives_share)).round(_DECIMALS)
    order = np.lexsort((positions, -total))
    nothing = np.zeros(len(corpus), np.float32)
    belonging = [_log_odds(legs[name]) if name in legs else nothing for name in ("prototype", "word_model")]
    by_sound = legs.get("wording_sound", nothing)
    return Ranked(positions[order], total[order], meaning[order], wording[order], by_sound, *belonging)


def _legs(
    index: LanguageIndex, query: QueryFeatures, columns: Mapping[int, float], vector: Vector
) -> dict[str, Floats]:
    """Legs that are cheap for every FAQ, so that their spread is exact."""
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


def _everywhere(corpus: Corpus, legs: Mapping[str, Floats], weights: Mapping[str, float]) -> Floats:
    """What the legs known for every FAQ add up to, by position."""
    total = np.zeros(len(corpus), np.float32)
    for name, raw in legs.items():
        spread = _spread(raw)
        scale = fusion.scale_of(spread, weights.get(name, 0.0))
        if scale:
            total += np.float32(scale) * (raw - np.float32(spread.mean))
    return total


def _candidates(
    index: LanguageIndex,
    vectors: VectorIndex,
    vector: Vector,
    columns: Mapping[int, float],
    where: Where,
    limit: int,
    known_everywhere: Floats,
) -> Positions:
    """Positions in order: the nearest by meaning, the nearest by words, and the best by what is known of every FAQ.
    Points of FAQ that have just been taken out are ignored."""
    queries = [VectorQuery(vector.tolist(), limit, where)]
    terms = index.statistics.vocabulary.index_terms(columns)
    if terms:
        queries.append(VectorQuery(terms, limit, where))
    find = index.position_of_point.get
    found = [at for points in vectors.query(queries) for i, _ in points if (at := find(i)) is not None]
    candidate = np.zeros(len(known_everywhere), bool)
    candidate[found] = True
    if limit < len(candidate):
        candidate[np.argpartition(-known_everywhere, limit)[:limit]] = True
    else:
        candidate[:] = True
    return np.flatnonzero(candidate)


@dataclass(frozen=True)
class _Fused:
    """Score without wordings and neighbours of whatever positions are asked for."""

    corpus: Corpus
    weights: Mapping[str, float]
    known_everywhere: Floats
    vector: Vector

    def at(self, positions: Positions) -> tuple[Floats, Floats]:
        """Fused scores and best cosines of the given positions."""
        everywhere = self._meaning_everywhere
        if everywhere is None:
            question, answer = self.corpus.meaning(self.vector, positions)
        else:
            question, answer = everywhere[0][positions], everywhere[1][positions]
        total = self.known_everywhere[positions]
        for raw, (spread, scale) in zip((question, answer), self._scales, strict=True):
            total += np.float32(scale) * (raw - np.float32(spread.mean))
        return total, np.maximum(question, answer)

    @cached_property
    def _meaning_everywhere(self) -> tuple[Floats, Floats] | None:
        corpus = self.corpus
        if len(corpus) > _ALL_AT_ONCE:
            return None
        return corpus.question_matrix @ self.vector, corpus.answer_matrix @ self.vector

    @cached_property
    def _scales(self) -> list[tuple[fusion.Spread, float]]:
        everywhere = self._meaning_everywhere
        if everywhere is None:
            spreads = [fusion.Spread(*pair) for pair in self.corpus.meaning_spread(self.vector)]
        else:
            spreads = [_spread(raw) for raw in everywhere]
        names = ("question_meaning", "answer_meaning")
        return [(s, fusion.scale_of(s, self.weights[name])) for s, name in zip(spreads, names, strict=True)]


def _closest_wordings(corpus: Corpus, vector: Vector, positions: Positions, base: Floats) -> Floats:
    """Cosine of each candidate's closest wording, 0 where it is not among the closest; only the best candidates are
    compared with their wordings."""
    out = np.zeros(len(positions), np.float32)
    if corpus.has_wordings and len(positions):
        best = np.argsort(-base, kind="stable")[:_COMPARED_BY_WORDING]
        out[best] = corpus.closest_wordings(vector, positions[best])
    return out


def _wording_leg(closest: Floats, weight: float) -> Floats:
    """What wordings add; FAQ whose wordings are not among the closest count like the last of those that are."""
    spread = fusion.WORDING_MEANING_SPREAD
    found = closest[closest > 0]
    filled = np.where(closest > 0, closest, found.min() if len(found) else 0)
    leg: Floats = np.float32(fusion.scale_of(spread, weight)) * (filled - np.float32(spread.mean))
    return leg


def _smoothed(fused: _Fused, positions: Positions, base: Floats, smoothing: fusion.Smoothing) -> Floats:
    """Adds what neighbours lend and the priors; the best candidates' neighbours are scored exactly."""
    corpus = fused.corpus
    total: Floats = base - np.float32(smoothing.hubness) * corpus.prior_hub[positions]
    total -= np.float32(smoothing.length) * corpus.prior_length[positions]
    if not smoothing.neighbours or not corpus.neighbour_ids.shape[1] or not len(positions):
        return total
    best = np.argsort(-base, kind="stable")[:_SMOOTHED]
    neighbours = corpus.neighbour_ids[positions[best]]
    needed = np.unique(neighbours)
    scores, _ = fused.at(needed)
    lent = (scores[np.searchsorted(needed, neighbours)] * corpus.neighbour_weights[positions[best]]).sum(axis=1)
    floor = float(lent.min())
    total += np.float32(smoothing.neighbours * floor)
    total[best] += np.float32(smoothing.neighbours) * (lent - np.float32(floor))
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


def _spread(values: Floats) -> fusion.Spread:
    """Mean and deviation, without numpy's detours for small arrays."""
    mean = float(values.sum()) / len(values)
    away = values - np.float32(mean)
    return fusion.Spread(mean, float(np.sqrt(float(away @ away) / len(values))))


def _log_odds(logits: Floats) -> Floats:
    """Log-odds of the softmax shares, bounded at about +-9."""
    p = np.exp(logits - logits.max())
    p /= p.sum()
    odds: Floats = np.log((p + 1e-4) / (1 - p + 1e-4)).astype(np.float32)
    return odds
