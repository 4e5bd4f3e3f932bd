"""Template variables of answers: `{{name}}` stands for what differs from city to city and from year to year."""

from collections.abc import Mapping
from dataclasses import replace

from knowledge.domain import FaqEntry
from knowledge.text.late_pattern import late_pattern

_VARIABLE = late_pattern(r"\{\{\s*([^{}\s]+)\s*\}\}")


def names_in(text: str) -> tuple[str, ...]:
    """Names of the variables in `text`, in order, each once."""
    return tuple(dict.fromkeys(_VARIABLE.findall(text))) if "{{" in text else ()


def fill(text: str, variables: Mapping[str, str]) -> str:
    """Put the values in; an unknown variable stays as it is (the lint reports it)."""
    if "{{" not in text:
        return text
    return _VARIABLE.sub(lambda match: variables.get(match.group(1), match.group()), text)


def fill_entry(entry: FaqEntry, variables: Mapping[str, str]) -> FaqEntry:
    """The entry as people get to see it."""
    referral = entry.referral
    if "{{" not in "\n".join(_texts(entry)):
        return entry  # as almost all are
    if referral is not None:
        referral = replace(
            referral, department=fill(referral.department, variables), phone=fill(referral.phone, variables)
        )
    return replace(
        entry,
        question=fill(entry.question, variables),
        alt_questions=tuple(fill(text, variables) for text in entry.alt_questions),
        answer=fill(entry.answer, variables),
        answer_voice=fill(entry.answer_voice, variables),
        answer_easy=fill(entry.answer_easy, variables),
        department=fill(entry.department, variables),
        evidence=fill(entry.evidence, variables),
        url=fill(entry.url, variables),
        forms=tuple(fill(text, variables) for text in entry.forms),
        contact_phone=fill(entry.contact_phone, variables),
        referral=referral,
    )


def _texts(entry: FaqEntry) -> tuple[str, ...]:
    """All that may hold a variable."""
    referral = (entry.referral.department, entry.referral.phone) if entry.referral else ()
    return (
        entry.question, *entry.alt_questions, entry.answer, entry.answer_voice, entry.answer_easy, entry.department,
        entry.evidence, entry.url, *entry.forms, entry.contact_phone, *referral,
    )  # fmt: skip
