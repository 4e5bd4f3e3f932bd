"""What an edit will look like and what it touches: each channel's text, terminology, near duplicates."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.web.staff.context import Staff
from knowledge.answering.spoken import spoken_text
from knowledge.domain import FaqEntry, SearchQuery
from knowledge.errors import Problem, Unavailable
from knowledge.faq.content import check_entry
from knowledge.faq.duplicates import near_duplicates
from knowledge.faq.terms import Finding
from knowledge.faq.variables import fill_entry
from knowledge.language.reading_level import Reading, read_level

_SIMILAR = 4
_CLOSE = 0.5
"""From this confidence on, a question finds the other FAQ as if it were meant."""


@dataclass(frozen=True, slots=True)
class Similar:
    """A published FAQ that answers (nearly) the same question; `same` is a near-identical wording."""

    faq_id: str
    question: str
    confidence: float
    same: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """`shown` is the entry with the city's words filled in."""

    shown: FaqEntry
    spoken: str
    derived_voice: bool
    findings: tuple[Finding, ...]
    problems: tuple[Problem, ...]
    similar: tuple[Similar, ...]
    reading: Reading
    """How easy the やさしい日本語 is."""


def preview_of(staff: Staff, entry: FaqEntry, problems: Sequence[Problem] = ()) -> Preview:
    """Works on a half-written entry as well."""
    checked = check_entry(entry)
    shown = fill_entry(checked.entry, staff.services.profile.variables)
    found = {(problem.column, problem.message): problem for problem in (*problems, *checked.problems)}
    return Preview(
        shown=shown,
        spoken=spoken_text(shown) if shown.answer else "",
        derived_voice=not shown.answer_voice,
        findings=staff.services.faqs.lint(checked.entry),
        problems=tuple(found.values()),
        similar=similar_to(staff, shown),
        reading=read_level(shown.answer_easy),
    )


def similar_to(staff: Staff, entry: FaqEntry) -> tuple[Similar, ...]:
    """Published FAQ in the same language that the question finds, nearest first."""
    if not entry.question.strip():
        return ()
    text = staff.services.redactor.redact(entry.question).text
    try:
        result = staff.services.retriever.search(SearchQuery(text, _SIMILAR + 1, lang=entry.lang))
    except Unavailable:
        return ()
    others = [hit for hit in result.hits if hit.entry.faq_id != entry.faq_id]
    questions = {hit.entry.faq_id: hit.entry.question for hit in others}
    same = {pair.other for pair in near_duplicates({**questions, "": entry.question}, of=[""])}
    return tuple(
        Similar(hit.entry.faq_id, hit.entry.question, hit.confidence, hit.entry.faq_id in same)
        for hit in others[:_SIMILAR]
        if hit.confidence >= _CLOSE or hit.entry.faq_id in same
    )
