"""The FAQ that answer some questions of our own, for a question back."""

from collections.abc import Sequence

from knowledge.answering.clarify import MAX_OPTIONS
from knowledge.domain import Channel, FaqEntry, SearchQuery
from knowledge.ports import Searcher
from knowledge.privacy.redacted import approved

LEAST = 0.6
"""Probability below which the best hit is no answer to a question of ours."""
_CONSIDERED = 3


def suggested(searcher: Searcher, questions: Sequence[str], channel: Channel) -> list[FaqEntry]:
    """The best FAQ for each of these Japanese questions, none twice, none of another office; at most MAX_OPTIONS."""
    found: dict[str, FaqEntry] = {}
    for question in questions:
        hits = searcher.search(SearchQuery(approved(question), _CONSIDERED, lang="ja", channel=channel)).hits
        if hits and hits[0].confidence >= LEAST and hits[0].entry.referral is None:
            found.setdefault(hits[0].entry.faq_id, hits[0].entry)
        if len(found) == MAX_OPTIONS:
            break
    return list(found.values())
