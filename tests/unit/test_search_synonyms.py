"""The city's synonyms in a question: the longest term at each place, whatever characters it is written with."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.domain import SynonymGroup
from knowledge.search.synonyms import SynonymMatcher
from knowledge.text.tokens import Tokenizer

_TOKENIZER = Tokenizer()
_TERM = st.text(alphabet="かき.|(c+", min_size=1, max_size=3)


def _by_hand(terms: list[str], text: str) -> list[str]:
    found, at = [], 0
    while at < len(text):
        here = max((t for t in terms if text.startswith(t, at)), key=len, default="")
        found += [here] if here else []
        at += len(here) or 1
    return found


@given(terms=st.lists(_TERM, min_size=1, max_size=6, unique=True), text=st.text(alphabet="かき.|(c+", max_size=12))
def test_the_longest_term_is_found_at_each_place(terms: list[str], text: str) -> None:
    matcher = SynonymMatcher([SynonymGroup(term, ()) for term in terms], _TOKENIZER)
    assert matcher._found(text) == _by_hand(terms, text)


def test_a_term_brings_the_words_of_its_group() -> None:
    matcher = SynonymMatcher([SynonymGroup("暗証番号", ("パスワード", "PIN"))], _TOKENIZER)
    assert matcher.expand("パスワードを忘れた").words["暗証番号"] > 0
    assert matcher.expand("写真を撮る").words == {}
    assert SynonymMatcher([], _TOKENIZER).expand("パスワード").words == {}
