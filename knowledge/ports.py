"""The seams: small Protocols whose docstrings are the contract. Adapters are chosen only in `bootstrap`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, Protocol

from knowledge.domain import Answer, Channel, FaqEntry, Question, SearchQuery, SearchResult, SynonymGroup
from knowledge.language.model import Completion, Feature, LanguageRequest
from knowledge.privacy.redacted import RedactedText


class Clock(Protocol):
    def now(self) -> datetime:
        """Current time, timezone-aware UTC."""
        ...

    def today(self) -> date:
        """Current day in Japan."""
        ...


@dataclass(frozen=True, slots=True)
class Redaction:
    """Redacted text and the kinds found; `spans` are (start, end, kind) offsets in the ORIGINAL text."""

    text: RedactedText
    kinds: frozenset[str]
    spans: tuple[tuple[int, int, str], ...] = ()


class Redactor(Protocol):
    def redact(self, text: str) -> Redaction:
        """Replace every personal datum by a label such as 【電話番号】. Never raises, never logs its input."""
        ...


class PublishedFaqs(Protocol):
    """Read side of the FAQ store that search needs."""

    def published(self) -> Iterable[FaqEntry]:
        """Every FAQ version with status published, all languages, template variables filled in, by key."""
        ...

    def synonyms(self) -> Sequence[SynonymGroup]: ...


@dataclass(frozen=True, slots=True)
class Point:
    """One indexed record: `dense` of the index's width (any length), `sparse` ready weights by term id."""

    point_id: int
    dense: Sequence[float]
    sparse: Mapping[int, float]
    payload: Mapping[str, str | int]


class Scored(NamedTuple):
    point_id: int
    score: float


@dataclass(frozen=True, slots=True)
class VectorQuery:
    """One leg: a dense vector or sparse term weights, how many points, and payload fields that must match
    (a tuple of values: any of them)."""

    vector: Sequence[float] | Mapping[int, float]
    limit: int
    where: Mapping[str, str | int | tuple[str, ...]]


class VectorIndex(Protocol):
    """Dense + sparse vectors with payload filters. Both adapters pass one contract suite."""

    def upsert(self, points: Sequence[Point]) -> None:
        """Insert or replace by point_id; visible to the next query."""
        ...

    def delete(self, point_ids: Sequence[int]) -> None:
        """Remove; unknown ids are ignored."""
        ...

    def query(self, queries: Sequence[VectorQuery]) -> list[list[Scored]]:
        """One list per query: highest dot product first, ties by point_id; a sparse query returns only points
        that share a term with it. Raises Unavailable when the engine does not answer."""
        ...

    def nearest(self, queries: Sequence[VectorQuery]) -> list[list[int]]:
        """The ids of the points `query` returns, in no order: for those who score them themselves."""
        ...

    def ids(self) -> set[int]: ...

    def count(self) -> int: ...

    def flush(self) -> None:
        """Make everything written so far survive a crash."""
        ...

    def clear(self) -> None:
        """Remove every point."""
        ...

    def close(self) -> None: ...


class Searcher(Protocol):
    """What `knowledge.search.retriever.Retriever` offers to the answerer, the API and the editors."""

    def search(self, query: SearchQuery) -> SearchResult: ...

    def entry(self, faq_id: str, lang: str, channel: Channel) -> FaqEntry | None:
        """The FAQ as published now, if it is in force and this channel may show it."""
        ...

    def refresh(self, keys: Sequence[tuple[str, str]] | None = None) -> None:
        """Bring the index in line with the store: the given (faq_id, lang) keys, or everything when None.
        Returns when the next query sees the change."""
        ...

    def neighbours(self, faq_id: str, limit: int = 5) -> list[tuple[str, float]]:
        """Most similar other FAQs as (faq_id, cosine), for related FAQ and duplicate warnings."""
        ...

    def ready(self) -> bool: ...


class Answering(Protocol):
    """The one answer path: operator, web, phone, API and eval all call this."""

    def answer(self, question: Question) -> Answer: ...


class LanguageModel(Protocol):
    """A language model behind every guard rail; optional everywhere. What it writes is checked by whoever asked."""

    @property
    def name(self) -> str:
        """Which model, for what is stamped on its outputs."""
        ...

    def available(self, feature: Feature) -> bool:
        """Whether asking makes sense now: configured, switched on, within budget, not resting after failures."""
        ...

    def complete(self, request: LanguageRequest) -> Completion:
        """The whole text. Raises NoLanguageModel, and nothing else, whatever the endpoint does."""
        ...

    def stream(self, request: LanguageRequest) -> Iterator[str]:
        """The text in pieces as it is written. Raises NoLanguageModel, also between two pieces. Close the iterator
        to stop the model."""
        ...
