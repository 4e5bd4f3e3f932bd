"""Which terms of the city's synonym groups a text may use because its source uses another one of the group. Pure."""

import re
from collections.abc import Sequence
from functools import lru_cache

from knowledge.domain import SynonymGroup
from knowledge.text.facts import canonical

_SHORTEST = 2


class SameWords:
    """Immutable: a change of groups makes a new one."""

    def __init__(self, groups: Sequence[SynonymGroup]) -> None:
        self._terms = [tuple(dict.fromkeys(map(canonical, (group.preferred, *group.terms)))) for group in groups]
        self._groups: dict[str, list[int]] = {}
        for number, terms in enumerate(self._terms):
            for term in terms:
                if len(term) >= _SHORTEST:
                    self._groups.setdefault(term, []).append(number)
        longest_first = sorted(self._groups, key=len, reverse=True)
        self._any = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None

    def found(self, plain: str, ground: str) -> str:
        """The terms in `plain`, joined by line breaks, that `ground` names by another term of their group."""
        if self._any is None:
            return ""
        terms = {term for term in self._any.findall(plain) if term not in ground and self._named(term, ground)}
        return "\n".join(sorted(terms))

    def _named(self, term: str, ground: str) -> bool:
        return any(other in ground for number in self._groups[term] for other in self._terms[number])


@lru_cache(maxsize=2)
def same_words(groups: tuple[SynonymGroup, ...]) -> SameWords:
    """Kept for the groups of now."""
    return SameWords(groups)
