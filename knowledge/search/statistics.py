"""BM25 statistics of a corpus, frozen between rebuilds, so that one changed FAQ changes only its own row.

Robertson & Zaragoza (2009); idf = ln(1 + (N - n + .5)/(n + .5)). Question, answer and alternatives are separate fields
with their own document frequencies and lengths; the weights below were measured on held-out citizens' questions.
"""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.search.analysis import Bag, EntryFeatures, FieldFeatures
from knowledge.text.tokens import LIGHT_WORDS

K1 = 1.2
B = 0.75
FIELD_WEIGHT = {"question": 1.0, "answer": 0.9, "alternatives": 0.6}
SPACE_WEIGHT = {"words": 1.0, "characters": 0.2, "synonyms": 0.4}
_SHAPE = "z:"
_PREFIX = {"words": "w:", "characters": "c:", "synonyms": "s:", "sounds": "y:"}


@dataclass(frozen=True, slots=True)
class FieldStatistics:
    """Document frequencies and mean length of one field in one space."""

    total: int
    mean_length: float
    document_frequency: Mapping[str, int]
    _idf: dict[str, float] = field(default_factory=dict, repr=False, compare=False)

    def idf(self, term: str) -> float:
        known = self._idf.get(term)
        if known is None:
            n = self.document_frequency.get(term, 0)
            known = math.log(1 + (self.total - n + 0.5) / (n + 0.5))
            if n:
                self._idf[term] = known
        return known

    def saturation(self, count: float, length: float) -> float:
        """BM25 term frequency part."""
        return count * (K1 + 1) / (count + K1 * (1 - B + B * length / self.mean_length))


@dataclass(frozen=True, slots=True)
class Statistics:
    fields: Mapping[tuple[str, str], FieldStatistics]
    """By (field, space)."""
    words: FieldStatistics
    """Question and answer together: idf of soft matching and coverage."""
    sound_shapes: FieldStatistics
    """Wordings' sound shapes, one document a wording."""
    terms: dict[str, int] = field(default_factory=dict)
    """Term -> column; grows when a changed FAQ brings a new word."""

    def column(self, term: str) -> int:
        return self.terms.setdefault(term, len(self.terms))

    def lexical_terms(self, entry: EntryFeatures) -> dict[str, float]:
        """Ready weights by term name: words, characters and synonym groups over the three fields."""
        weights: dict[str, float] = {}
        for space, space_weight in SPACE_WEIGHT.items():
            self._add(weights, entry, space, space_weight)
        return weights

    def sound_terms(self, entry: EntryFeatures) -> dict[str, float]:
        """Ready weights of reading n-grams by term name."""
        weights: dict[str, float] = {}
        self._add(weights, entry, "sounds", 1.0)
        return weights

    def columns(self, weights: Mapping[str, float]) -> dict[int, float]:
        """Term names to columns; a new term gets a new column."""
        return {self.column(term): weight for term, weight in weights.items()}

    def soft_row(self, entry: EntryFeatures) -> dict[str, float]:
        """Answer words with their BM25 saturation, for soft matching."""
        bag, stats = entry.answer.words, self.fields["answer", "words"]
        kept = {t: n for t, n in bag.items() if t not in LIGHT_WORDS}
        length = sum(kept.values())
        return {t: stats.saturation(n, length) for t, n in kept.items()}

    def coverage_row(self, entry: EntryFeatures) -> dict[str, float]:
        """Question words with their idf, for coverage."""
        return {t: self.words.idf(t) for t in entry.question.words if t not in LIGHT_WORDS}

    def wording_terms(self, sound_shape: Iterable[str]) -> dict[str, float]:
        """Unit-length idf weights of one wording's sound shape."""
        weights = {f"{_SHAPE}{g}": self.sound_shapes.idf(g) for g in sound_shape}
        length = math.sqrt(sum(w * w for w in weights.values())) or 1.0
        return {term: w / length for term, w in weights.items()}

    def query_columns(self, terms: Mapping[str, float]) -> dict[int, float]:
        """Query weights by column; terms the corpus has never seen are left out."""
        return {c: w for t, w in terms.items() if (c := self.terms.get(t)) is not None}

    def _add(self, weights: dict[str, float], entry: EntryFeatures, space: str, space_weight: float) -> None:
        prefix = _PREFIX[space]
        for name, field_weight in FIELD_WEIGHT.items():
            bag = _bag(_field(entry, name), space)
            stats = self.fields[name, space]
            length = sum(bag.values())
            for term, count in bag.items():
                gain = space_weight * field_weight * stats.idf(term) * stats.saturation(count, length)
                weights[prefix + term] = weights.get(prefix + term, 0.0) + gain


def prefixed(bag: Mapping[str, float], space: str) -> dict[str, float]:
    """Terms of one space as they are named in the common term space."""
    prefix = _PREFIX[space]
    return {prefix + term: weight for term, weight in bag.items()}


def collect(entries: Sequence[EntryFeatures]) -> Statistics:
    """Statistics of a whole corpus."""
    fields = {
        (name, space): _field_statistics(_bag(_field(e, name), space) for e in entries)
        for name in FIELD_WEIGHT
        for space in _PREFIX
    }
    both = _field_statistics(_union(e) for e in entries)
    shapes = _field_statistics(dict.fromkeys(a.sound_shape, 1) for e in entries for a in e.alternatives)
    return Statistics(fields, both, shapes)


def _field_statistics(bags: Iterable[Mapping[str, int]]) -> FieldStatistics:
    frequency: Counter[str] = Counter()
    total = length = filled = 0
    for bag in bags:
        total += 1
        size = sum(bag.values())
        length += size
        filled += size > 0
        frequency.update(bag.keys())
    return FieldStatistics(total, length / filled if filled else 1.0, dict(frequency))


def _union(entry: EntryFeatures) -> Bag:
    return {**entry.question.words, **entry.answer.words}


def _field(entry: EntryFeatures, name: str) -> FieldFeatures:
    return {"question": entry.question, "answer": entry.answer, "alternatives": entry.alternatives_field}[name]


def _bag(fields: FieldFeatures, space: str) -> Bag:
    bag: Bag = getattr(fields, space)
    return bag
