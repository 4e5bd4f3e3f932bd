"""A small city on the real search engine: one topic of the sample FAQ, opened once for a test session."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from eval.cases import Suite, shipped_suite
from eval.lab import FixedFaqs, open_retriever, sample_faqs
from knowledge.answering.answerer import Answerer, AnswererParts
from knowledge.answering.handover import Handovers
from knowledge.clock import FixedClock
from knowledge.domain import FaqEntry
from knowledge.ports import Searcher
from knowledge.profile import load_profile
from knowledge.search.retriever import Retriever
from knowledge.search.word_vectors import WordVectors, load_word_vectors
from knowledge.settings import AnswerSettings
from knowledge.text.tokens import Tokenizer

CLOCK = FixedClock(datetime(2026, 11, 20, 3, 0, tzinfo=UTC))
SIZE = 40


@cache
def tokenizer() -> Tokenizer:
    return Tokenizer()


@cache
def words(folder: Path) -> WordVectors:
    return load_word_vectors(folder)


def entries() -> list[FaqEntry]:
    return [e for e in sample_faqs() if e.lang == "ja"][:SIZE]


def suite() -> Suite:
    """Cases whose gold lies among the small city's FAQ."""
    ids = {e.faq_id for e in entries()}
    cases = tuple(c for c in shipped_suite().cases if c.lang == "ja" and c.grades and set(c.grades) <= ids)
    return Suite("small", cases, "small")


@contextmanager
def opened(folder: Path) -> Iterator[Retriever]:
    retriever = open_retriever(FixedFaqs(entries()), folder, tokenizer(), words(folder), clock=CLOCK)
    yield retriever
    retriever.close()


def answerer_over(searcher: Searcher) -> Answerer:
    """The product's answerer, its thresholds low enough for an untrained encoder to answer often."""
    settings = AnswerSettings(answer_at=0.3, clarify_at=0.2)
    return Answerer(AnswererParts(searcher, Handovers(load_profile("mihon")), CLOCK, settings))
