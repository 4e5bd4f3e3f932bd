"""One question against one language: candidates from the vector index, exact scores in memory, one ranked list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge.ports import Scored, VectorIndex, VectorQuery
from knowledge.search import fusion
from knowledge.search.alternatives import FOUND_PER_QUESTION, closest
from knowledge.search.corpus import Corpus, Positions
from knowledge.search.language_index import LanguageIndex
from knowledge.search.query import QueryFeatures
from knowledge.search.statistics import SPACE_WEIGHT, Floats, prefixed
from knowledge.search.vocabulary import index_terms
from knowledge.search.word_vectors import Vector

_SMOOTHED = 48
"""How many of the best candidates borrow from their neighbours; the rest cannot reach the first ten any more."""
_DECIMALS = 4
"""Smaller differences come from the order in which floats were added, and must not order equal FAQ."""
Where = Mapping[str, str | int | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Ranked:
    """Positions best first with their scores, and the evidence confidence is computed from."""

    positions: Positions
    scores: Floats
    meaning: Floats
    """Cosine of the question with the better of the FAQ's question and answer."""
    closest_wording: Mapping[str, float]
    wording_sound: Floats
    prototype: Floats
    """Log-odds that the question belongs to this FAQ, by the learned prototypes; 0 where there are none."""
    word_model: Floats
    """The same by the word model."""


@dataclass(frozen=True, slots=True)
class Settings:
    candidates: int
    smoothing: fusion.Smoothing = field(default_factory=fusion.Smoothing)


def rank(index: LanguageIndex, vectors: VectorIndex, query: QueryFeatures, where: Where, settings: Settings) -> Ranked:
    """Rank the FAQ that pass `where`. Deterministic: equal scores come in key order."""
    corpus = index.corpus
    vector: Vector = index.encoder.encode([query.encoder], "query")[0]
    lexical: dict[str, float] = {}
    for space in SPACE_WEIGHT:
        lexical.update(prefixed(getattr(query, space), space))
    legs = _whole_corpus_legs(index, query, lexical)
    by_meaning, by_words, by_wording = _candidates(index, vectors, vector, lexical, where, settings.candidates)
    alternatives = closest(by_wording, index.wording_owner)
    legs["wording_meaning"] = _wording_meaning(corpus, alternatives)
    if index.prototypes is not None:
        legs["prototype"] = index.prototypes.logits(vector)
    legs.update(_word_model_leg(index, query, legs))
    positions = _positions(index, [*by_meaning, *by_words], alternatives)
    spread = _spread(corpus, legs, vector)
    base, meaning = _scores(corpus, legs, spread, index.weights, vector, positions)
    smoothing = settings.smoothing.times(1 - index.alternatives_share)
    total = _smoothed(corpus, legs, spread, index.weights, vector, positions, base, smoothing).round(_DECIMALS)
    order = np.lexsort((positions, -total))
    nothing = np.zeros(len(corpus), np.float32)
    belonging = [_log_odds(legs[name]) if name in legs else nothing for name in ("prototype", "word_model")]
    return Ranked(positions[order], total[order], meaning[order], alternatives, legs["wording_sound"], *belonging)


def _whole_corpus_legs(index: LanguageIndex, query: QueryFeatures, lexical: Mapping[str, float]) -> dict[str, Floats]:
    """Legs that are cheap for every FAQ, so that their spread is exact."""
    corpus, statistics = index.corpus, index.statistics
    shape = statistics.query_shape(query.sound_shape) if index.wording_owner else {}
    legs = {
        "wording_sound": corpus.closest_wording(shape),
        "words": corpus.lexical.scores(statistics.query_columns(lexical)),
        "sound": corpus.sounds.scores(statistics.query_columns(prefixed(query.sounds, "sounds"))),
    }
    if index.weights["soft_answer"]:
        idf = {w: statistics.word_idf(w) for w in query.content_words}
        legs["soft_answer"] = corpus.soft(query.content_words, idf)
    if index.weights["question_coverage"]:
        legs["question_coverage"] = corpus.coverage(query.content_words)
    return legs


def _candidates(
    index: LanguageIndex, vectors: VectorIndex, vector: Vector, lexical: Mapping[str, float], where: Where, limit: int
) -> list[list[Scored]]:
    faq, wording = {**where, "kind": "faq"}, {**where, "kind": "wording"}
    queries = [VectorQuery(vector.tolist(), limit, faq), VectorQuery(index_terms(lexical), limit, faq)]
    if index.wording_owner:
        queries.append(VectorQuery(vector.tolist(), FOUND_PER_QUESTION, wording))
    found = vectors.query(queries)
    return found if index.wording_owner else [*found, []]


def _positions(index: LanguageIndex, found: Sequence[Scored], alternatives: Mapping[str, float]) -> Positions:
    """Candidate positions in order; points of FAQ that have just been taken out are ignored."""
    at = {index.corpus.position[key] for key in alternatives if key in index.corpus.position}
    for point in found:
        position = index.position_of_point.get(point.point_id)
        if position is not None:
            at.add(position)
    return np.array(sorted(at), np.intp)


def _spread(corpus: Corpus, legs: Mapping[str, Floats], vector: Vector) -> dict[str, fusion.Spread]:
    spread = {name: fusion.Spread(float(s.mean()), float(s.std())) for name, s in legs.items()}
    question, answer = corpus.meaning_spread(vector)
    spread["question_meaning"], spread["answer_meaning"] = fusion.Spread(*question), fusion.Spread(*answer)
    spread["wording_meaning"] = fusion.WORDING_MEANING_SPREAD
    return spread


def _scores(
    corpus: Corpus,
    legs: Mapping[str, Floats],
    spread: Mapping[str, fusion.Spread],
    weights: Mapping[str, float],
    vector: Vector,
    positions: Positions,
) -> tuple[Floats, Floats]:
    """Fused scores and best cosines of the given positions."""
    question, answer = corpus.meaning(vector, positions)
    total = np.zeros(len(positions), np.float32)
    for name, part in spread.items():
        scale = fusion.scale_of(part, weights.get(name, 0.0))
        if scale:
            raw = {"question_meaning": question, "answer_meaning": answer}.get(name)
            raw = legs[name][positions] if raw is None else raw
            total += np.float32(scale) * (raw - np.float32(part.mean))
    return total, np.maximum(question, answer)


def _smoothed(
    corpus: Corpus,
    legs: Mapping[str, Floats],
    spread: Mapping[str, fusion.Spread],
    weights: Mapping[str, float],
    vector: Vector,
    positions: Positions,
    base: Floats,
    smoothing: fusion.Smoothing,
) -> Floats:
    """Adds what neighbours lend and the priors; the best candidates' neighbours are scored exactly."""
    total: Floats = base - np.float32(smoothing.hubness) * corpus.prior_hub[positions]
    total -= np.float32(smoothing.length) * corpus.prior_length[positions]
    best = np.argsort(-base, kind="stable")[:_SMOOTHED]
    if not corpus.neighbour_ids.shape[1] or not len(best):
        return total
    neighbours = corpus.neighbour_ids[positions[best]]
    needed = np.unique(neighbours)
    scores, _ = _scores(corpus, legs, spread, weights, vector, needed)
    lent = (scores[np.searchsorted(needed, neighbours)] * corpus.neighbour_weights[positions[best]]).sum(axis=1)
    floor = float(lent.min())
    total += np.float32(smoothing.neighbours * floor)
    total[best] += np.float32(smoothing.neighbours) * (lent - np.float32(floor))
    return total


def _wording_meaning(corpus: Corpus, closest_wordings: Mapping[str, float]) -> Floats:
    """Cosine of each FAQ's closest wording; FAQ whose wordings were not among the closest get the lowest one found."""
    floor = min(closest_wordings.values(), default=0.0)
    out = np.full(len(corpus), floor, np.float32)
    for key, cosine in closest_wordings.items():
        out[corpus.position[key]] = cosine
    return out


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


def _log_odds(logits: Floats) -> Floats:
    """Log-odds of the softmax shares, bounded at about +-9."""
    p = np.exp(logits - logits.max())
    p /= p.sum()
    odds: Floats = np.log((p + 1e-4) / (1 - p + 1e-4)).astype(np.float32)
    return odds
