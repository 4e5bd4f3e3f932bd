"""Passages of manuals found by the same search as FAQ: one retriever class, an index of its own."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Protocol

from knowledge.domain import FaqEntry, Hit, SearchQuery, SynonymGroup
from knowledge.errors import NotFound
from knowledge.manuals.model import Audience, Manual
from knowledge.manuals.passages import Passage, passages_of
from knowledge.manuals.service import Manuals
from knowledge.ports import PublishedFaqs
from knowledge.privacy.redacted import RedactedText
from knowledge.search.retriever import Retriever

_ASKED = 40
"""So many are looked at, of which some may be for another audience or only resemble what was asked."""
_RESEMBLES = 0.1
_STANDS_OUT = 1.0
"""A passage without any of the words asked for counts from this confidence or this score. Confidence is a share: what stands
behind a better passage has little of it, however much it resembles. The score says how far a passage stands out from all
others and is near 0 for what means nothing here (`madoguchi eval manuals`: by confidence alone five of 40 questions more do
not find theirs on the page)."""


@dataclass(frozen=True, slots=True)
class Found:
    manual: Manual
    passage: Passage
    matched: tuple[str, ...]


class OpensRetriever(Protocol):
    def __call__(self, texts: PublishedFaqs) -> Retriever:
        """A search over these texts with the words and the encoder the FAQ search has now, open."""


class ManualTexts:
    """Implements PublishedFaqs: every passage in force, its heading as the question."""

    def __init__(self, manuals: Manuals, synonyms: PublishedFaqs) -> None:
        self._manuals = manuals
        self._synonyms = synonyms

    def published(self) -> Iterable[FaqEntry]:
        for manual in self._manuals.in_force():
            content = manual.shown.content
            for one in passages_of(content.body):
                key = f"{manual.manual_id}.{one.place}"
                asked = f"{content.title}　{one.heading}".strip()
                yield FaqEntry(key, asked, one.text or one.heading, visibility="operator", status="published")

    def synonyms(self) -> Sequence[SynonymGroup]:
        return self._synonyms.synonyms()


class ManualSearch:
    """Opened when first asked, follows manuals, synonyms and the encoder whenever it is asked again."""

    def __init__(self, manuals: Manuals, faqs: Retriever, texts: PublishedFaqs, opens: OpensRetriever) -> None:
        self._manuals = manuals
        self._faqs = faqs
        self._texts = texts
        self._opens = opens
        self._lock: AbstractContextManager[bool] = Lock()
        self._own: Retriever | None = None
        self._followed: tuple[object, ...] = ()
        self._encoder = ""

    def find(self, text: RedactedText, audiences: Collection[Audience], limit: int = 8) -> list[Found]:
        """Best first."""
        if not text.strip():
            return []
        with self._lock:
            hits = self._current().search(SearchQuery(text, limit=_ASKED)).hits
        return list(islice(self._readable(hits, audiences), limit))

    def close(self) -> None:
        with self._lock:
            if self._own is not None:
                self._own.close()
            self._own = None

    def _current(self) -> Retriever:
        encoder = self._faqs.encoder_identity()
        followed = (self._manuals.numbers_in_force(), self._faqs.synonym_groups())
        if self._own is None or encoder != self._encoder:
            if self._own is not None:
                self._own.close()
            self._own = self._opens(self._texts)
        elif followed != self._followed:
            self._own.refresh()
        self._followed, self._encoder = followed, encoder
        return self._own

    def _readable(self, hits: Sequence[Hit], audiences: Collection[Audience]) -> Iterator[Found]:
        """What was withdrawn or revised since is left out: the next search knows."""
        known: dict[str, tuple[Manual, list[Passage]]] = {}
        for hit in hits:
            if not (hit.matched or hit.confidence >= _RESEMBLES or hit.score >= _STANDS_OUT):
                continue
            manual_id, _, place = hit.entry.faq_id.rpartition(".")
            with suppress(NotFound):
                if manual_id not in known:
                    manual = self._manuals.get(manual_id)
                    known[manual_id] = manual, passages_of(manual.shown.content.body)
                manual, passages = known[manual_id]
                if manual.shown.content.audience in audiences and int(place) <= len(passages):
                    yield Found(manual, passages[int(place) - 1], hit.matched)
