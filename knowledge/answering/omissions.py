"""Does a text leave out a condition its source makes? ただし, 〜の場合は, 〜に限り, 〜を除き, 〜だけ. Pure, rules only.

A sentence that repeats the main clause of a source sentence has to repeat what that clause depends on, or put it in
other words. What the question already asks under need not be said again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from knowledge.answering.features import features
from knowledge.answering.reasons import Ground
from knowledge.text.facts import ESSENTIAL, canonical
from knowledge.text.late_pattern import late_pattern

_SENTENCE = late_pattern("[^。！？!?\n]+")
_BUT = late_pattern("(?<=[すん])が、")
_BECAUSE = late_pattern("(?<=[なるいんた])(?:ので|ため)、")
_CONDITION = late_pattern(
    "(?:場合|とき|際|時)(?:など)?(?:に?は|にも?|に限り|も|で(?=、)|だけ|のみ|、)|場合(?=[0-9一-龠])|[^、。]{2,12}の(?:ない|ある)[一-龠ァ-ー]+は|(?:場合|とき)の(?=[一-龠])|(?:方|人|お子さん|もの)(?:など)?(?:は|には|だけ|のみ|に限り)"
    "|(?:れ|け|せ|え|ね|め|げ|べ|て)ば(?=[、ぁ-ん一-龠ァ-ー0-9])|たら(?=、|[^ぁ-ん])|なら(?:ば)?(?=、|[^なびい])|に限[りる]|限り(?=、|で)|を除[きいく]て?|以外(?:は|の)"
    "|(?:うえ|上)で(?=、)|(?<=[うくすつぬむるぐぶ])と(?=、)|(?<=がある)と(?=[一-龠])|(?<=[ねめけせてれべげえ]る)と(?=[一-龠])(?!と(?:思|言|考|見|判|書))|[0-9]+(?:歳|か月|日|年)(?:未満|以上|以下)の?"
)
_SOFT = late_pattern(
    "(?:相談|問い?合わせ|連絡|尋ね|電話|知らせ|申し出|声がけ|確認|確かめ|利用)(?:し|して)?(?:ください|いただけ)"
)
"""What anybody may do; a condition before it protects nobody."""
_ANY = late_pattern(
    "場合|とき|際|方[はがにも]|人[はがにも]|お子さん|ば(?=、|[ぁ-ん一-龠])|たら|なら|限|除|以外|だけ|のみ|うえで|ただ|条件|でも|ても|と、"
)
_DECIDING = late_pattern("手数料|費用|料金|無料|有料|必要|不要")
_ONLY = late_pattern(
    "(?<!いた)(?<!度)(?<!回)だけ(?=です|で[、す]|が|に|の(?!場合|こと|ため)|[一-龠])|のみ(?!ならず)|に限[りらる]"
)
_SAYS_ONLY = late_pattern("(?<!いた)(?<!度)(?<!回)だけ|のみ|限|しか|以外|専用|ません|ない")
_MAY_BE = late_pattern("(?:場合|こと)[がも]あ(?:ります|り、)$")
_LEAVES_OPEN = late_pattern("場合|こと|かもしれ|可能性|おそれ|恐れ|とき|など|必ずしも|限ら|相談|確認|条件")
"""受けられる場合があります is not 受けられます."""
_PROVISO = late_pattern("^(?:ただし|もっとも)")
_CUT = late_pattern("(?<!や)、|[(]")
"""Where a condition may begin; 汚れた場合や、読めない場合は is one."""
_ITEM = late_pattern("[^、]+")
_LISTED = late_pattern("[一-龠ァ-ー枚点通個]、$")
_FREE = late_pattern("希望|都合|お困り|次の")
"""Conditions that exclude nobody."""
_WHO = frozenset("方人者時")
_RUN = late_pattern("[\u3400-\u9fff々]+|[\u30a1-\u30faー]+|[0-9]+[\u3400-\u9fff]+")
_BOUNDS = tuple(ESSENTIAL)
"""Whoever is left out by 65歳未満 is left out, however much of the rest is told."""
_REACH = 2
"""Sentences before it that a proviso may belong to."""
_KEPT = 0.5
"""Share of a main clause that has to stand in a sentence which repeats it."""
_CARRIED = 0.34
"""Share of a condition that has to stand in the text; other words may stand for the rest."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of the source: what its main clause is about, and each condition with the words it is made in."""

    text: str
    main_text: str
    main: frozenset[str]
    whole: frozenset[str]
    conditions: tuple[tuple[str, int, frozenset[str]], ...]
    """Each with the number of its case (A の方は…、B の方は… are two) and, inside a list, the item that depends on it."""
    only: bool
    reach: int
    """How many sentences before it a proviso belongs to; 0 for what is none."""


def read(grounds: Sequence[Ground]) -> None:
    """Do ahead what has to be done once for these grounds."""
    _indexed(tuple(grounds))


def left_out(sentence: str, grounds: Sequence[Ground], before: str = "") -> tuple[str, ...]:
    """The conditions that `sentence` drops; `before`: what the reader has been told already."""
    said = canonical(sentence)
    found = _closest(said, tuple(grounds))
    if found is None or said.strip("。 ") == found.text.strip():
        return ()
    told, asked = _told(before) | _about(said), _asked(tuple(grounds))
    dropped = [] if _SOFT.search(said) else _dropped(said, found, told, asked)
    if found.only and not dropped and not _SAYS_ONLY.search(said):
        dropped.append(found.text)
    if not dropped and _MAY_BE.search(found.text) and not _LEAVES_OPEN.search(said):
        dropped.append(found.text)
    return tuple(dict.fromkeys(words.strip("、 ") for words in dropped))


def provisos_left_out(text: str, grounds: Sequence[Ground]) -> tuple[str, ...]:
    """Sentences with ただし whose sentence before is repeated in `text`, and they are not."""
    told, asked = _told(text), _asked(tuple(grounds))
    known = _indexed(tuple(grounds)).sentences
    closest = {_closest(canonical(said), tuple(grounds)) for said in _SENTENCE.findall(text)}
    found = []
    for place, proviso in enumerate(known):
        before = known[max(0, place - proviso.reach) : place]
        if proviso in closest or not closest.intersection(before):
            continue
        own = _about(_unasked(proviso.text, asked)).difference(*(one.main for one in before))
        if _share(own, told) < _CARRIED:
            found.append(proviso.text.strip())
    return tuple(found)


def all_left_out(text: str, grounds: Sequence[Ground]) -> tuple[str, ...]:
    """Everything of that kind in a finished text."""
    found: list[str] = []
    before = ""
    for sentence in _SENTENCE.findall(text):
        found += left_out(sentence, grounds, before)
        before += f"{sentence}。"
    return tuple(dict.fromkeys((*found, *provisos_left_out(text, grounds))))


def _dropped(said: str, source: _Sentence, told: frozenset[str], asked: frozenset[str]) -> list[str]:
    """More words for a condition than those of the main clause and of the conditions that stand: the rest is there in
    other words."""
    lost: list[str] = []
    kept_cases: set[int] = set()
    for words, case, item in source.conditions:
        if item and not item & _about(said):
            continue
        about = _about(_unasked(words, asked)) - source.main - _WHO
        bounded = any(feature[0].isdigit() and feature.endswith(_BOUNDS) for feature in about - told)
        if about and not _FREE.search(words) and (bounded or _share(about, told) < _CARRIED):
            lost.append(words)
        else:
            kept_cases.add(case)
    if kept_cases - {case for words, case, _ in source.conditions if words in lost}:
        return []
    known = len(_ANY.findall(source.main_text)) + len(source.conditions) - len(lost)
    return lost if len(_ANY.findall(said)) <= known else []


def _unasked(words: str, asked: frozenset[str]) -> str:
    """Without what the question says as well, word for word."""
    return _RUN.sub(lambda run: " " if run[0] in asked else run[0], words)


def _told(text: str) -> frozenset[str]:
    """Sentence by sentence, each of which was read when it was checked."""
    return frozenset[str]().union(*(_about(canonical(said)) for said in _SENTENCE.findall(text)))


@lru_cache(maxsize=4096)
def _about(text: str) -> frozenset[str]:
    return features(text) | frozenset(_DECIDING.findall(text))


def _share(about: frozenset[str], told: frozenset[str]) -> float:
    return len(about & told) / len(about) if about else 1.0


@lru_cache(maxsize=512)
def _closest(sentence: str, grounds: tuple[Ground, ...]) -> _Sentence | None:
    """The sentence of the source which `sentence` repeats; None when it repeats no main clause. Figures tell sentences
    of one answer apart."""
    said, known = _about(sentence), _indexed(grounds)
    shared: Counter[int] = Counter()
    figures: Counter[int] = Counter()
    for feature in said:
        for place in known.at.get(feature, ()):
            shared[place] += 1
            figures[place] += feature[0].isdigit()
    if not shared:
        return None
    fits = {
        place: (both + 2 * figures[place]) / len(said) + 0.5 * both / len(known.sentences[place].whole)
        for place, both in shared.items()
    }
    best = known.sentences[min(fits, key=lambda place: (-fits[place], place))]
    return best if _share(best.main, said) >= _KEPT or _share(said, best.main) >= _KEPT else None


@dataclass(frozen=True, slots=True)
class _Indexed:
    """The sentences of some grounds, and in which of them something is named."""

    sentences: tuple[_Sentence, ...]
    at: Mapping[str, Sequence[int]]


@lru_cache(maxsize=256)
def _indexed(grounds: tuple[Ground, ...]) -> _Indexed:
    sentences = tuple(sentence for ground in grounds for sentence in _read(ground.text))
    at: dict[str, list[int]] = {}
    for place, sentence in enumerate(sentences):
        for feature in sentence.whole:
            at.setdefault(feature, []).append(place)
    return _Indexed(sentences, at)


@lru_cache(maxsize=256)
def _asked(grounds: tuple[Ground, ...]) -> frozenset[str]:
    return frozenset(_RUN.findall(canonical("\n".join(ground.question for ground in grounds))))


@lru_cache(maxsize=256)
def _read(source: str) -> tuple[_Sentence, ...]:
    """What follows 〜ですが、 is a proviso like what follows ただし; a reason (〜ので、) is a sentence of its own."""
    found: list[_Sentence] = []
    for sentence in _SENTENCE.findall(_BECAUSE.sub(lambda why: f"{why[0]}。", canonical(source))):
        first, *more = _BUT.split(sentence)
        found.append(_sentence(first, _REACH if _PROVISO.match(first.strip()) else 0))
        found += [_sentence(one, 1) for one in more]
    return tuple(found)


def _sentence(text: str, reach: int) -> _Sentence:
    """Everything up to the last word of a condition is that condition, back to the clause before."""
    conditions: list[tuple[str, int, frozenset[str]]] = []
    main, begin, case = "", 0, 0
    for match in _CONDITION.finditer(text):
        cuts = [begin, *(cut.end() for cut in _CUT.finditer(text, begin, match.start()))]
        start = cuts[-1]
        case += bool(conditions) and bool(text[begin:start].strip("、 "))
        main += text[begin:start]
        if conditions and start == begin:
            conditions[-1] = (conditions[-1][0] + text[start : match.end()], case, conditions[-1][2])
        else:
            item = _ITEM.match(text, match.end())
            listed = item is not None and start > 0 and _LISTED.search(text, 0, start) is not None
            conditions.append((text[start : match.end()], case, _about(item[0]) if item and listed else frozenset()))
        begin = match.end()
    main += text[begin:]
    about = _about(main)
    whole = about.union(*(_about(words) for words, *_ in conditions))
    return _Sentence(text, main, about, whole, tuple(conditions), _ONLY.search(text) is not None, reach)
