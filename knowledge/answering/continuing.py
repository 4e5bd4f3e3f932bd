"""Where a conversation goes on: the next FAQ mostly belongs to the matter of the one just given.

What was said is searched among the FAQ of that matter twice: with the words of the last answer's question, which say what it
is about but favour whatever resembles it, and alone, which says only what is new. Together they order the FAQ; where they
do not agree, and neither order is far ahead, it takes a question back.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from knowledge.answering.conversation import Reread, Talk
from knowledge.answering.followup import MAX_CHARS
from knowledge.answering.told import tells
from knowledge.domain import Hit, SearchQuery, SearchResult
from knowledge.privacy.redacted import RedactedText
from knowledge.text.normalise import normalise

ALONE_WEIGHT = 0.5
"""Of the scores that the new words alone get. Of 75 follow-ups of the first two sets the right FAQ is first in 65 without
them, 70 with .5, 67 with 1, 56 by them alone."""
FAR_AHEAD = 6.0
"""By so much the best leads (a sum of deviations) where it is the answer although the two orders do not agree."""
OTHER_MATTER_AT = 0.8
"""Probability of the best FAQ of all from which words may speak of another matter although they look like a follow-up."""
OTHER_MATTER_LEAD = 0.35
"""Share of its score by which it then has to lead over the best one of the matter. Of the follow-ups of the first two sets
none is further apart (at most .32), of questions of their own asked after any other FAQ most are."""
_CONSIDERED = 30

Search = Callable[[SearchQuery], SearchResult]


@dataclass(frozen=True, slots=True)
class Continued:
    """`sure` is false where another FAQ of the matter may well be meant."""

    found: SearchResult
    sure: bool = True


def leaning(search: Search, query: SearchQuery, read: Reread, said: RedactedText, talk: Talk, told: str) -> Continued:
    """What is found for a follow-up (`query` is for it as it was `read`, `said` without its opening words). The FAQ just
    given, whose answer was `told`, is found again only where it tells what is asked now."""
    again = tells(told, normalise(said), read.new)
    together = search(replace(query, limit=_CONSIDERED, near=talk.faq_id, without="" if again else talk.faq_id))
    alone = search(SearchQuery(said, _CONSIDERED, "", query.lang, query.channel, talk.faq_id, talk.faq_id))
    if not together.hits or not alone.hits:
        return Continued(replace(together, hits=together.hits[: query.limit]))
    scores = {hit.entry.faq_id: hit.score for hit in alone.hits}
    least = min(scores.values())

    def both(hit: Hit) -> float:
        return hit.score + ALONE_WEIGHT * scores.get(hit.entry.faq_id, least)

    ordered = sorted(together.hits, key=both, reverse=True)
    best = ordered[0].entry.faq_id
    agreed = best == together.hits[0].entry.faq_id == alone.hits[0].entry.faq_id
    ahead = len(ordered) < 2 or both(ordered[0]) - both(ordered[1]) >= FAR_AHEAD
    return Continued(replace(together, hits=tuple(ordered[: query.limit])), agreed or ahead)


def other_matter(search: Search, query: SearchQuery, found: SearchResult, talk: Talk) -> bool:
    """Whether the words of `query`, for which `found` is all there is, fit an FAQ of another matter so much better than any
    of this one that they go on with nothing."""
    best = found.hits
    near = search(replace(query, limit=_CONSIDERED, near=talk.faq_id, without=talk.faq_id)).hits
    if not best or not near:
        return bool(best)
    return best[0].score - near[0].score >= OTHER_MATTER_LEAD * abs(best[0].score)


def standing_alone(search: Search, query: SearchQuery, talk: Talk) -> SearchResult:
    """What is found for words that say themselves what they are about: where the best FAQ of all belongs to the matter
    of the last answer, those of other matters are no rivals."""
    found = search(query)
    if not talk.faq_id or not found.hits or len(query.text) > MAX_CHARS:
        return found
    near = search(replace(query, near=talk.faq_id))
    same = bool(near.hits) and near.hits[0].entry.faq_id == found.hits[0].entry.faq_id
    return near if same else found


def said_before(found: SearchResult, read: Reread, talk: Talk) -> bool:
    """The best hit is what the person was just told, and it says nothing of what they now ask: repeating helps nobody."""
    best, asked = found.hits[0].entry, normalise(read.said or read.text)
    return best.faq_id == talk.faq_id and not tells(best.answer, asked, read.new)
