"""Cases that stand in the FAQ themselves measure memory, not search: finds them before a run does."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from eval.cases import Case
from knowledge.domain import FaqEntry
from knowledge.text.normalise import normalise

NEARLY_EQUAL = 0.7
_NOT_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Leak:
    """A case whose text an FAQ holds (nearly) literally; `similarity` is the Jaccard index of character bigrams."""

    case_id: str
    faq_id: str
    wording: str
    similarity: float


def find_leaks(cases: Sequence[Case], entries: Iterable[FaqEntry], floor: float = NEARLY_EQUAL) -> list[Leak]:
    """Cases at or above `floor` with a question or an alternative question, closest wording of each."""
    wordings = [(e.faq_id, text) for e in entries for text in (e.question, *e.alt_questions)]
    grams = [bigrams(text) for _, text in wordings]
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for number, bag in enumerate(grams):
        for gram in bag:
            holding[gram].append(number)
    leaks = []
    for case in cases:
        number, similarity = _closest(bigrams(case.text), grams, holding)
        if similarity >= floor:
            leaks.append(Leak(case.id, *wordings[number], similarity))
    return leaks


def bigrams(text: str) -> frozenset[str]:
    """Character bigrams of the matching form without spaces and punctuation; the text itself when it has one letter."""
    plain = _NOT_WORDS.sub("", normalise(text))
    return frozenset(plain[i : i + 2] for i in range(len(plain) - 1)) or frozenset({plain} - {""})


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b) if a or b else 0.0


def _closest(own: frozenset[str], grams: Sequence[frozenset[str]], holding: dict[str, list[int]]) -> tuple[int, float]:
    shared: defaultdict[int, int] = defaultdict(int)
    for gram in own:
        for number in holding.get(gram, ()):
            shared[number] += 1
    best, similarity = 0, 0.0
    for number, count in shared.items():
        value = count / (len(own) + len(grams[number]) - count)
        if value > similarity:
            best, similarity = number, value
    return best, similarity
