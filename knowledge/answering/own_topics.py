"""The shipped examples of what is not ours take it for granted that the FAQ are about the card. A city whose FAQ also
answer about waste, taxes or nurseries must not send those questions away: the examples of such a department are left out.
Where most FAQ are about other matters, those examples show how people ask a town hall; which of it is ours the search says.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from knowledge.answering.intent_model import IN_SCOPE, Example
from knowledge.domain import FaqEntry
from knowledge.text.late_pattern import late_pattern
from knowledge.text.tokens import Tokenizer

_CARD = late_pattern("マイナ|個人番号|カード|電子証明書|公金受取口座|暗証番号|資格確認書|コールセンター")
LEAST_SHARE = 0.2
"""FAQ about other matters, as a share of all, below which nothing is left out: an FAQ on the card touches many of them."""
MOST_SHARE = 0.5
"""From here on the FAQ are no FAQ on the card."""
LEAST_WORDS = 2
"""So many times telling words of a department have to stand in the city's own questions."""
_TELLING_SHARE = 0.6
"""A word tells a department when so much of its use among the examples is there."""


def without_own_topics(examples: Sequence[Example], entries: Iterable[FaqEntry], tokenizer: Tokenizer) -> list[Example]:
    """`examples` less those of departments whose matters the FAQ answer themselves."""
    japanese = [e for e in entries if e.lang == "ja" and e.referral is None]
    others = [e for e in japanese if not _CARD.search(e.question + e.answer)]
    if not others or len(others) < LEAST_SHARE * len(japanese):
        return list(examples)
    if len(others) >= MOST_SHARE * len(japanese):
        asking = [replace(e, label=IN_SCOPE) if e.label == "other_department" else e for e in examples]
        return [e for e in asking if e.label != "not_covered"]
    asked = Counter(noun for entry in others for noun in _nouns(entry.question, tokenizer))
    telling = _telling_words(examples, tokenizer)
    own = {d for d, words in telling.items() if sum(asked[word] for word in words) >= LEAST_WORDS}
    return [e for e in examples if e.department not in own]


def _telling_words(examples: Sequence[Example], tokenizer: Tokenizer) -> dict[str, set[str]]:
    """The nouns that tell each department from all others, among the examples that name another department."""
    where: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        if example.label == "other_department" and example.department:
            for noun in _nouns(example.text, tokenizer):
                where[noun][example.department] += 1
    telling: defaultdict[str, set[str]] = defaultdict(set)
    for noun, counts in where.items():
        (department, most), total = counts.most_common(1)[0], counts.total()
        if total >= LEAST_WORDS and most / total >= _TELLING_SHARE:
            telling[department].add(noun)
    return telling


def _nouns(text: str, tokenizer: Tokenizer) -> set[str]:
    units = (unit for morph in tokenizer.morphs(text) for unit in (morph.unit, *morph.parts))
    return {unit.norm for unit in units if unit.pos == "名詞" and len(unit.norm) > 1}
