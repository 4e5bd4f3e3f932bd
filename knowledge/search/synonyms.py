"""The city's synonym groups at query time: a term found in the question brings the words of its group."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.domain import SynonymGroup
from knowledge.text import features
from knowledge.text.normalise import normalise
from knowledge.text.tokens import Morph, Tokenizer

PREFERRED_WEIGHT = 0.7
OTHER_WEIGHT = 0.3


@dataclass(frozen=True, slots=True)
class Expansion:
    """Words to add to a query with their weights, and encoder features of the preferred terms."""

    words: dict[str, float]
    encoder: list[str]


class SynonymMatcher:
    """Finds the groups' terms in a question. Immutable: a change of groups makes a new matcher."""

    def __init__(self, groups: Sequence[SynonymGroup], tokenizer: Tokenizer) -> None:
        self.groups = tuple(groups)
        self._group_of: dict[str, int] = {}
        self._terms: list[list[tuple[str, float, list[Morph]]]] = []
        for number, group in enumerate(groups):
            entries = []
            for term in dict.fromkeys((group.preferred, *group.terms)):
                normal = normalise(term)
                if not normal:
                    continue
                self._group_of.setdefault(normal, number)
                weight = PREFERRED_WEIGHT if term == group.preferred else OTHER_WEIGHT
                entries.append((normal, weight, tokenizer.morphs(normal)))
            self._terms.append(entries)
        longest_first = sorted(self._group_of, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def expand(self, normal_text: str) -> Expansion:
        """Words and features of every group that `normal_text` mentions; empty when none is."""
        words: dict[str, float] = {}
        encoder: list[str] = []
        if self._pattern is None:
            return Expansion(words, encoder)
        for found in dict.fromkeys(self._pattern.findall(normal_text)):
            for term, weight, morphs in self._terms[self._group_of[found]]:
                if term == found:
                    continue
                for word in features.words(morphs, light=False):
                    words[word] = max(words.get(word, 0.0), weight)
                if weight == PREFERRED_WEIGHT:
                    encoder.extend(features.encoder_features(morphs))
        return Expansion(words, encoder)
