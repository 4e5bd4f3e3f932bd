"""Free text of records: the words of a text, and a query as OR of AND of (a word or what the city says instead)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.domain import SynonymGroup
from knowledge.text.features import words
from knowledge.text.normalise import clean, normalise
from knowledge.text.tokens import Tokenizer

_OR = re.compile(r"\s*[|｜]\s*|\s+(?:OR|または)\s+")
MAX_QUERY_CHARS = 200
_MAX_VARIANTS = 8

Words = tuple[str, ...]
"""All of them must occur."""


@dataclass(frozen=True, slots=True)
class TextQuery:
    """`alternatives`: any of them; inside, each unit must be met by one of its variants."""

    alternatives: tuple[tuple[tuple[Words, ...], ...], ...]

    def __bool__(self) -> bool:
        return bool(self.alternatives)


def term_line(texts: Sequence[str], tokenizer: Tokenizer) -> str:
    """The distinct words of a record between single spaces, as they are searched."""
    found = {word.replace(" ", "_") for text in texts for word in words(tokenizer.morphs(text))}
    return f" {' '.join(sorted(found))} " if found else " "


def parse_query(text: str, tokenizer: Tokenizer, groups: Sequence[SynonymGroup] = ()) -> TextQuery:
    """Words side by side must all occur; ｜, OR and または separate alternatives. Synonyms of a word count as the word."""
    alternatives = []
    for part in _OR.split(clean(text)[:MAX_QUERY_CHARS]):
        units = [_variants(chunk, tokenizer, groups) for chunk in part.split()]
        kept = tuple(unit for unit in units if unit)
        if kept:
            alternatives.append(kept)
    return TextQuery(tuple(alternatives))


def matches(query: TextQuery, line: str) -> bool:
    """The same decision the database makes."""
    return any(all(any(all(f" {w} " in line for w in v) for v in unit) for unit in alt) for alt in query.alternatives)


def _variants(chunk: str, tokenizer: Tokenizer, groups: Sequence[SynonymGroup]) -> tuple[Words, ...]:
    normal = normalise(chunk)
    forms = [normal]
    for group in groups:
        terms = [normalise(term) for term in (group.preferred, *group.terms)]
        # The longest term first: 「マイナカード」 must not be taken for its part 「カード」.
        said = next((term for term in sorted(terms, key=len, reverse=True) if term and term in normal), "")
        if said:
            forms += [normal.replace(said, term) for term in terms if term and term != said]
    found = [tuple(dict.fromkeys(_words(form, tokenizer))) for form in forms[:_MAX_VARIANTS]]
    return tuple(dict.fromkeys(variant for variant in found if variant))


def _words(text: str, tokenizer: Tokenizer) -> list[str]:
    morphs = tokenizer.query_morphs(text)
    return [word.replace(" ", "_") for word in words(morphs, light=False) or words(morphs)]
