"""Does a text say only what its sources say? Figures, yes and no, phones, addresses, words. Pure, rules only.

Similarity judges nothing here: 必要です and 必要ありません are 83 % alike. A statement has to be found in the source, and
where the source says two different things, the one said about the same matter has to be the one that agrees.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from knowledge.answering.agreement import check_polarity
from knowledge.answering.quantities import check_days, check_figures
from knowledge.answering.reasons import Ground, Reason
from knowledge.answering.same_words import SameWords
from knowledge.answering.source import KANJI, Source, read_source, sentences
from knowledge.text.facts import canonical
from knowledge.text.late_pattern import late_pattern

_JAPANESE = late_pattern("[\u3041-\u309f]")
_INNER_KANA = late_pattern("[\u3400-\u9fff々][\u3041-\u309f]+[\u3400-\u9fff々]")
_LETTERS = late_pattern(r"[^\W\d_]")
_SWEEPING = tuple(
    late_pattern(words)
    for words in (
        "すべて|全て|全部|全員|全額|いずれも|どれも|どちらも|両方|皆|みな(?=さん|様|、)",
        "絶対|決して|一切",
        "常に|いつでも|いつも",
        "(?:を|に)問わず|にかかわらず|に関わらず|に関係なく",
        "(?:誰|だれ|どなた|どんな方)(?:で)?も",
        "どこ(?:から|の[^、。]{1,8})?でも|全国",
        "(?:何|どんな[^、。]{1,8}|どの[^、。]{1,8})でも|いかなる",
    )
)
"""Words that make a statement stronger than the source, which has to say one of the same line itself."""
_OPPOSITES = tuple(
    (late_pattern(said), late_pattern(same), late_pattern(other))
    for said, same, other in (
        ("(?:た|の|[日月年間])後(?=[にでの、。]|から)", "後|てから|たら|以降|過ぎ|経", "[るの日月年間]前"),
        ("[日月年間]前", "前|まで", "[日月年間たの]後"),
        ("次の[^、。]{0,3}(?=[日月回週])|翌[日月週開]", "次|翌", "(?:その|直)前|前[日月年]"),
        ("(?:その|直)前の?[^、。]{0,3}日", "前", "次の|翌"),
        ("当日まで", "当日まで|当日も", "前日まで"),
        ("前日まで", "前日まで|前の日", "当日まで"),
        ("表面|おもて面|表側", "表|両面", "裏"),
        ("裏面|裏側", "裏|両面", "表面|おもて"),
    )
)
"""Where the source names only one of two opposites, the other may not take its place: what is said, what says the same,
and its opposite."""
_AFTERWARDS = late_pattern("([一-龠])[ぁ-ん]{0,2}(?:てから|た後|たあと)")
_DONE_AFTERWARDS = late_pattern("([一-龠]{2})(?:してから|した(?:後|あと)|の?後(?=[にでの、]))")
_LEAST_JAPANESE = 0.12


@dataclass(frozen=True, slots=True)
class Word:
    """A content word: as written, its normal form, synonym groups, and whether it names a thing."""

    surface: str
    norm: str
    groups: tuple[int, ...] = ()
    noun: bool = True


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words a careful writer may add: those that state nothing, and others for the same thing."""

    generic: frozenset[str] = frozenset()
    same: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def says_nothing(self, word: Word) -> bool:
        return word.norm in self.generic or word.surface in self.generic


@dataclass(frozen=True, slots=True)
class ReadText:
    """The content words of a text, and all their normal forms and synonym groups."""

    words: tuple[Word, ...]
    norms: frozenset[str]
    groups: frozenset[int]


Words = Callable[[str], ReadText]


def unsupported(
    text: str,
    grounds: Sequence[Ground],
    words: Words,
    vocabulary: Vocabulary,
    allowed: Collection[str] = (),
    same: SameWords | None = None,
    city: str = "",
) -> tuple[Reason, ...]:
    """Everything in `text` that its grounds do not say; empty when it may be shown. `allowed`: phones (digits) and
    addresses (without scheme) of the city's directory; `same`: its synonyms; `city`: its name."""
    plain = canonical(text)
    if not _LETTERS.search(plain):
        return (Reason("empty"),)
    source = read_source(*_joined(grounds))
    if sentences(plain) <= source.sentences:
        return ()
    if not _is_japanese(plain):
        return (Reason("language"),)
    found = [*check_figures(plain, source, allowed), *check_days(plain, source), *check_polarity(plain, source)]
    also = f"{city}\n{same.found(plain, source.ground)}" if same else city
    found += _check_words(plain, source, words, vocabulary, also)
    return tuple(dict.fromkeys(found))


def read(grounds: Sequence[Ground], words: Words) -> None:
    """Do ahead what has to be done once for these grounds; a shortcut, not a condition."""
    source = read_source(*_joined(grounds))
    words(source.ground)


def _joined(grounds: Sequence[Ground]) -> tuple[str, str]:
    return "\n".join(ground.text for ground in grounds), "\n".join(ground.question for ground in grounds)


def _check_words(plain: str, source: Source, words: Words, vocabulary: Vocabulary, also: str) -> Iterable[Reason]:
    ground = source.ground
    yield from _turned(plain, ground)
    known = words(ground)
    for pattern in _SWEEPING:
        match = pattern.search(plain)
        if match is not None and not pattern.search(ground):
            yield Reason("words", match[0])
    for word in words(plain).words:
        if not word.noun or word.norm in known.norms or known.groups.intersection(word.groups):
            continue
        if len(word.surface) > 1 and (word.surface in ground or word.surface in also):  # 係 is not in 関係
            continue
        if not vocabulary.says_nothing(word) and not _written_otherwise(word.surface, ground, vocabulary):
            yield Reason("words", word.surface)


def _turned(plain: str, ground: str) -> Iterable[Reason]:
    """After for before, the front for the back."""
    for said, same, other in _OPPOSITES:
        match = said.search(plain)
        if match is not None and not same.search(ground) and other.search(ground):
            yield Reason("words", match[0])
    for match in _AFTERWARDS.finditer(plain):
        verb = match[1]
        if re.search(f"{verb}[ぁ-ん]?る前", ground) and not re.search(
            f"{verb}[ぁ-ん]{{0,2}}(?:てから|た後|たあと|ると|たら|ても)", ground
        ):
            yield Reason("words", match[0])
    for match in _DONE_AFTERWARDS.finditer(plain):
        if re.search(f"{match[1]}(?:する|の|をする)?(?:日の)?前", ground) and not re.search(
            f"{match[1]}(?:して|した|する)?(?:から|の?後|あと|たら|と|日)", ground
        ):
            yield Reason("words", match[0])


def _written_otherwise(surface: str, ground: str, vocabulary: Vocabulary) -> bool:
    """取消し for 取り消せます, 紛失 for なくした."""
    if any(other in ground for other in vocabulary.same.get(surface, ())):
        return True
    if any(surface[:cut] in ground and surface[cut:] in ground for cut in range(2, len(surface) - 1)):
        return True
    kanji = KANJI.findall(surface)
    if _INNER_KANA.search(surface) and all(one in ground for one in kanji):  # 飼い犬: 犬を飼う
        return True
    enough = len(kanji) >= 2 or (kanji and _JAPANESE.search(surface))
    if not enough or not all(one in ground for one in kanji):
        return False
    return re.search("[\u3041-\u309f]{0,2}".join(kanji), ground) is not None


def _is_japanese(plain: str) -> bool:
    letters = len(_LETTERS.findall(plain))
    return len(_JAPANESE.findall(plain)) >= _LEAST_JAPANESE * letters
