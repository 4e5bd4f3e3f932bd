"""Corpus words by how they sound: brings back what a recogniser wrote with other characters."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice

from knowledge.text.morphs import Morph
from knowledge.text.normalise import fold_reading

SAME_READING = 0.5
SAME_FOLDED_READING = 0.25
MIN_JOINED_KANA = 4
_MAX_JOINED = 3
_MAX_WORDS = 4


class SoundIndex:
    """Reading -> corpus words, the more frequent first. Expands only what the corpus does not know, so clean text is
    left alone."""

    def __init__(self, readings: Iterable[tuple[str, str]]) -> None:
        """`readings` are (word, reading) pairs in the order in which words are to be preferred."""
        exact: defaultdict[str, dict[str, None]] = defaultdict(dict)
        folded: defaultdict[str, dict[str, None]] = defaultdict(dict)
        self._known: set[str] = set()
        for word, reading in readings:
            self._known.add(word)
            exact[reading][word] = None
            folded[fold_reading(reading)][word] = None
        self._exact, self._folded = _first(exact), _first(folded)

    def expand(self, morphs: Sequence[Morph]) -> dict[str, float]:
        """Corpus words that sound like unknown words, or like 2-3 neighbouring words read together."""
        content = [m for m in morphs if m.unit.pos != "補助記号"]
        unknown = [not m.is_function_word and m.unit.norm not in self._known for m in content]
        out: dict[str, float] = {}
        if not any(unknown):
            return out
        joined = [any(unknown[i : i + _MAX_JOINED]) for i in range(len(content))]
        for i, m in enumerate(content):
            if not joined[i]:
                continue
            if unknown[i] and not m.is_light and len(m.unit.reading) >= 2:
                self._add(out, m.unit.reading, m.folded_reading, m.unit.norm)
            for n in range(2, _MAX_JOINED + 1):
                if i + n <= len(content) and any(unknown[i : i + n]):
                    reading = "".join([x.unit.reading for x in content[i : i + n]])
                    if len(reading) >= MIN_JOINED_KANA:
                        self._add(out, reading, "".join([x.folded_reading for x in content[i : i + n]]), "")
        return out

    def _add(self, out: dict[str, float], reading: str, folded: str, itself: str) -> None:
        for table, key, weight in (
            (self._exact, reading, SAME_READING),
            (self._folded, folded, SAME_FOLDED_READING),
        ):
            for word in table.get(key, ()):
                if word != itself:
                    out[word] = max(out.get(word, 0.0), weight)


def _first(words: Mapping[str, Iterable[str]]) -> dict[str, tuple[str, ...]]:
    """The few that a reading may bring in."""
    return {reading: tuple(islice(found, _MAX_WORDS)) for reading, found in words.items()}
