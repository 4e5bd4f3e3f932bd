"""One question against one language: candidates from the vector index, exact scores in memory, one ranked list."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from knowledge.search import fusion
from knowledge.search.candidates import Allowed, Asked, Finder, Where, joined
from knowledge.search.corpus import Corpus, Positions
from knowledge.search.language_index import LanguageIndex
from knowledge.search.legs import legs_everywhere, log_odds, spread_of, summed
from knowledge.search.query import QueryFeatures
from knowledge.search.statistics import SPACE_WEIGHT, Floats, prefixed
from knowledge.search.word_vectors import Vector

_SMOOTHED = 48
"""How many of the best candidates borrow from their neighbours; the rest cannot reach the first ten any more."""
_COMPARED_BY_WORDING = 32
"""How many of the best candidates are compared with each of their wordings: the closest wordings lie there."""
_DECIMALS = 4
"""Smaller differences come from the order in which floats were added, and must not order equal FAQ."""
_ALL_AT_ONCE = 600
"""Up to this many FAQ their cosines are computed for all: reading everything costs less than picking some, as long as
it does not push everything else out of the processor's cache."""


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
    finder: Finder,
    query: QueryFeatures,
    where: Where,
    allowed: Allowed | None,
    settings: Settings,
) -> Ranked:
    """Rank the FAQ that are allowed, by position (None: all are); candidates are looked for with the filter `where`.
    Deterministic: equal scores come in key order."""
    corpus = index.corpus
    vector: Vector = index.encoder.encode([query.encoder], "query")[0]
    columns = index.statistics.query_columns(_lexical(query))
    legs = legs_everywhere(index, query, columns, vector)
    fused = _Fused(corpus, index.weights, summed(corpus, legs, index.weights), vector)
    asked = Asked(vector, columns, legs["words"], where, allowed)
    positions = _candidates(index, finder, asked, fused.known_everywhere, settings.candidates)
    if allowed is not None:
        positions = positions[allowed[positions]]
    base, meaning = fused.at(positions)
    wording = _closest_wordings(corpus, vector, positions, base)
    base = base + _wording_leg(wording, index.weights["wording_meaning"])
    total = _smoothed(fused, positions, base, settings.smoothing.times(1 - index.alternatives_share)).round(_DECIMALS)
    order = np.lexsort((positions, -total))
    nothing = np.zeros(len(corpus), np.float32)
    belonging = [log_odds(legs[name]) if name in legs else nothing for name in ("prototype", "word_model")]
    by_sound = legs.get("wording_sound", nothing)
    return Ranked(positions[order], total[order], meaning[order], wording[order], by_sound, *belonging)


def _lexical(query: QueryFeatures) -> dict[str, float]:
    terms: dict[str, float] = {}
    for space in SPACE_WEIGHT:
        terms.update(prefixed(getattr(query, space), space))
    return terms


def _candidates(index: LanguageIndex, finder: Finder, asked: Asked, known_everywhere: Floats, limit: int) -> Positions:
    if len(known_everywhere) <= limit:
        return np.arange(len(known_everywhere))
    return joined(finder.find(index, asked, limit), known_everywhere, limit)


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
        return corpus.meaning_everywhere(self.vector)

    @cached_property
    def _scales(self) -> list[tuple[fusion.Spread, float]]:
        everywhere = self._meaning_everywhere
        if everywhere is None:
            spreads = [fusion.Spread(*pair) for pair in self.corpus.meaning_spread(self.vector)]
        else:
            spreads = [spread_of(raw) for raw in everywhere]
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
