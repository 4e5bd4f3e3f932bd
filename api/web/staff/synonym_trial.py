"""The running search as it would be with other synonyms."""

from collections.abc import Sequence
from dataclasses import replace

from knowledge.domain import SynonymGroup
from knowledge.search.retriever import Retriever
from knowledge.search.synonyms import SynonymMatcher


class SynonymTrial(Retriever):
    """Shares the index of another retriever and writes nothing; only questions are read with other synonyms."""

    @classmethod
    def of(cls, base: Retriever, groups: Sequence[SynonymGroup]) -> "SynonymTrial":
        made = cls(base._parts, base._calibration)
        made._state = replace(base._current(), synonyms=SynonymMatcher(groups, base._parts.tokenizer))
        return made
