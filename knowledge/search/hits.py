"""From a ranked list to hits with their probabilities."""

import math
from itertools import compress

from knowledge.domain import Hit
from knowledge.search.analysis import PREFIX
from knowledge.search.confidence import Calibration, Evidence, shares
from knowledge.search.encoder import WithoutMeaning
from knowledge.search.language_index import LanguageIndex
from knowledge.search.query import QueryFeatures
from knowledge.search.scoring import Ranked
from knowledge.search.vocabulary import Numbers


def hits_of(
    index: LanguageIndex, query: QueryFeatures, ranked: Ranked, wanted: int, calibration: Calibration
) -> tuple[tuple[Hit, ...], dict[str, float]]:
    keys = index.corpus.keys
    numbers = index.statistics.vocabulary.found([PREFIX["words"] + w for w in query.own_words])
    evidence = _evidence(ranked, _known_share(index, query, numbers), max(wanted, 0))
    kind, best = _kind(index), ranked.positions[: len(evidence)]
    held = index.corpus.lexical.holds(numbers, best).tolist()
    hits = [
        Hit(
            index.entries[keys[at]],
            float(score),
            calibration.probability(speaks, kind),
            tuple(compress(query.own_words, matched)),
        )
        for at, score, speaks, matched in zip(best.tolist(), ranked.scores, evidence, held, strict=False)
    ]
    return tuple(hits), evidence[0].features() if evidence else {}


def _known_share(index: LanguageIndex, query: QueryFeatures, numbers: Numbers) -> float:
    """How much of the question's words, by idf, occurs in any FAQ."""
    idf = index.statistics.idf_of(numbers)
    known = [value for word, value in zip(query.own_words, idf, strict=True) if index.corpus.known(word)]
    return sum(known) / (sum(idf) or 1.0)


def _evidence(ranked: Ranked, known: float, wanted: int) -> list[Evidence]:
    """For the first `wanted` of the ranked list."""
    scores = ranked.scores.tolist()
    share = shares(scores[:wanted], ranked.scores)
    return [
        Evidence(
            share=share[place],
            margin=score - (scores[0] if place else (scores[1] if len(scores) > 1 else -math.inf)),
            meaning=float(ranked.meaning[place]),
            wording=float(ranked.wording[place]),
            sound=float(ranked.wording_sound[at]),
            prototype=float(ranked.prototype[at]),
            word_model=float(ranked.word_model[at]),
            known=known,
        )
        for place, (at, score) in enumerate(zip(ranked.positions[:wanted], scores, strict=False))
    ]


def _kind(index: LanguageIndex) -> str:
    """Which calibration fits this language's index."""
    if isinstance(index.encoder, WithoutMeaning):
        return "words_only"
    return "with_alternatives" if index.alternatives_share >= 0.5 else "bare"
