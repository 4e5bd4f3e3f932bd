"""Which cases can an edit of some FAQ touch at all? Found by shared wording and meaning, without a single search."""

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

import numpy as np

from eval.cases import Case
from eval.leakage import bigrams
from knowledge.domain import FaqEntry
from knowledge.privacy.redacted import approved
from knowledge.search.encoder import StaticEncoder
from knowledge.search.encoder_input import EncoderInput
from knowledge.search.retriever import Retriever

MOST = 80
"""Cases taken by wording, and as many by meaning."""


def nearby(
    cases: Sequence[Case],
    faq_ids: Collection[str],
    texts: Sequence[FaqEntry],
    found: Mapping[str, Sequence[str]],
    meanings: "Meanings | None" = None,
    most: int = MOST,
) -> list[Case]:
    """Cases naming one of `faq_ids` as right or related, those whose known hits (`found`: case id -> FAQ) hold one, and
    the `most` cases closest to `texts` by character pairs and by meaning, in the order of `cases`."""
    wanted = set(faq_ids)
    sure = {c.id for c in cases if not wanted.isdisjoint(c.grades) or not wanted.isdisjoint(found.get(c.id, ()))}
    sure.update(_closest(cases, texts, most))
    if meanings is not None:
        sure.update(meanings.closest(cases, texts, most))
    return [c for c in cases if c.id in sure]


def _closest(cases: Sequence[Case], texts: Sequence[FaqEntry], most: int) -> list[str]:
    grams = {c.id: bigrams(c.text) for c in cases}
    spread = Counter(g for bag in grams.values() for g in bag)
    weights = {g: math.log(1 + len(cases) / n) for g, n in spread.items()}
    bags: dict[str, list[frozenset[str]]] = {}
    for entry in texts:
        bags.setdefault(entry.lang, []).extend(_bags(entry))
    scored = [(_overlap(grams[c.id], bags.get(c.lang, ()), weights), c.id) for c in cases]
    ranked = sorted((s for s in scored if s[0] > 0), key=lambda s: (-s[0], s[1]))
    return [case_id for _, case_id in ranked[:most]]


def _bags(entry: FaqEntry) -> list[frozenset[str]]:
    """Question and answer together, and every wording by itself."""
    return [bigrams(f"{entry.question}\n{entry.answer}"), *(bigrams(text) for text in entry.alt_questions)]


def _overlap(own: frozenset[str], bags: Sequence[frozenset[str]], weights: Mapping[str, float]) -> float:
    """Share of the case's weight that the best matching text of the FAQ has."""
    total = sum(weights[g] for g in own)
    return max((sum(weights[g] for g in own & bag) for bag in bags), default=0.0) / total if total else 0.0


class Meanings:
    """Vectors of cases and FAQ by the encoder in use, each text analysed once. Only for the static encoder: a neural one
    would need minutes for a suite."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever
        self._inputs: dict[tuple[str, str], EncoderInput] = {}

    def closest(self, cases: Sequence[Case], texts: Sequence[FaqEntry], most: int) -> list[str]:
        """The `most` cases of each language whose vector is nearest to a text of the FAQ."""
        found: list[str] = []
        for lang in sorted({entry.lang for entry in texts}):
            index = self._retriever.index_of(lang)
            ours = [c for c in cases if c.lang == lang]
            if index is None or not isinstance(index.encoder, StaticEncoder) or not ours:
                continue
            wordings = [t for e in texts if e.lang == lang for t in (e.question, e.answer, *e.alt_questions)]
            asked = index.encoder.encode([self._input(c.text, lang) for c in ours], "query")
            told = index.encoder.encode([self._input(t, lang) for t in wordings])
            best = (asked @ told.T).max(axis=1)
            found += [ours[n].id for n in np.argsort(-best, kind="stable")[:most] if best[n] > 0]
        return found

    def _input(self, text: str, lang: str) -> EncoderInput:
        known = self._inputs.get((text, lang))
        if known is None:
            known = self._inputs[text, lang] = self._retriever.analyse_query(approved(text), lang).encoder
        return known
