"""Before synonyms are saved: which questions would find something else at the top."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from api.web.staff.context import Staff
from knowledge.domain import SearchQuery, SearchResult, SynonymGroup
from knowledge.faq.periods import Period
from knowledge.faq.usage import LogFilter
from knowledge.privacy.redacted import RedactedText
from knowledge.text.normalise import normalise

_TOP = 3
_MOST_QUESTIONS = 400
_LOG_DAYS = 90
Search = Callable[[SearchQuery], SearchResult]


@dataclass(frozen=True, slots=True)
class Found:
    faq_id: str
    question: str


@dataclass(frozen=True, slots=True)
class Change:
    """A question whose first results differ. `is_own`: an FAQ's own wording, which should find that FAQ."""

    question: str
    before: tuple[Found, ...]
    after: tuple[Found, ...]
    is_own: bool = False


@dataclass(frozen=True, slots=True)
class Impact:
    """`tried`: questions with one of the words in them; all others cannot change."""

    tried: int
    changes: tuple[Change, ...]


def impact_of(questions: Iterable[tuple[str, bool]], words: Sequence[str], before: Search, after: Search) -> Impact:
    """Compare both searches on the questions (text, is an FAQ's own) that contain one of `words`."""
    folded = [word for word in map(normalise, words) if word]
    tried: dict[str, bool] = {}
    for text, is_own in questions:
        if len(tried) >= _MOST_QUESTIONS:
            break
        if any(word in normalise(text) for word in folded):
            tried.setdefault(text, is_own)
    changes = []
    for text, is_own in tried.items():
        query = SearchQuery(RedactedText(text), _TOP)
        old, new = _top(before(query)), _top(after(query))
        if old != new:
            changes.append(Change(text, old, new, is_own))
    return Impact(len(tried), tuple(changes))


def preview_change(staff: Staff, group: SynonymGroup, old_words: Sequence[str] = ()) -> Impact:
    """What saving `group` would move. Raises InvalidInput, Unavailable."""
    proposed = staff.services.synonyms.proposed(group)
    words = (*old_words, group.preferred, *group.terms)
    running = staff.services.retriever
    return impact_of(_questions(staff), words, running.search, running.with_synonyms(proposed).search)


def _questions(staff: Staff) -> Iterator[tuple[str, bool]]:
    """What people asked lately, then what the FAQ themselves say."""
    today = staff.services.clock.today()
    period = Period(today - timedelta(days=_LOG_DAYS), today)
    asked, _ = staff.services.usage.log(LogFilter(period=period), 0, 5_000)
    yield from ((row.text, False) for row in asked if row.lang == "ja")
    index = staff.services.retriever.index_of()
    for entry in index.entries.values() if index else ():
        yield entry.question, True
        yield from ((text, True) for text in entry.alt_questions)


def _top(result: SearchResult) -> tuple[Found, ...]:
    return tuple(Found(hit.entry.faq_id, hit.entry.question) for hit in result.hits)
