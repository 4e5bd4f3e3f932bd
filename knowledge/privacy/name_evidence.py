"""Personal names by the parts of speech of the words and by what stands around them.

No sign decides alone: what the word is, what stands before it and what follows it are added up, so that a surname
needs no fixed sentence around it, and a place or an ordinary word with a surname's characters stays readable.
"""

import re
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import pairwise

from knowledge.privacy.gazetteer import is_known_surname, is_ordinary, names, places, words
from knowledge.privacy.grammar import KANJI, TO_KATAKANA
from knowledge.privacy.introductions import NOT_GIVEN, NOT_ONE, is_reading_of_full_name
from knowledge.privacy.kinds import Span
from knowledge.privacy.name_contexts import PLACE_NEXT, REACH, SPELLED, TO_A_PLACE, weigh, weigh_after
from knowledge.privacy.names import NOT_KATAKANA
from knowledge.privacy.parts_of_speech import (
    GIVEN,
    NAMES,
    NOUN,
    OTHER,
    PARTICLE,
    PLACE,
    SURNAME,
    TIME,
    UNKNOWN,
    Word,
    Words,
)

_ENOUGH = 4.0
_BESIDE_OTHERS = 2.5
"""Enough for one more name in a sentence with names: 「長女が詩織、末っ子が大地」."""
_IN_A_PAIR = 1.5
_AND = re.compile(r"[とや、→／/・]|と、")
_IS_KANJI = re.compile(rf"[{KANJI}]")
_RUN = re.compile(rf"[{KANJI}]+")
_KANA_WORD = re.compile(r"[ぁ-んー]+\Z|[ァ-ヴー]+\Z")
_HIRAGANA = re.compile(r"[ぁ-ん][ぁ-んー]{1,9}")
_FOREIGN = re.compile(r"[ァ-ヴー]{2,}(?:[・=](?:[ァ-ヴー]+|[A-Z]))+|[ァ-ヴー]{2,}(?:\s[ァ-ヴー]{2,}){1,4}")
_KANA = re.compile(r"[ぁ-んァ-ヴ]")
_CHINESE = re.compile(r"[们这吗请您说时问办证码话电领还没给为么过从对发开东车长门见个两员师书买卖图应实现我你]")
_NOT_NAMES = frozenset(words("not_names"))
_FOREIGN_NAMES = frozenset(words("foreign_names"))
_OF_A_PLACE = re.compile(r"の(?!家|うち|者)")
_GOES_ON = ("ん", "っ", "ゃ", "ゅ", "ょ", "ー", "ッ", "ャ", "ュ", "ョ", "ン")
"""A word that goes on with one of these was cut in the middle."""
_POLITE = re.compile(r"(?:様|氏|殿|君|宅|宛|名義)\Z")
_LONGEST_RUN = 10


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    prior: float
    place: bool = False
    """Whether the word is a place as well."""
    strange: bool = False
    """Whether the word stands in no dictionary: it may as well be a thing."""


def names_by_evidence(text: str, found: Words, told: Iterable[str]) -> list[tuple[int, int]]:
    """Offsets of the names among these words; `told` are names found already, wherever they are said again.

    Nothing is found in Chinese; an operator's note may hold no kana either.
    """
    if not _KANA.search(text) and _CHINESE.search(text):
        return []
    times = {end for _, end, mark in found.all if mark == TIME}
    sure: list[tuple[int, int]] = []
    weak: list[tuple[_Candidate, float]] = []
    for candidate in _candidates(text, found):
        score = _score(text, candidate, times)
        if score >= _ENOUGH:
            sure.append((candidate.start, candidate.end))
        elif candidate.prior:
            weak.append((candidate, score))
    known = {word for word in (*told, *(text[start:end] for start, end in sure)) if len(word) > 1}
    pairs = _pairs(text, [candidate for candidate, _ in weak])
    for candidate, score in weak:
        again = text[candidate.start : candidate.end] in known and _stands_alone(text, candidate)
        if (
            again
            or (candidate in pairs and score >= _IN_A_PAIR)
            or (known and score >= _BESIDE_OTHERS and _announced(text, candidate))
        ):
            sure.append((candidate.start, candidate.end))
    return sure


def is_no_person(text: str, start: int, end: int, found: Words) -> bool:
    """Against a finder that does not know the trade: 高橋市, 佐藤製薬, ひかり電話, a word of the dictionary."""
    if PLACE_NEXT.match(text, end) or PLACE_NEXT.match(text, end - 1):
        return True
    return (start, end, NOUN) in found.between(start, end) and not is_known_surname(text[start:end])


def is_other_word(text: str, span: Span, found: Words) -> bool:
    """Whether what the lists take for a name is one ordinary word of the dictionary (大島紬) or the head of one (歩き方)."""
    word = text[span.start : span.end]
    if not _RUN.fullmatch(word):
        return False
    if len(word) == 1:
        return any(end > span.end and mark not in NAMES for _, end, mark in found.between(span.start, span.end))
    return (
        len(word) > 2
        and (span.start, span.end, NOUN) in found.between(span.start, span.end)
        and not is_known_surname(word)
    )


def _score(text: str, candidate: _Candidate, times: Set[int]) -> float:
    start, end = candidate.start, candidate.end
    if PLACE_NEXT.match(text, end):
        return 0.0
    before = weigh(text[max(0, start - REACH) : start])
    after = weigh_after(text, end)
    if candidate.place and _OF_A_PLACE.match(text, end):
        after = min(after, 0.5)
    score = candidate.prior + before + after
    if candidate.strange and before < 1.5 and after < 3:
        return 0.0
    if candidate.place and after < 1.5 and TO_A_PLACE.match(text, end):
        score -= 1.5
    if before >= 1 and SPELLED.match(text, end):
        score += 1.5
    inside = text[start].translate(TO_KATAKANA) > "ヿ"
    if inside and before < 1.5 and start and start not in times and _IS_KANJI.match(text[start - 1]):
        score -= 3
    if inside and after < 1.5 and _IS_KANJI.match(text, end):
        score -= 3
    return score


def _pairs(text: str, weak: list[_Candidate]) -> set[_Candidate]:
    """Two surnames side by side: 「岩本と川上、二人で」."""
    found: set[_Candidate] = set()
    for one, other in pairwise(weak):
        if (
            one.prior + other.prior >= 3
            and min(one.prior, other.prior) >= 1
            and _AND.fullmatch(text, one.end, other.start)
        ):
            found |= {one, other}
    return found if any(weigh(text[max(0, c.start - REACH) : c.start]) >= 1 for c in found) else set()


def _announced(text: str, candidate: _Candidate) -> bool:
    return weigh(text[max(0, candidate.start - REACH) : candidate.start]) >= 1.5


def _stands_alone(text: str, candidate: _Candidate) -> bool:
    """No part of a longer word or of a place."""
    beside = text[candidate.start - 1 : candidate.start] + text[candidate.end : candidate.end + 1]
    return not _RUN.search(beside) and not PLACE_NEXT.match(text, candidate.end)


def _candidates(text: str, found: Words) -> Iterator[_Candidate]:
    yield from _in_parts(text, found)
    said = found.all
    index = 0
    covered = 0
    while index < len(said):
        start, end, mark = said[index]
        if mark in NAMES and text[start] > "\u3040":
            index, end = _cluster(text, said, index)
            yield from _named(text, start, end, [mark for _, _, mark in found.between(start, end)])
            covered = end
            continue
        if mark in "LKNTU" and start >= covered and end - start <= 5:
            prior = _prior_of_word(text[start:end], mark)
            if prior:
                yield _Candidate(start, end, prior, mark == PLACE, mark == UNKNOWN)
        index += 1
    yield from _split_surnames(text, found)
    yield from _between_signs(text, found)
    yield from _in_hiragana(text, found)


def _cluster(text: str, found: list[Word], index: int) -> tuple[int, int]:
    """The next index and the end of the names that follow each other, one space or dot apart."""
    end = found[index][1]
    index += 1
    while index < len(found):
        start, stop, mark = found[index]
        if mark in NAMES and start == end:
            end = stop
        elif (
            index + 1 < len(found)
            and text[start:stop] in (" ", "・")
            and found[index + 1][2] in NAMES | {UNKNOWN}
            and text[found[index + 1][0]] > "\u3040"
        ):
            index += 1
            end = found[index][1]
        else:
            break
        index += 1
    return index, end


def _named(text: str, start: int, end: int, marks: list[str]) -> Iterator[_Candidate]:
    word = text[start:end]
    if word in _NOT_NAMES or NOT_KATAKANA.search(word):
        return
    prior = _prior_of_name(word, marks)
    if is_ordinary(word):
        prior -= 1.5
    place = word in places().stems
    if text[end - 1] > "ヿ" or text[end : end + 1] not in _GOES_ON or text.startswith("って", end):
        yield _Candidate(start, end, prior - 1.0 * place, place)


def _prior_of_name(word: str, marks: list[str]) -> float:
    if SURNAME in marks and GIVEN in marks:
        return 3.0
    if len(word) == 1:
        return 1.0 if SURNAME in marks else 0.5
    if _KANA_WORD.match(word):
        sure = len(word) > 2 or "ァ" <= word[0] <= "ヴ"
        return 1.5 if sure else 0.5
    return 2.0 if SURNAME in marks else 1.5


def _prior_of_word(word: str, mark: str) -> float:
    """Of a word that the dictionary does not call a name."""
    lists = names()
    if "ァ" <= word[0] <= "ヴ":
        if word in _FOREIGN_NAMES or word in lists.surname_readings or word in lists.given_readings:
            return 1.0
        if word in lists.known_given_readings:
            return 0.5
        return 1.5 if mark == UNKNOWN and len(word) > 2 and not NOT_KATAKANA.search(word) else 0.0
    if not _IS_KANJI.match(word):
        kana = word.translate(TO_KATAKANA)
        return (
            0.0
            if len(word) < 3
            else 1.5
            if kana in lists.given_readings
            else 0.5 * (kana in lists.known_given_readings)
        )
    if word in _NOT_NAMES or is_ordinary(word):
        return 0.0
    if is_known_surname(word):
        return 0.5 if mark == PLACE or len(word) == 1 else 1.0
    return 0.4 if mark == NOUN and word in lists.given and word not in NOT_ONE else 0.0


def _split_surnames(text: str, found: Words) -> Iterator[_Candidate]:
    """A listed surname that the dictionary cuts into pieces: 小｜比類巻."""
    for run in _RUN.finditer(text):
        start, end = run.span()
        if not 2 <= end - start <= _LONGEST_RUN:
            continue
        edges = [first for first, _, _ in found.between(start, end)]
        if len(edges) < 2:
            continue
        polite = _POLITE.search(text, start, end)
        stop = polite.start() if polite else end
        for first in range(start, stop - 1):
            if first in edges and stop - first <= 5 and is_known_surname(text[first:stop]):
                if any(inner in edges for inner in range(first + 1, stop)) and not is_ordinary(text[first:stop]):
                    yield _Candidate(first, stop, 1.5)
                break


def _between_signs(text: str, found: Words) -> Iterator[_Candidate]:
    """Whatever stands between a word that asks for a name and a verb that gives one: 「漢字は｜金昭娟｜って書きます」."""
    for run in _RUN.finditer(text):
        if not 2 <= len(run[0]) <= 4 or run[0] in _NOT_NAMES or weigh_after(text, run.end()) < 3:
            continue
        if weigh(text[max(0, run.start() - REACH) : run.start()]) >= 3 and len(found.between(*run.span())) > 1:
            yield _Candidate(*run.span(), 0.5)


def _in_hiragana(text: str, found: Words) -> Iterator[_Candidate]:
    """A listed reading behind words that announce a name: 「息子は｜はると｜です」."""
    starts = [
        start
        for start, _, mark in found.all
        if mark != OTHER
        and mark != PARTICLE
        and "ぁ" <= text[start] <= "ん"
        and not text.startswith(NOT_GIVEN, start)
        and weigh(text[max(0, start - REACH) : start]) >= 1
    ]
    if not starts:
        return
    lists = names()
    whole = {(start, end) for start, end, mark in found.all if mark not in NAMES}
    edges = {end for start, end, mark in found.all if mark != PARTICLE or text[start:end] == "と"}
    for start in starts:
        run = _HIRAGANA.match(text, start)
        if run is None:
            continue
        for end in range(run.end(), start + 1, -1):
            if end not in edges or (start, end) in whole:
                continue
            kana = text[start:end].translate(TO_KATAKANA)
            full = end - start >= 5 and is_reading_of_full_name(kana)
            if full or kana in lists.known_given_readings or kana in lists.known_surname_readings:
                yield _Candidate(start, end, 2.0 if full else 1.0 if end - start > 2 else 0.0)
                break


def _in_parts(text: str, found: Words) -> Iterator[_Candidate]:
    """Names of several parts in katakana: デシ・ラトナサリ. A part that is an ordinary word speaks against it."""
    if "・" not in text and " " not in text:
        return
    ordinary = {start for start, _, mark in found.all if mark not in NAMES | {UNKNOWN}}
    for match in _FOREIGN.finditer(text):
        if not NOT_KATAKANA.search(match[0]):
            parts = list(re.finditer(r"[^・=\s]+", match[0]))
            plain = sum(match.start() + part.start() in ordinary and part[0] not in _FOREIGN_NAMES for part in parts)
            prior = 2.5 if not plain else 1.5 if plain * 2 <= len(parts) else 0.0
            if prior:
                yield _Candidate(*match.span(), prior + (len(parts) > 2))
