"""Puts right what a recogniser wrote with other characters: words that no FAQ has, where the FAQ have a noun that sounds the
same (講座登録 → 口座登録, かーどのこうしん → カードの更新).

Cautious on purpose, because a question about something else must not become one of ours: a word that any FAQ has is left
alone, only nouns of two characters or more are replaced, words in kanji need the very same reading, and only stretches in
kana that are no word of the language may differ in a long vowel, a small っ or voicing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate

from knowledge.text.late_pattern import late_pattern
from knowledge.text.morphs import Morph
from knowledge.text.normalise import fold_reading, hiragana, katakana

_NOUN = late_pattern("[一-龥々ァ-ヴー]{1,8}")
"""How nouns are written; verbs and adjectives end in hiragana."""
_KANA = late_pattern("[ぁ-んー]+")
_KANJI = late_pattern("[一-龥々]+")
_KATAKANA = late_pattern("[ァ-ヴー]+")
_LEAST_FAQS = 2
"""In so many FAQ a noun has to stand to be what was meant."""
_LEAST_KANA = 3
_LEAST_ALIKE = 4
"""So many kana a stretch needs to be found, and to be found although it sounds a little different."""
_GRAMMAR_UP_TO = 4
"""Shorter stretches without any noun (してい、かどうか) are no word."""
_LONGEST = 5
_MOST_JOINED = 4
_IN_NOUNS = frozenset({"名詞", "接頭辞", "接尾辞"})
_NAMING = frozenset({"名詞", "形状詞"})


@dataclass(frozen=True, slots=True)
class Repaired:
    text: str
    replaced: tuple[str, ...] = ()
    """What was written before, in order."""


@dataclass(frozen=True, slots=True)
class _Joined:
    """One form of every word, joined: what some neighbouring words give together is cut out of it."""

    text: str
    ends: Sequence[int]
    """Where each word ends, after a 0."""

    @classmethod
    def of(cls, words: Sequence[str]) -> "_Joined":
        return cls("".join(words), list(accumulate(map(len, words), initial=0)))

    def of_words(self, at: int, length: int) -> str:
        return self.text[self.ends[at] : self.ends[at + length]]


@dataclass(frozen=True, slots=True)
class _Said:
    """An utterance in the forms in which nouns are looked up."""

    morphs: Sequence[Morph]
    in_kana: Sequence[bool]
    """Which words are written so."""
    written: _Joined
    kana: _Joined
    folded: _Joined
    """What `kana` sounds like."""
    readings: _Joined

    @classmethod
    def of(cls, morphs: Sequence[Morph]) -> "_Said":
        surfaces = [m.unit.surface for m in morphs]
        return cls(
            morphs,
            [_KANA.fullmatch(surface) is not None for surface in surfaces],
            _Joined.of(surfaces),
            _Joined.of(list(map(katakana, surfaces))),
            _Joined.of(list(map(fold_reading, surfaces))),
            _Joined.of([m.unit.reading for m in morphs]),
        )


class Repair:
    """Immutable; `readings` are (word, reading, number of FAQ), the more frequent first."""

    def __init__(self, readings: Iterable[tuple[str, str, int]]) -> None:
        self._known: set[str] = set()
        self._in_kana: set[str] = set()
        self._exact: dict[str, str] = {}
        self._long: dict[str, str] = {}
        self._short: dict[str, str] = {}
        self._alike: dict[str, str] = {}
        for word, reading, faqs in readings:
            self._known.add(word)
            if _KANA.fullmatch(word):
                self._in_kana.add(katakana(word))
            elif faqs >= _LEAST_FAQS and _NOUN.fullmatch(word):
                self._exact.setdefault(reading, word)
                self._alike.setdefault(fold_reading(reading), word)
                if "ー" in word and len(word) >= _LEAST_KANA and _KATAKANA.fullmatch(word):
                    self._long[hiragana(word)] = word
                    self._short.setdefault(word.replace("ー", ""), word)
        longest = sorted(self._long, key=lambda written: (-len(written), written))
        self._long_ones = re.compile("|".join(longest)) if longest else None

    def spelled(self, normal_text: str) -> Repaired:
        """The text with its katakana words in katakana where a long vowel shows that no hiragana was meant (かーどの)."""
        if self._long_ones is None or "ー" not in normal_text:
            return Repaired(normal_text)
        replaced = tuple(self._long_ones.findall(normal_text))
        return Repaired(self._long_ones.sub(lambda found: self._long[found[0]], normal_text), replaced)

    def repaired(self, morphs: Sequence[Morph]) -> Repaired:
        """The utterance of `morphs` as it was probably meant; nothing replaced where every word may be right."""
        out: list[str] = []
        replaced: list[str] = []
        said = _Said.of(morphs)
        at = 0
        while at < len(morphs):
            length, meant = self._meant(said, at)
            written = said.written.of_words(at, length)
            out.append(meant or written)
            if meant:
                replaced.append(written)
            at += length
        return Repaired("".join(out), tuple(replaced))

    def _meant(self, said: "_Said", at: int) -> tuple[int, str]:
        """How many words from `at` on belong together, and the noun that was meant; empty for what stays."""
        if said.in_kana[at]:
            run = said.in_kana[at : at + _LONGEST]
            for length in range(run.index(False) if False in run else len(run), 0, -1):
                meant = self._of_kana(said, at, length)
                if meant:
                    return length, meant
            return 1, ""
        for length in range(min(_MOST_JOINED, len(said.morphs) - at), 1, -1):
            meant = self._of_kanji(said, at, length)
            if meant:
                return length, meant
        return 1, self._of_word(said.morphs[at])

    def _of_kana(self, said: "_Said", at: int, length: int) -> str:
        """The noun that was meant by a stretch in kana. Most sound like none, so that is looked up first."""
        reading = said.kana.of_words(at, length)
        if len(reading) < _LEAST_KANA:
            return ""
        found, may_differ = self._exact.get(reading, ""), length > 1 and len(reading) >= _LEAST_ALIKE
        alike = self._alike.get(said.folded.of_words(at, length), "") if may_differ and not found else ""
        if not found and not alike:
            return ""
        written, span = said.written.of_words(at, length), said.morphs[at : at + length]
        if written in self._known or reading in self._in_kana or (length == 1 and span[0].unit.norm in self._known):
            return ""
        names = any(m.unit.pos in _NAMING and not m.is_light for m in span)
        if not names and "ー" not in reading and len(reading) <= _GRAMMAR_UP_TO:
            return ""
        return found or (alike if names else "")

    def _of_kanji(self, said: "_Said", at: int, length: int) -> str:
        """A noun taken apart into others (公新, 約所, 保健賞): at least one of them stands in no FAQ."""
        reading = said.readings.of_words(at, length)
        found = self._exact.get(reading, "") if len(reading) >= _LEAST_KANA else ""
        span = said.morphs[at : at + length]
        if not found or all(m.unit.norm in self._known for m in span) or any(m.unit.pos not in _IN_NOUNS for m in span):
            return ""
        written = said.written.of_words(at, length)
        return found if _KANJI.fullmatch(written) and written not in self._known else ""

    def _of_word(self, morph: Morph) -> str:
        unit = morph.unit
        if unit.pos != "名詞" or morph.is_light or len(unit.surface) < 2 or not _NOUN.fullmatch(unit.surface):
            return ""
        if unit.surface in self._known or not self._known.isdisjoint(morph.words):
            return ""
        return self._short.get(unit.surface, "") or self._exact.get(unit.reading, "")
