"""Questions against one language: candidates from the vector index, exact scores in memory, one ranked list each."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from knowledge.search import fusion
from knowledge.search.candidates import Allowed, Asked, Finder, Where, joined
from knowledge.search.corpus import Corpus, Positions
from knowledge.search.language_index import LanguageIndex
from knowledge.search.legs import Legs, legs_everywhere, log_odds, spread_of, summed
from knowledge.search.query import QueryFeatures
from knowledge.search.statistics import SPACE_WEIGHT, Floats
from knowledge.search.word_vectors import Matrix, Vector

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


@dataclass(frozen=True, slots=True)
class Wanted:
    """One question: candidates are looked for with the filter `where`; only the FAQ that are allowed, by position, are
    ranked (None: all are)."""

    query: QueryFeatures
    where: Where
    allowed: Allowed | None


def rank(index: LanguageIndex, finder: Finder, wanted: Sequence[Wanted], settings: Settings) -> list[Ranked]:
    """Rank the FAQ for each question. Deterministic: equal scores come in key order, and a question's list does not
    depend on those beside it. All take each step together: what a step reads lies in the processor's cache then."""
    corpus, queries = index.corpus, [w.query for w in wanted]
    vectors = index.encoder.encode([q.encoder for q in queries], "query")
    columns = [index.statistics.query_columns({s: getattr(q, s) for s in SPACE_WEIGHT}) for q in queries]
    legs = legs_everywhere(index, queries, columns, vectors)
    fused = _fused(index, legs, vectors)
    asked = [
        Asked(vector, terms, known["words"], w.where, w.allowed)
        for vector, terms, known, w in zip(vectors, columns, legs, wanted, strict=True)
    ]
    positions = _candidates(index, finder, asked, fused, settings.candidates)
    scored = [one.at(at) for one, at in zip(fused, positions, strict=True)]
    wordings = [
        _closest_wordings(corpus, vector, at, base)
        for vector, at, (base, _) in zip(vectors, positions, scored, strict=True)
    ]
    smoothing = settings.smoothing.times(1 - index.alternatives_share)
    ranked = []
    for one, known, at, (base, meaning), wording in zip(fused, legs, positions, scored, wordings, strict=True):
        base = base + _wording_leg(wording, index.weights["wording_meaning"])
        total = _smoothed(one, at, base, smoothing).round(_DECIMALS)
        order = np.lexsort((at, -total))
        ranked.append(Ranked(at[order], total[order], meaning[order], wording[order], *_belonging(corpus, known)))
    return ranked


def _belonging(corpus: Corpus, legs: Legs) -> tuple[Floats, Floats, Floats]:
    """By position: the sound of wordings, and the log-odds of prototypes and word model; zero for what there is not."""
    nothing = np.zeros(len(corpus), np.float32)
    prototype, words = (log_odds(legs[name]) if name in legs else nothing for name in ("prototype", "word_model"))
    return legs.get("wording_sound", nothing), prototype, words


def _candidates(
    index: LanguageIndex, finder: Finder, asked: Sequence[Asked], fused: Sequence["_Fused"], limit: int
) -> list[Positions]:
    """Positions worth exact scores for each question, less what is not allowed. Where few are allowed, all of them are."""
    few = [_few(index, one, limit) for one in asked]
    many = [one for one, all_of_them in zip(asked, few, strict=True) if all_of_them is None]
    found = iter(finder.find(index, many, limit) if many else ())
    return [
        _allowed(joined(next(found), one.known_everywhere, limit), each) if all_of_them is None else all_of_them
        for one, each, all_of_them in zip(fused, asked, few, strict=True)
    ]


def _few(index: LanguageIndex, asked: Asked, limit: int) -> Positions | None:
    """Every position that is allowed, where these are no more than `limit`."""
    if len(index.corpus) <= limit:
        return _allowed(np.arange(len(index.corpus)), asked)
    if asked.allowed is None or np.count_nonzero(asked.allowed) > limit:
        return None
    return np.flatnonzero(asked.allowed)


def _allowed(positions: Positions, asked: Asked) -> Positions:
    return positions if asked.allowed is None else positions[asked.allowed[positions]]


def _fused(index: LanguageIndex, legs: Sequence[Legs], vectors: Matrix) -> list["_Fused"]:
    corpus, weights = index.corpus, index.weights
    known = [summed(corpus, each, weights) for each in legs]
    if len(corpus) > _ALL_AT_ONCE:
        both = corpus.meaning_spreads(vectors)
        everywhere: list[tuple[Floats, Floats] | None] = [None] * len(known)
    else:
        cosines = [corpus.meaning_everywhere(vector) for vector in vectors]
        both = [(spread_of(question), spread_of(answer)) for question, answer in cosines]
        everywhere = [*cosines]
    names = ("question_meaning", "answer_meaning")
    scales = [[(s, fusion.scale_of(s, weights[name])) for s, name in zip(pair, names, strict=True)] for pair in both]
    return [_Fused(corpus, *each) for each in zip(known, vectors, everywhere, scales, strict=True)]


@dataclass(frozen=True, slots=True)
class _Fused:
    """One question's score without wordings and neighbours, of whatever positions are asked for."""

    corpus: Corpus
    known_everywhere: Floats
    vector: Vector
    everywhere: tuple[Floats, Floats] | None
    """Cosines with the questions and the answers of all FAQ, where they were computed."""
    scales: Sequence[tuple[fusion.Spread, float]]
    """Of these cosines over all FAQ, and the factors by which they enter."""

    def at(self, positions: Positions) -> tuple[Floats, Floats]:
        """Fused scores and best cosines of the given positions."""
        if self.everywhere is None:
            question, answer = self.corpus.meaning(self.vector, positions)
        else:
            question, answer = self.everywhere[0][positions], self.everywhere[1][positions]
        total = self.known_everywhere[positions]
        for raw, (spread, scale) in zip((question, answer), self.scales, strict=True):
            total += np.float32(scale) * (raw - np.float32(spread.mean))
        return total, np.maximum(question, answer)


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
