"""What call summaries bring: the same held-out questions with none, a part and all of the summaries as evidence."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path

from eval.cases import Case
from eval.lab import FixedFaqs, open_retriever
from eval.leakage import find_leaks
from eval.metrics.intervals import Rate, rate
from eval.metrics.ranking import hit_at
from ingestion.summaries import Summary
from knowledge.domain import FaqEntry, SearchQuery, SynonymGroup
from knowledge.faq.past_wordings import MAX_PER_FAQ, with_past_wordings
from knowledge.ports import Redactor
from knowledge.search.training import Progress
from knowledge.search.word_vectors import WordVectors
from knowledge.text.tokens import Tokenizer

SHARES = (0.0, 0.25, 0.5, 1.0)
_LANG = "ja"
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class GainPoint:
    """Search with this share of the summaries: how often the right FAQ is first, and among the first three."""

    share: float
    summaries: int
    first: Rate
    shown: Rate


@dataclass(frozen=True, slots=True)
class GainBench:
    tokenizer: Tokenizer
    words: WordVectors
    redactor: Redactor
    synonyms: Sequence[SynonymGroup] = ()
    train: bool = True


def usable_summaries(summaries: Sequence[Summary], cases: Sequence[Case], known: frozenset[str]) -> list[Summary]:
    """Linked to a published FAQ and unlike every case: a summary that repeats a question would measure memory. In an
    order that depends on nothing but their text, so that a share is the same share each time."""
    linked = [one for one in summaries if one.faq_id in known]
    alike = {leak.wording for leak in find_leaks(cases, [FaqEntry(one.faq_id, one.text, "") for one in linked])}
    return sorted((one for one in linked if one.text not in alike), key=lambda one: sha256(one.text.encode()).digest())


def past_wordings_gain(
    entries: Sequence[FaqEntry],
    summaries: Sequence[Summary],
    cases: Sequence[Case],
    bench: GainBench,
    shares: Sequence[float] = SHARES,
    progress: Progress | None = None,
) -> list[GainPoint]:
    """One engine for each share, trained anew, asked all Japanese cases that have a right answer."""
    japanese = [one for one in entries if one.lang == _LANG]
    asked = [case for case in cases if case.lang == _LANG and case.right_faqs]
    usable = usable_summaries(summaries, asked, frozenset(one.faq_id for one in japanese))
    points = []
    for place, share in enumerate(shares):
        taken = usable[: round(len(usable) * share)]
        points.append(_point(share, taken, japanese, asked, bench))
        if progress:
            progress(place + 1, len(shares))
    return points


def bare(entries: Sequence[FaqEntry]) -> list[FaqEntry]:
    """The same FAQ without the editors' other wordings: a city on its first day."""
    return [replace(one, alt_questions=()) for one in entries]


def _point(
    share: float, taken: Sequence[Summary], entries: Sequence[FaqEntry], asked: Sequence[Case], bench: GainBench
) -> GainPoint:
    past: dict[str, list[str]] = {}
    for one in taken:
        past.setdefault(one.faq_id, []).append(bench.redactor.redact(one.text).text)
    capped = {faq_id: texts[-MAX_PER_FAQ:] for faq_id, texts in past.items()}
    return GainPoint(share, len(taken), *search_rates(with_past_wordings(entries, capped), asked, bench))


def search_rates(entries: Sequence[FaqEntry], asked: Sequence[Case], bench: GainBench) -> tuple[Rate, Rate]:
    """How often a right FAQ is first, and among the first three, with an engine made of `entries` alone."""
    faqs = FixedFaqs(entries, bench.synonyms)
    with tempfile.TemporaryDirectory(prefix="madoguchi-wordings-") as made:
        retriever = open_retriever(faqs, Path(made), bench.tokenizer, bench.words)
        try:
            if bench.train:
                retriever.train()
            texts = [bench.redactor.redact(case.text).text for case in asked]
            ranked = [[h.entry.faq_id for h in retriever.search(SearchQuery(text, _SHOWN)).hits] for text in texts]
        finally:
            retriever.close()
    pairs = list(zip(ranked, asked, strict=True))
    first = sum(hit_at(found, case.right_faqs, 1) for found, case in pairs)
    shown = sum(hit_at(found, case.right_faqs, _SHOWN) for found, case in pairs)
    return rate(first, len(asked)), rate(shown, len(asked))
