"""What can be worked out of a question before it is answered, in whichever process has a core free: whether it holds
personal data, which FAQ fit, what kind of utterance it is. None of it depends on who asks or on what was said before."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.answering.answerer import Answerer
from knowledge.answering.intent_memory import IntentMemory
from knowledge.domain import Channel, FaqEntry, Hit, SearchQuery, SearchResult
from knowledge.privacy.redacted import RedactedText
from knowledge.privacy.redactor import RuleRedactor
from knowledge.search.parts import State
from knowledge.search.retriever import Retriever


@dataclass(frozen=True, slots=True)
class Unread:
    """A question as it was typed: it may hold personal data, so it goes to a process of our own and nowhere else."""

    text: str
    day: date
    lang: str
    channel: Channel
    limit: int
    category: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """Of a question without personal data. Plain values, because it crosses from one process to another."""

    hits: tuple[tuple[str, float, float, tuple[str, ...]], ...]
    """faq_id, score, confidence, words matched."""
    evidence: Mapping[str, float]
    unknown_terms: tuple[str, ...]
    stages_ms: tuple[tuple[str, float], ...]
    heard_as: str
    took_ms: float
    intents: Mapping[str, float] | None
    """None where there is no model, or none for this language."""


@dataclass(frozen=True, slots=True)
class View:
    """What readings are good for."""

    search: State
    intents: IntentMemory | None

    def stands(self, now: "View") -> bool:
        """Whether neither of the two has been replaced."""
        return self.search is now.search and self.intents is now.intents


class Ahead:
    """Reads questions, here or in a copy of this process, and keeps what was read for the ordinary way, which finds it."""

    def __init__(self, redactor: RuleRedactor, retriever: Retriever, answerer: Answerer) -> None:
        self._redactor = redactor
        self._retriever = retriever
        self._answerer = answerer

    def view(self) -> View:
        """Raises Unavailable before search is ready."""
        intents = self._answerer.intents
        return View(self._retriever.state(), intents if isinstance(intents, IntentMemory) else None)

    def known(self, question: Unread) -> bool:
        """Whether there is nothing left to read."""
        return self._redactor.knows(question.text) and self._retriever.remembers(_query_of(question), question.day)

    def beside(self) -> "Ahead":
        """For a copy of this process: the vector index stays where it is."""
        return Ahead(self._redactor, self._retriever.without_index(), self._answerer)

    def read(self, view: View, questions: Sequence[Unread]) -> list[Reading | None]:
        """None where there is personal data, which is for the ordinary way. Remembers nothing."""
        harmless = [place for place, one in enumerate(questions) if self._redactor.is_harmless(one.text)]
        alike: defaultdict[tuple[str, date], list[int]] = defaultdict(list)
        for place in harmless:
            alike[questions[place].lang, questions[place].day].append(place)
        out: list[Reading | None] = [None] * len(questions)
        for (lang, day), places in alike.items():
            found = self._retriever.found(view.search, lang, [_query_of(questions[p]) for p in places], day)
            for place, result in zip(places, found, strict=True):
                out[place] = _reading(result, _intents(view, questions[place], result))
        return out

    def keep(self, view: View, question: Unread, reading: Reading) -> None:
        """From now on the ordinary way finds this instead of working it out, for as long as the view lasts."""
        index = view.search.languages.get(question.lang)
        result = _result(reading, index.entries if index else {})
        self._redactor.keep_harmless(question.text)
        self._retriever.remember(view.search, _query_of(question), question.day, result)
        if view.intents is not None and reading.intents is not None:
            view.intents.keep(result.heard_as or question.text, reading.intents)


def _query_of(question: Unread) -> SearchQuery:
    """Only asked about, not kept, before the text is known to be harmless."""
    text = RedactedText(question.text)
    return SearchQuery(text, question.limit, question.category, question.lang, question.channel)


def _intents(view: View, question: Unread, result: SearchResult) -> Mapping[str, float] | None:
    if view.intents is None or question.lang != "ja":
        return None
    return view.intents.model.probabilities(result.heard_as or question.text)


def _reading(result: SearchResult, intents: Mapping[str, float] | None) -> Reading:
    return Reading(
        tuple((h.entry.faq_id, h.score, h.confidence, h.matched) for h in result.hits),
        result.evidence,
        result.unknown_terms,
        result.stages_ms,
        result.heard_as,
        result.took_ms,
        intents,
    )


def _result(reading: Reading, entries: Mapping[str, FaqEntry]) -> SearchResult:
    hits = tuple(
        Hit(entries[faq_id], score, confidence, matched) for faq_id, score, confidence, matched in reading.hits
    )
    return SearchResult(
        hits, reading.took_ms, reading.evidence, reading.unknown_terms, reading.stages_ms, reading.heard_as
    )
