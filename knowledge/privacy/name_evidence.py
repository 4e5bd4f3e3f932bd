"""Personal names by the parts of speech of the words and by what stands around them.

No sign decides alone: what the word is, what stands before it and what follows it are added up, so that a surname
needs no fixed sentence around it, and a place or an ordinary word with a surname's characters stays readable.
The weights are fitted (`python -m eval.fit_names`), not guessed.
"""

import tomllib
from collections.abc import Iterable, Set
from functools import cache
from importlib.resources import files

from knowledge.privacy.gazetteer import is_known_surname, is_ordinary, places
from knowledge.privacy.grammar import KANJI, TO_KATAKANA
from knowledge.privacy.kinds import Span
from knowledge.privacy.name_candidates import Candidate, candidates
from knowledge.privacy.name_contexts import PLACE_NEXT, SPELLED, TO_A_PLACE, sign_after, sign_before
from knowledge.privacy.parts_of_speech import NAMES, NOUN, TIME, Words
from knowledge.text.late_pattern import late_pattern

_IS_KANJI = late_pattern(rf"[{KANJI}]")
_RUN = late_pattern(rf"[{KANJI}]+")
_KANA = late_pattern(r"[ぁ-んァ-ヴ]")
_CHINESE = late_pattern(r"[们这吗请您说时问办证码话电领还没给为么过从对发开东车长门见个两员师书买卖图应实现我你]")
_EXPLAINED = late_pattern(
    r"[^。\ufffc]{1,24}?(?:の字|漢字|と書|って書|読み|読む|へん|偏|かんむり|ひらがな|と同じ|田んぼ|原っぱ|ですけど字)"
)
_BESIDE = "beside"
_ENDS_IN_KANJI = frozenset({"kin", "role", "me", "doer", "desk", "when"})
_DOUBTFUL = frozenset({"noun", "strange"})
_OPEN_ENDED = frozenset({"", "particle", "became"})


def names_by_evidence(text: str, found: Words, told: Iterable[str]) -> list[tuple[int, int]]:
    """Offsets of the names among these words; `told` are names found already, wherever they are said again.

    Nothing is found in Chinese; an operator's note may hold no kana either.
    """
    if not _KANA.search(text) and _CHINESE.search(text):
        return []
    sure: list[tuple[int, int]] = []
    weak: list[tuple[Candidate, float]] = []
    weights = _weights()
    for candidate, signs in weighed(text, found):
        score = sum(weights.get(sign, 0.0) for sign in signs)
        if score > 0:
            sure.append((candidate.start, candidate.end))
        else:
            weak.append((candidate, score))
    known = {word for word in (*told, *(text[start:end] for start, end in sure)) if len(word) > 1}
    if not known:
        return sure
    beside = weights.get(_BESIDE, 0.0)
    return sure + [
        (candidate.start, candidate.end)
        for candidate, score in weak
        if score + beside > 0 or (text[candidate.start : candidate.end] in known and _stands_alone(text, candidate))
    ]


def weighed(text: str, found: Words) -> Iterable[tuple[Candidate, list[str]]]:
    """Each candidate with the signs for and against it."""
    times = {end for _, end, mark in found.all if mark == TIME}
    for candidate in candidates(text, found):
        if not PLACE_NEXT.match(text, candidate.end) and not _is_cut(text, candidate):
            yield candidate, _signs(text, candidate, found, times)


def _is_cut(text: str, candidate: Candidate) -> bool:
    """銭っこ and 9かげつ are longer words."""
    counted = candidate.start > 0 and text[candidate.start - 1] in "0123456789" and text[candidate.start] < "ァ"
    return counted or text.startswith("っこ", candidate.end)


def _signs(text: str, candidate: Candidate, found: Words, times: Set[int]) -> list[str]:
    start, end, kind = candidate.start, candidate.end, candidate.kind
    word = text[start:end]
    before, after = sign_before(text, start), sign_after(text, end)
    sort = _sort(word, kind)
    signs = ["any", f"kind {kind}", f"before {before}", f"after {after}", f"pair {before} {after}"]
    signs += [f"{sort} before {before}", f"{sort} after {after}"]
    if word in places().stems and after in _OPEN_ENDED and TO_A_PLACE.match(text, end):
        signs.append("to_a_place")
    if SPELLED.match(text, end) or _EXPLAINED.match(text, end):
        signs += ["explained", f"{sort} explained"]
    if text.count(word) > 1:
        signs.append(f"{sort} again")
    signs += [f"next {text[a:b]}" for a, b, _ in found.between(end, end + 1)]
    signs += [f"last {text[a:b]}" for a, b, _ in found.up_to(start, 6)[:1]]
    kanji = text[start].translate(TO_KATAKANA) > "ヿ"
    if kanji and start and start not in times and before not in _ENDS_IN_KANJI and _IS_KANJI.match(text[start - 1]):
        signs.append("kanji_before")
    if kanji and not after and _IS_KANJI.match(text, end):
        signs.append("kanji_after")
    return signs


def _sort(word: str, kind: str) -> str:
    """How far the word itself can be trusted: signs around a place or an ordinary word say something else."""
    if len(word) == 1:
        return "single"
    if word in places().stems:
        return "place"
    if is_ordinary(word) or kind in _DOUBTFUL:
        return "word"
    return "kana" if word[0] < "一" else "name"


@cache
def _weights() -> dict[str, float]:
    raw = files("knowledge.privacy").joinpath("data", "name_weights.toml").read_text(encoding="utf-8")
    return {sign: float(weight) for sign, weight in tomllib.loads(raw)["weights"].items()}


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


def _stands_alone(text: str, candidate: Candidate) -> bool:
    """No part of a longer word or of a place."""
    beside = text[candidate.start - 1 : candidate.start] + text[candidate.end : candidate.end + 1]
    return not _RUN.search(beside) and not PLACE_NEXT.match(text, candidate.end)
