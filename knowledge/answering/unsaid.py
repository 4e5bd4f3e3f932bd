"""What tells an FAQ from its rivals, and whether a question says it: most ways of asking about a card that is found again
after a new one was applied for name that application; somebody who only says 「なくしたカードが出てきた」 may mean the one before.

Learnt from the FAQ's own wordings, two FAQ at a time; no list of conditions.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from knowledge.domain import FaqEntry, Hit
from knowledge.recent import Recent
from knowledge.text import features
from knowledge.text.normalise import normalise
from knowledge.text.tokens import LIGHT_WORDS, Tokenizer

LEAST_WORDINGS = 6
"""An FAQ with fewer says too little about how it is asked for."""
LEAST_SHARE = 0.03
"""A word in fewer of an FAQ's wordings tells nothing."""
RATIO = 3.0
"""So many times as frequent as in the rival's wordings, a word tells the two apart."""
_SMOOTHING = 0.01
_FLOOR = 0.02
_FAQ_KEPT, _PAIRS_KEPT = 5_000, 10_000
_LESS = 1
"""A rival may know so many fewer of the question's words and still be one."""


@dataclass(frozen=True, slots=True, eq=False)
class _Wordings:
    """Of one FAQ: in which of its wordings each word stands, one bit a wording."""

    entry: FaqEntry
    words: dict[str, int]
    count: int

    def share(self, word: str) -> float:
        return self.words.get(word, 0).bit_count() / self.count


@dataclass(frozen=True, slots=True, eq=False)
class _Difference:
    """The words that tell an FAQ from a rival, and the share of its wordings that have one."""

    of: tuple[_Wordings, _Wordings]
    words: frozenset[str]
    share: float


class Unsaid:
    """Thread-safe; remembers what it learnt of an FAQ until its wordings change."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer
        self._wordings: Recent[str, _Wordings] = Recent(_FAQ_KEPT)
        self._differences: Recent[tuple[str, str], _Difference] = Recent(_PAIRS_KEPT)

    def judges(self, hits: Sequence[Hit]) -> bool:
        """Whether enough is known of how people ask for the best hit."""
        return bool(hits) and len(hits[0].entry.wordings) >= LEAST_WORDINGS

    def of(self, hits: Sequence[Hit]) -> float:
        """How surely something that people say who mean the best hit was left out: minus the logarithm of the share of
        its wordings without it, the greatest of all rivals; 0 where a question says what there is to say."""
        if not self.judges(hits) or len(hits) < 2:
            return 0.0
        best, least = self._of_entry(hits[0].entry), len(hits[0].matched) - _LESS
        rivals = [h.entry for h in hits[1:] if len(h.matched) >= least and len(h.entry.wordings) >= LEAST_WORDINGS]
        differences = [self._between(best, self._of_entry(rival)) for rival in rivals]
        shares = [d.share for d in differences if d.words.isdisjoint(hits[0].matched)]
        return max((-math.log(1 - share + _FLOOR) for share in shares if share), default=0.0)

    def _between(self, one: _Wordings, other: _Wordings) -> _Difference:
        pair = (one.entry.faq_id, other.entry.faq_id)
        known = self._differences.get(pair)
        if known is None or known.of[0] is not one or known.of[1] is not other:
            known = _difference(one, other)
            self._differences.put(pair, known)
        return known

    def _of_entry(self, entry: FaqEntry) -> _Wordings:
        known = self._wordings.get(entry.faq_id)
        if known is None or known.entry is not entry:
            texts = (entry.question, *entry.wordings)
            known = _Wordings(entry, _placed(map(self._words, texts)), len(texts))
            self._wordings.put(entry.faq_id, known)
        return known

    def _words(self, text: str) -> Iterable[str]:
        return (w for w in features.query_words(self._tokenizer.morphs(normalise(text))) if w not in LIGHT_WORDS)


def _placed(wordings: Iterable[Iterable[str]]) -> dict[str, int]:
    places: dict[str, int] = {}
    for number, words in enumerate(wordings):
        for word in words:
            places[word] = places.get(word, 0) | 1 << number
    return places


def _difference(one: _Wordings, other: _Wordings) -> _Difference:
    words = [
        word
        for word in one.words
        if one.share(word) >= LEAST_SHARE and one.share(word) > RATIO * (other.share(word) + _SMOOTHING)
    ]
    somewhere = 0
    for word in words:
        somewhere |= one.words[word]
    return _Difference((one, other), frozenset(words), somewhere.bit_count() / one.count)
