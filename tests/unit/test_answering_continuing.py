"""Two readings of a follow-up order the FAQ of the matter; where they do not agree it takes a question back."""

from collections.abc import Mapping

import pytest

from knowledge.answering.continuing import FAR_AHEAD, leaning, other_matter, standing_alone
from knowledge.answering.conversation import Reread, Talk
from knowledge.domain import FaqEntry, Hit, SearchQuery, SearchResult
from knowledge.privacy.redacted import RedactedText

SAID = RedactedText("代理人の場合は")
READ = Reread(RedactedText("暗証番号の代理人の場合は"), ("代理人",), SAID)
TALK = Talk("暗証番号を忘れました。", "T")
QUERY = SearchQuery(READ.text, 2, channel="web")


class Scored:
    """Scores by text and by whether the search keeps to the matter (`near`); notes the queries."""

    def __init__(
        self, together: Mapping[str, float], alone: Mapping[str, float], everywhere: Mapping[str, float]
    ) -> None:
        self._near = {READ.text: together, SAID: alone}
        self._everywhere = everywhere
        self.queries: list[SearchQuery] = []

    def __call__(self, query: SearchQuery) -> SearchResult:
        self.queries.append(query)
        scores = self._near[query.text] if query.near else self._everywhere
        hits = [Hit(FaqEntry(i, i, "答え"), s, 0.5) for i, s in scores.items() if i != query.without]
        return SearchResult(tuple(sorted(hits, key=lambda hit: -hit.score)[: query.limit]))


def order(search: Scored, told: str = "") -> tuple[list[str], bool]:
    going_on = leaning(search, QUERY, READ, SAID, TALK, told)
    return [hit.entry.faq_id for hit in going_on.found.hits], going_on.sure


def test_what_both_readings_put_first_is_sure() -> None:
    assert order(Scored({"A": 9, "B": 8.9, "C": 1}, {"A": 4, "B": 3.9, "C": 0}, {})) == (["A", "B"], True)


def test_what_resembles_the_last_answer_gives_way_to_what_is_new() -> None:
    ordered, sure = order(Scored({"twin": 10, "A": 9.5}, {"A": 8, "twin": 1}, {}))
    assert (ordered, sure) == (["A", "twin"], False)
    assert order(Scored({"twin": 10, "A": 9.5}, {"A": 8 + 2 * FAR_AHEAD, "twin": 1}, {})) == (["A", "twin"], True)


@pytest.mark.parametrize(("told", "first"), [("代理人もできます。", "T"), ("本人がお越しください。", "A")])
def test_the_same_answer_comes_again_only_where_it_tells_what_is_asked(told: str, first: str) -> None:
    search = Scored({"T": 9, "A": 2}, {"A": 1}, {})
    assert order(search, told)[0][0] == first
    assert {query.near for query in search.queries} == {"T"}


def speaks_of_another(near: Mapping[str, float], everywhere: Mapping[str, float]) -> bool:
    search, query = Scored({}, near, everywhere), SearchQuery(SAID, 5)
    return other_matter(search, query, search(query), TALK)


def test_words_that_fit_another_matter_much_better_speak_of_it() -> None:
    assert speaks_of_another({"A": 10}, {"X": 40, "A": 10})
    assert not speaks_of_another({"A": 30}, {"X": 40, "A": 30})
    assert speaks_of_another({}, {"X": 40})
    assert not speaks_of_another({}, {})


def test_those_of_other_matters_are_no_rivals_of_one_of_this() -> None:
    query = SearchQuery(SAID, 5)
    found = standing_alone(Scored({}, {"A": 30}, {"A": 30, "X": 29}), query, TALK)
    assert [hit.entry.faq_id for hit in found.hits] == ["A"]
    found = standing_alone(Scored({}, {"A": 30}, {"X": 31, "A": 30}), query, TALK)
    assert [hit.entry.faq_id for hit in found.hits] == ["X", "A"]
    assert standing_alone(Scored({}, {"A": 30}, {"X": 31}), query, Talk()).hits[0].entry.faq_id == "X"
