"""Words that could be a personal name, by the parts of speech and by the lists: how likely, what stands around them says."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from knowledge.privacy.gazetteer import is_known_surname, is_ordinary, names, words
from knowledge.privacy.grammar import KANJI, KIN, TO_KATAKANA
from knowledge.privacy.introductions import NOT_GIVEN, NOT_ONE, is_reading_of_full_name
from knowledge.privacy.name_contexts import ANNOUNCING, GIVING, RELATIVE, SPOKEN, sign_after, sign_before
from knowledge.privacy.names import NOT_KATAKANA, is_full_name, is_likely_name
from knowledge.privacy.parts_of_speech import (
    GIVEN,
    NAMES,
    NOUN,
    PARTICLE,
    PLACE,
    SURNAME,
    UNKNOWN,
    Word,
    Words,
)
from knowledge.text.late_pattern import late_pattern

_IS_KANJI = late_pattern(rf"[{KANJI}]")
_RUN = late_pattern(rf"[{KANJI}]+")
_KANA_WORD = late_pattern(r"[ぁ-んー]+\Z|[ァ-ヴー]+\Z")
_HIRAGANA = late_pattern(r"[ぁ-ん][ぁ-んー]{1,9}")
_FOREIGN = late_pattern(r"[ァ-ヴー]{2,}(?:[・=](?:[ァ-ヴー]+|[A-Z]))+|[ァ-ヴー]{2,}(?:\s[ァ-ヴー]{2,}){1,4}")
_LATIN = late_pattern(r"(?<![A-Za-z0-9@._-])[A-Z][A-Za-z'’-]+(?: [A-Z][A-Za-z'’-]*\.?){0,4}(?![A-Za-z0-9@._-])")
_LETTERS = late_pattern(r"(?<![A-Za-z0-9])[A-Z](?:[・、][A-Z]){2,}(?![A-Za-z0-9])")
_SYLLABLES = late_pattern(r"(?<![ぁ-んー])[ぁ-ん](?:[、・][ぁ-ん]){2,}(?=です|と|。|、|\Z|っ|で)")
_NOT_NAMES = frozenset(words("not_names"))
_FOREIGN_NAMES = frozenset(words("foreign_names"))
_NO_LATIN_NAME = frozenset(words("latin_words"))
_GOES_ON = ("ん", "っ", "ゃ", "ゅ", "ょ", "ー", "ッ", "ャ", "ュ", "ョ", "ン")
"""A word that goes on with one of these was cut in the middle."""
_POLITE = late_pattern(r"(?:様|氏|殿|君|宅|宛|名義)\Z")
_LED_BY = late_pattern(rf"{KIN}|私|本人|申請者|代理人|世帯主|担当者?|通称|旧姓|本名|氏名|名義人?")
_SPACED = late_pattern(rf"([{KANJI}]{{1,8}})[ \u3000]([{KANJI}]{{1,3}})(?![{KANJI}])")
_SAMA = "様"
_NO_NAME_ENDS = "者方人主員客課係"
_LONGEST_RUN = 10
_READING_SIZES = range(2, 8)
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in TO_KATAKANA.items()}


@dataclass(frozen=True, slots=True)
class Candidate:
    start: int
    end: int
    kind: str
    """What the word is, as the weights name it."""


def candidates(text: str, found: Words) -> Iterator[Candidate]:
    """Every word that may be a name; the same words may come twice, as different kinds."""
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
            kind = _kind_of_word(text[start:end], mark)
            if kind:
                yield Candidate(start, end, kind)
        index += 1
    yield from _split_surnames(text, found)
    yield from _whole_runs(text, found)
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


def _named(text: str, start: int, end: int, marks: list[str]) -> Iterator[Candidate]:
    word = text[start:end]
    if word in _NOT_NAMES or NOT_KATAKANA.search(word):
        return
    if text[end - 1] > "ヿ" or text[end : end + 1] not in _GOES_ON or text.startswith("って", end):
        yield Candidate(start, end, _kind_of_name(word, marks))


def _kind_of_name(word: str, marks: list[str]) -> str:
    if SURNAME in marks and GIVEN in marks:
        return "full"
    if len(word) == 1:
        return "surname_1" if SURNAME in marks else "given_1"
    if _KANA_WORD.match(word):
        return "katakana" if "ァ" <= word[0] <= "ヴ" else "hiragana" if len(word) > 2 else "hiragana_2"
    return "surname" if SURNAME in marks else "given"


def _kind_of_word(word: str, mark: str) -> str:
    """Of a word that the dictionary does not call a name; empty when it cannot be one."""
    lists = names()
    if "ァ" <= word[0] <= "ヴ":
        if NOT_KATAKANA.search(word):
            return ""
        if word in _FOREIGN_NAMES or word in lists.surname_readings or word in lists.given_readings:
            return "listed_katakana"
        if word in lists.known_given_readings or word in lists.known_surname_readings:
            return "known_katakana"
        return "unknown_katakana" if mark == UNKNOWN and len(word) > 2 else ""
    if not _IS_KANJI.match(word):
        kana = word.translate(TO_KATAKANA)
        if len(word) < 3:
            return ""
        if kana in lists.given_readings:
            return "listed_hiragana"
        return "known_hiragana" if kana in lists.known_given_readings else ""
    return _kind_of_kanji(word, mark)


def _kind_of_kanji(word: str, mark: str) -> str:
    if word in _NOT_NAMES or (is_ordinary(word) and len(word) > 1 and mark != PLACE):
        return ""
    if is_known_surname(word):
        return "listed_1" if len(word) == 1 else "listed_place" if mark == PLACE else "listed"
    if mark == NOUN and word in names().given and word not in NOT_ONE:
        return "noun_1" if len(word) == 1 else "noun"
    return ""


def _split_surnames(text: str, found: Words) -> Iterator[Candidate]:
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
                    yield Candidate(first, stop, "split")
                break


def _whole_runs(text: str, found: Words) -> Iterator[Candidate]:
    """A run of kanji that no dictionary takes for a name: a listed one in pieces, or any between the right words."""
    for run in _RUN.finditer(text):
        start, stop = run.span()
        start = _after_lead(text, start, stop)
        polite = _POLITE.search(text, start + 1, stop) if stop - start > 1 else None
        end = polite.start() if polite else stop
        word = text[start:end]
        if len(word) > 6 or word in _NOT_NAMES:
            continue
        pieces = _pieces(found, start, end, text[end : end + 1] == _SAMA)
        if pieces:
            kind = _kind_of_run(word, pieces)
            if kind or _is_between(text, start, end, pieces):
                yield Candidate(start, end, kind or "strange")
    for match in _SPACED.finditer(text):
        start = _after_lead(text, *match.span(1))
        if is_known_surname(text[start : match.end(1)]) and match[2] not in _NOT_NAMES:
            polite = _POLITE.search(text, match.start(2) + 1, match.end(2))
            yield Candidate(start, polite.start() if polite else match.end(2), "spaced")


def _after_lead(text: str, start: int, end: int) -> int:
    """Without the relative or the role that a note writes directly before a name."""
    lead = _LED_BY.match(text, start, end)
    return lead.end() if lead and lead.end() < end else start


def _pieces(found: Words, start: int, end: int, addressed: bool) -> int:
    """Into how many words the dictionary cuts it; 0 when it is a name by itself or holds or begins a longer word."""
    said = found.between(start, end)
    if not addressed and any(b - a > 1 and mark == NOUN for a, b, mark in said):
        return 0
    if len(said) == 1 and (said[0][2] in NAMES or (said[0][1] > end and not addressed)):
        return 0
    return len(said)


def _kind_of_run(word: str, pieces: int) -> str:
    given = names().given
    if len(word) == 1:
        return "run_1" if is_known_surname(word) or word in given else ""
    if pieces == 1 or is_known_surname(word):
        return ""
    if is_full_name(word):
        return "run_full"
    return "run_given" if word in given else "run_likely" if is_likely_name(word) else ""


def _is_between(text: str, start: int, end: int, pieces: int) -> bool:
    """Between a word that announces a name and a verb that gives one (「漢字は｜金昭娟｜って書きます」), or one of both."""
    if text.startswith(_SAMA, end):
        return end - start < 5 and text[end - 1] not in _NO_NAME_ENDS
    if pieces == 1 or not 2 <= end - start <= 4:
        return False
    before = sign_before(text, start)
    return before in RELATIVE or (before in ANNOUNCING and sign_after(text, end) in GIVING)


def _in_hiragana(text: str, found: Words) -> Iterator[Candidate]:
    """A listed reading behind words that announce a name: 「息子は｜はると｜です」."""
    starts = [start for start, _, mark in found.all if mark != PARTICLE and _may_be_read(text, start)]
    if not starts:
        return
    whole = {(start, end) for start, end, mark in found.all if mark not in NAMES and mark != PLACE}
    edges = {end for start, end, mark in found.all if mark != PARTICLE or text[start:end] == "と"}
    for start in starts:
        run = _HIRAGANA.match(text, start)
        for end in range(run.end() if run else start, start + 1, -1):
            kind = _kind_of_reading(text[start:end].translate(TO_KATAKANA))
            is_word = (start, end) in whole
            if kind and ((end in edges and not is_word) or sign_after(text, end) in (GIVING if is_word else SPOKEN)):
                yield Candidate(start, end, kind)
                break


def _may_be_read(text: str, start: int) -> bool:
    """Cheapest first: hardly any word of a question begins as a name is read and stands where one is told."""
    if not "ぁ" <= text[start] <= "ん" or text.startswith(NOT_GIVEN, start):
        return False
    readings = _readings()
    return (
        any(text[start : start + size] in readings for size in _READING_SIZES)
        and sign_before(text, start) in ANNOUNCING
    )


@cache
def _readings() -> frozenset[str]:
    """The known readings in hiragana."""
    lists = names()
    return frozenset(
        reading.translate(_TO_HIRAGANA) for reading in lists.known_surname_readings | lists.known_given_readings
    )


def _kind_of_reading(kana: str) -> str:
    lists = names()
    if len(kana) >= 5 and is_reading_of_full_name(kana):
        return "reading_full"
    if kana in lists.known_given_readings or kana in lists.known_surname_readings:
        common = kana in lists.given_readings or kana in lists.surname_readings
        return "reading_2" if len(kana) == 2 else "reading_common" if common else "reading"
    return ""


def _in_parts(text: str, found: Words) -> Iterator[Candidate]:
    """Names of several parts in katakana (デシ・ラトナサリ), in Latin letters, and letter by letter."""
    if "・" in text or " " in text:
        ordinary = {start for start, _, mark in found.all if mark not in NAMES | {UNKNOWN}}
        for match in _FOREIGN.finditer(text):
            kind = _kind_of_parts(match, ordinary)
            if kind:
                yield Candidate(*match.span(), kind)
    for match in _LATIN.finditer(text):
        parts = match[0].split()
        if not any(part.lower().strip(".") in _NO_LATIN_NAME for part in parts):
            yield Candidate(*match.span(), "latin_many" if len(parts) > 1 else "latin")
    for pattern in (_LETTERS, _SYLLABLES):
        for match in pattern.finditer(text):
            yield Candidate(*match.span(), "letters")


def _kind_of_parts(match: re.Match[str], ordinary: set[int]) -> str:
    """A part that is an ordinary word speaks against a name."""
    if NOT_KATAKANA.search(match[0]):
        return ""
    parts = list(re.finditer(r"[^・=\s]+", match[0]))
    plain = sum(match.start() + part.start() in ordinary and part[0] not in _FOREIGN_NAMES for part in parts)
    if plain * 2 > len(parts):
        return ""
    return "parts_mixed" if plain else "parts_3" if len(parts) > 2 else "parts"
