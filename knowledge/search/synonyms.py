"""The city's synonym groups at query time: a term found in the question brings the words of its group."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.domain import SynonymGroup
from knowledge.text import features
from knowledge.text.normalise import normalise
from knowledge.text.tokens import Tokenizer

PREFERRED_WEIGHT = 0.7
OTHER_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Expansion:
    """Words to add to a query with their weights, and encoder features of the preferred terms."""

    words: dict[str, float]
    encoder: list[str]


@dataclass(frozen=True, slots=True)
class _Term:
    """One term of a group, ready to be added."""

    normal: str
    weight: float
    words: tuple[str, ...]
    encoder: tuple[str, ...]
    """Empty for terms that are not the preferred one."""


class SynonymMatcher:
    """Finds the groups' terms in a question. Immutable: a change of groups makes a new matcher."""

    def __init__(self, groups: Sequence[SynonymGroup], tokenizer: Tokenizer) -> None:
        self.groups = tuple(groups)
        self._group_of: dict[str, int] = {}
        self._terms: list[list[_Term]] = []
        for number, group in enumerate(groups):
            entries = []
            for term in dict.fromkeys((group.preferred, *group.terms)):
                normal = normalise(term)
                if normal:
                    self._group_of.setdefault(normal, number)
                    entries.append(_term(normal, term == group.preferred, tokenizer))
            self._terms.append(entries)
        longest = sorted(self._group_of, key=len, reverse=True)
        self._any_term = re.compile("|".join(map(re.escape, longest))) if longest else None

    def expand(self, normal_text: str) -> Expansion:
        """Words and features of every group that `normal_text` mentions; empty when none is."""
        words: dict[str, float] = {}
        encoder: list[str] = []
        for found in dict.fromkeys(self._found(normal_text)):
            for term in self._terms[self._group_of[found]]:
                if term.normal == found:
                    continue
                for word in term.words:
                    words[word] = max(words.get(word, 0.0), term.weight)
                encoder.extend(term.encoder)
        return Expansion(words, encoder)

    def _found(self, text: str) -> list[str]:
        """Terms from left to right, the longest at each place, without overlaps."""
        return self._any_term.findall(text) if self._any_term else []


def _term(normal: str, preferred: bool, tokenizer: Tokenizer) -> _Term:
    morphs = tokenizer.morphs(normal)
    encoder = tuple(features.encoder_features(morphs)) if preferred else ()
    weight = PREFERRED_WEIGHT if preferred else OTHER_WEIGHT
    return _Term(normal, weight, tuple(features.words(morphs, light=False)), encoder)
