"""The redactor every free text passes: rules always, GiNZA names when it was given."""

from typing import Protocol

from knowledge.ports import Redaction
from knowledge.privacy.kinds import Kind, Span, labelled
from knowledge.privacy.name_evidence import is_no_person
from knowledge.privacy.normalise import Normalised, normalise
from knowledge.privacy.officials import Officials
from knowledge.privacy.redacted import RedactedText
from knowledge.privacy.rules import find
from knowledge.privacy.sudachi_words import words_of
from knowledge.recent import RecentTexts
from knowledge.text.sudachi import forget


class NameFinder(Protocol):
    def names(self, text: str) -> list[tuple[int, int]]:
        """Offsets of personal names in `text`; empty when the model is not there."""
        ...


class RuleRedactor:
    """Replaces personal data by labels. Thread-safe; never raises, never logs what it reads."""

    def __init__(self, officials: Officials | None = None, name_finder: NameFinder | None = None) -> None:
        self._officials = officials or Officials()
        self._name_finder = name_finder
        self._harmless: RecentTexts[bool] = RecentTexts()

    def redact(self, text: str) -> Redaction:
        """Redacting the result again changes nothing."""
        if self.knows(text):
            return Redaction(RedactedText(text), frozenset())
        plain = normalise(text)
        spans = self._spans(plain)
        if not spans:
            self.keep_harmless(text)
            return Redaction(RedactedText(text), frozenset())
        forget()
        original = _originals(plain, spans)
        return Redaction(RedactedText(labelled(text, original)), frozenset(s.kind for s in spans), original)

    def knows(self, text: str) -> bool:
        """Whether nothing personal was found in this text a short time ago."""
        return bool(self._harmless.get(text))

    def is_harmless(self, text: str) -> bool:
        """Whether there is nothing personal in it, read anew and remembered by nobody."""
        harmless = not self._spans(normalise(text))
        if not harmless:
            forget()
        return harmless

    def keep_harmless(self, text: str) -> None:
        """What `is_harmless` said in another process of ours."""
        self._harmless.put(text, True)

    def _spans(self, plain: Normalised) -> list[Span]:
        spans = find(plain.text, self._officials, words_of)
        if self._name_finder is None:
            return spans
        return _merge(spans, self._more_names(plain.text, self._name_finder))

    def _more_names(self, text: str, finder: NameFinder) -> list[Span]:
        said = words_of(text)
        return [
            Span(start, end, Kind.NAME)
            for start, end in finder.names(text)
            if start < end and not is_no_person(text, start, end, said)
        ]


def _merge(spans: list[Span], more: list[Span]) -> list[Span]:
    free = [new for new in more if not any(s.start < new.end and new.start < s.end for s in spans)]
    return sorted([*spans, *free], key=lambda span: span.start)


def _originals(plain: Normalised, spans: list[Span]) -> tuple[tuple[int, int, str], ...]:
    """Offsets in the original text; spans that meet in one original character are joined."""
    result: list[tuple[int, int, str]] = []
    for span in spans:
        start, end = plain.original(span.start, span.end)
        if result and start < result[-1][1]:
            start = result[-1][1]
        if start < end:
            result.append((start, end, span.kind.value))
    return tuple(result)
