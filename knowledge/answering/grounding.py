"""Does a text say only what its sources say? Figures, yes and no, phones, addresses, words. Pure, rules only.

Similarity judges nothing here: 必要です and 必要ありません are 83 % alike. A statement has to be found in the source, and
where the source says two different things, the one said about the same matter has to be the one that agrees.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Literal

from knowledge.answering.features import features
from knowledge.answering.polarity import MILD, Statement, carried, opposed, statements
from knowledge.text.facts import ESSENTIAL, Fact, canonical, figures

ReasonKind = Literal[
    "figure", "mixed_up", "bound", "phone", "url", "polarity", "words", "language", "empty", "citation", "omission"
]
REASONS: dict[ReasonKind, str] = {
    "figure": "根拠にない数字があります",
    "mixed_up": "数字と事柄の組み合わせが根拠と違います",
    "bound": "以上・未満・以内などが根拠と違います",
    "phone": "根拠にない電話番号があります",
    "url": "根拠にないアドレスがあります",
    "polarity": "必要・不要、できる・できないなどが根拠と違います",
    "words": "根拠にない事柄があります",
    "language": "日本語の文ではありません",
    "empty": "文がありません",
    "citation": "出典がないか、渡した資料にない出典です",
    "omission": "根拠にある条件やただし書きが抜けています",
}
_MARGIN = 0.08
"""How much better the disagreeing place in the source has to fit before it counts."""
_DENIED = 2.0
"""How much more of a statement has to stand only where the opposite is said."""
_OUTWEIGHED = 4.0
"""Against this many times what stands where it is said."""
_KANJI = re.compile("[\u3400-\u9fff々]")
_JAPANESE = re.compile("[\u3041-\u309f]")
_LETTERS = re.compile(r"[^\W\d_]")
_CLAUSE_END = re.compile("(?<!は)、|[。！？!?\n；;×()]")
_TOPIC = re.compile("は(?![がきじず])|[、。；;]")
_SENTENCE_END = re.compile("[。！？!?\n]")
_NEAR, _FAR = 0.6, 0.3
"""What stands in the next clause, or elsewhere in the sentence, counts less than what stands in the clause itself."""
_DECIDING = frozenset("必要不可能無料有任意")
_NO_PREDICATE = _DECIDING | frozenset("場合事出来手数費用金代行付")
_BEFORE, _ELSEWHERE = 0.8, 0.4
_SWEEPING = re.compile("すべて|全て|全員|絶対|常に|いつでも|誰でも|だれでも|どなた(?:で)?も|どこでも|何でも|いかなる")
"""Words that make a statement stronger than the source, which has to say them itself."""
_THIS = re.compile("これ|この(?!ほか|他)|それ|その(?!ほか|他|場)")
_LEAST_JAPANESE = 0.12


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a text is not let through; `words` is the place in it."""

    kind: ReasonKind
    words: str = ""

    def __str__(self) -> str:
        return f"{REASONS[self.kind]}：{self.words}" if self.words else REASONS[self.kind]


@dataclass(frozen=True, slots=True)
class Ground:
    """What a text may rest on: approved answers or a transcript, and the questions they belong to."""

    text: str
    question: str = ""


Words = Callable[[str], Sequence["Word"]]


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
class _Prepared:
    plain: str
    question: str
    facts: tuple[Fact, ...]
    statements: tuple[Statement, ...]
    contexts: tuple[Mapping[str, float], ...]
    """Of the statements."""
    around: tuple[Mapping[str, float], ...]
    """Of the facts."""
    weights: dict[str, float]
    question_facts: tuple[Fact, ...]


def unsupported(
    text: str, grounds: Sequence[Ground], words: Words, vocabulary: Vocabulary, allowed: Collection[str] = ()
) -> tuple[Reason, ...]:
    """Everything in `text` that its grounds do not say; empty when it may be shown. `allowed`: phones (digits) and
    addresses (without scheme) of the city's directory."""
    plain = canonical(text)
    if not _LETTERS.search(plain):
        return (Reason("empty"),)
    source = _prepared("\n".join(g.text for g in grounds), "\n".join(g.question for g in grounds))
    if _copied(plain, source.plain):
        return ()
    if not _is_japanese(plain):
        return (Reason("language"),)
    found = [*_check_figures(plain, source, allowed), *_check_polarity(plain, source)]
    found += _check_words(plain, source, words, vocabulary)
    return tuple(dict.fromkeys(found))


def read(grounds: Sequence[Ground], words: Words) -> None:
    """Do ahead what has to be done once for these grounds; a shortcut, not a condition."""
    source = _prepared("\n".join(g.text for g in grounds), "\n".join(g.question for g in grounds))
    words(f"{source.plain}\n{source.question}")


def _copied(plain: str, source: str) -> bool:
    """Whole sentences of the source, word for word."""
    known = {sentence.strip() for sentence in _SENTENCE_END.split(source)}
    return all(sentence.strip() in known for sentence in _SENTENCE_END.split(plain) if sentence.strip())


# --- figures ------------------------------------------------------------------------------------------------------


def _check_figures(plain: str, source: _Prepared, allowed: Collection[str]) -> Iterable[Reason]:
    for fact in figures(plain):
        shown = plain[fact.start : fact.end]
        if fact.kind in ("phone", "url"):
            known = {one.value for one in (*source.facts, *source.question_facts) if one.kind == fact.kind}
            if fact.value not in known and fact.value not in allowed:
                yield Reason("phone" if fact.kind == "phone" else "url", shown)
            continue
        yield from _check_quantity(plain, fact, shown, source)


def _check_quantity(plain: str, fact: Fact, shown: str, source: _Prepared) -> Iterable[Reason]:
    same = [(i, one) for i, one in enumerate(source.facts) if _equal(fact, one)]
    asked = [one for one in source.question_facts if _equal(fact, one)]
    if not same and not asked:
        yield Reason("figure", shown)
        return
    if not any(_bounds_agree(fact, one) for one in (*asked, *(one for _, one in same))):
        yield Reason("bound", plain[fact.start : fact.end + 2])
        return
    agreeing = [i for i, one in same if _bounds_agree(fact, one)]
    rivals = [i for i, one in enumerate(source.facts) if one.unit == fact.unit and i not in agreeing]
    free = [c for said, c in zip(source.statements, source.contexts, strict=True) if said.kind == "free"]
    if not agreeing or not (rivals or (fact.unit == "円" and free)):
        return
    context = _around(plain, fact)
    own = max(_fit(context, source.around[i], source.weights) for i in agreeing)
    others = [source.around[i] for i in rivals] + (free if fact.unit == "円" else [])
    misfit = _rivals_fit(context, others, source.weights) > own + _MARGIN
    if misfit or _parted(plain, fact, source) or _mislabelled(plain, fact, source):
        yield Reason("mixed_up", shown)


def _parted(plain: str, fact: Fact, source: _Prepared) -> bool:
    """18歳未満 stands with 10回目, where the source has it only with 5回目."""
    said_of = _bounded(plain, figures(plain), fact)
    if not said_of:
        return False
    equal: list[frozenset[str]] = []
    other: list[frozenset[str]] = []
    for one in source.facts:
        if one.unit == fact.unit and one.start != fact.start:
            of = _bounded(source.plain, source.facts, one)
            (equal if _equal(fact, one) else other).append(of)
    return not any(of & said_of or not of for of in equal) and any(of & said_of for of in other)


def _mislabelled(plain: str, fact: Fact, source: _Prepared) -> bool:
    """縦3.5cm, where the source has 横3.5cm and 縦4.5cm."""
    label = plain[fact.start - 1 : fact.start]
    if not _KANJI.match(label):
        return False
    labelled = [
        one for one in source.facts if source.plain[one.start - 1 : one.start] == label and one.unit == fact.unit
    ]
    return bool(labelled) and not any(_equal(fact, one) for one in labelled)


def _bounded(plain: str, facts: Sequence[Fact], fact: Fact) -> frozenset[str]:
    """Whom or what a figure is said of: 18歳以上 in its clause, else in the one before."""
    clauses = _clauses(plain, *_sentence(plain, fact.start))
    own = next(i for i, (_, stop) in enumerate(clauses) if fact.start < stop)
    for begin, end in (clauses[own], *([clauses[own - 1]] if own else [])):
        near = [f for f in facts if begin <= f.start < end and f.start != fact.start and f.unit != fact.unit]
        found = frozenset(f"{f.value}{f.unit}{f.bound}" for f in near if f.bound in ESSENTIAL)
        if found:
            return found
    return frozenset()


def _equal(a: Fact, b: Fact) -> bool:
    if a.kind != b.kind or a.unit != b.unit:
        return False
    if a.kind == "date" and not a.value.split("/")[0]:  # the year may be left out
        return a.value.split("/")[1:] == b.value.split("/")[1:]
    return a.value == b.value


def _bounds_agree(a: Fact, b: Fact) -> bool:
    if a.bound == "以降":
        return b.bound in ("以降", "から")
    if a.bound in ("", "から"):
        return b.bound not in ESSENTIAL
    return a.bound == b.bound


# --- yes and no ---------------------------------------------------------------------------------------------------


def _check_polarity(plain: str, source: _Prepared) -> Iterable[Reason]:
    for said in statements(plain):
        if said.kind == "plain" and said.end - said.start == 1:
            continue  # 〜し、: the sentence goes on, and says something at its end
        context = _context(plain, said, _ELSEWHERE)
        own: list[float] = []
        carrying: list[Mapping[str, float]] = []
        rivals: list[Mapping[str, float]] = []
        for known, place in zip(source.statements, source.contexts, strict=True):
            weight = carried(said.kind, known.kind)
            if weight and (said.conditional or not known.conditional or said.kind == "must_not"):
                own.append(weight * _fit(context, place, source.weights))
                carrying.append(place)
            elif known.conditional == said.conditional and opposed(said.kind, known.kind):
                rivals.append(place)
        alone = not own and said.kind not in MILD
        least = min(2, sum(1 for feature in context if feature in source.weights))
        misfit = _rivals_fit(context, rivals, source.weights, least) > max(own, default=0.0) + _MARGIN
        if alone or misfit or _denied(_focus(plain, said, source), carrying, rivals, source.weights):
            yield Reason("polarity", _shown(plain, said))


def _denied(
    words: Collection[str],
    carrying: Sequence[Mapping[str, float]],
    rivals: Sequence[Mapping[str, float]],
    weights: Mapping[str, float],
) -> bool:
    """What a statement turns on stands in the source only where it says the opposite: 診断書 is named once, as 不要."""
    own, other = _near(carrying), _near(rivals)
    said_for = sum(weights[f] for f in words if f in own and f not in other)
    said_against = sum(weights[f] for f in words if f in other and f not in own)
    return said_against > _DENIED + _OUTWEIGHED * said_for


def _focus(plain: str, said: Statement, source: _Prepared) -> frozenset[str]:
    """Of the clause, what follows its topic (スマートフォンでも of 特急発行はスマートフォンでも申請できます), else the topic."""
    cuts = [said.context_start, *(m.end() for m in _TOPIC.finditer(plain, said.context_start, said.start))]
    for begin in reversed(cuts[-2:]):
        found = features(plain[begin : said.end]) - _DECIDING
        if found & source.weights.keys():
            return found
    return frozenset()


def _near(places: Iterable[Mapping[str, float]]) -> set[str]:
    """What the statements at these places are about themselves, without their predicates."""
    return {f for place in places for f, near in place.items() if near >= _BEFORE and f[0] != "~"}


def _shown(plain: str, said: Statement) -> str:
    return plain[max(said.context_start, said.start - 12) : said.end].strip("、。 \n")


# --- words --------------------------------------------------------------------------------------------------------


def _check_words(plain: str, source: _Prepared, words: Words, vocabulary: Vocabulary) -> Iterable[Reason]:
    ground = f"{source.plain}\n{source.question}"
    known = words(ground)
    norms = {word.norm for word in known}
    groups = {group for word in known for group in word.groups}
    for match in _SWEEPING.finditer(plain):
        if match[0] not in ground:
            yield Reason("words", match[0])
    for word in words(plain):
        if not word.noun or word.norm in norms or groups.intersection(word.groups):
            continue
        if word.surface in ground and len(word.surface) > 1:  # 係 is not in 関係
            continue
        if not vocabulary.says_nothing(word) and not _written_otherwise(word.surface, ground, vocabulary):
            yield Reason("words", word.surface)


def _written_otherwise(surface: str, ground: str, vocabulary: Vocabulary) -> bool:
    """取消し for 取り消せます, 紛失 for なくした."""
    if any(other in ground for other in vocabulary.same.get(surface, ())):
        return True
    if any(surface[:cut] in ground and surface[cut:] in ground for cut in range(2, len(surface) - 1)):
        return True
    kanji = _KANJI.findall(surface)
    enough = len(kanji) >= 2 or (kanji and _JAPANESE.search(surface))
    return bool(enough and re.search("[\u3041-\u309f]{0,2}".join(kanji), ground))


def _is_japanese(plain: str) -> bool:
    letters = len(_LETTERS.findall(plain))
    return len(_JAPANESE.findall(plain)) >= _LEAST_JAPANESE * letters


# --- what a statement is about ------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _prepared(text: str, question: str) -> _Prepared:
    plain, asked = canonical(text), canonical(question)
    facts, said = tuple(figures(plain)), tuple(statements(plain))
    about = features(asked)
    contexts: list[Mapping[str, float]] = []
    for one in said:
        context = _context(plain, one, _BEFORE)
        more: set[str] = set(about) if one.first else set()
        if contexts and _THIS.search(plain, one.context_start, one.start):
            more |= {feature for feature in contexts[-1] if feature[0] != "~"}
        contexts.append(dict.fromkeys(more - context.keys(), _BEFORE if len(context) < 4 else _ELSEWHERE) | context)
    around = tuple(_around(plain, fact) for fact in facts)
    weights = _weights([*contexts, *around])
    return _Prepared(plain, asked, facts, said, tuple(contexts), around, weights, tuple(figures(asked)))


def _weights(contexts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """What stands everywhere tells nothing apart."""
    counts = Counter(feature for context in contexts for feature in context)
    total = len(contexts) + 1
    return {f: (math.log(total / (count + 0.5)) + 0.1) * _importance(f) for f, count in counts.items()}


def _importance(feature: str) -> float:
    """Figures and the predicate decide what a statement is about more than the words around it."""
    return 3.0 if feature[0] == "~" or feature[0].isdigit() else 1.0


def _fit(context: Mapping[str, float], place: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """How much of what the statement is about stands at that place; features the source does not have do not count."""
    whole = sum(weights.get(feature, 0.0) * own for feature, own in context.items())
    if whole <= 0.0:
        return 0.5
    return sum(weights.get(f, 0.0) * own * place.get(f, 0.0) for f, own in context.items()) / whole


def _rivals_fit(
    context: Mapping[str, float], places: Sequence[Mapping[str, float]], weights: Mapping[str, float], least: int = 2
) -> float:
    """The best fit of those that share at least so many things with the statement; -1 when there is none."""
    enough = [p for p in places if sum(1 for f in context if f in p and f in weights) >= least]
    return max((_fit(context, p, weights) for p in enough), default=-1.0)


def _context(plain: str, said: Statement, elsewhere: float) -> dict[str, float]:
    """What a statement is about: the predicate, its clause, and with less weight the clauses before it."""
    own = max(
        said.context_start,
        max((m.end() for m in _CLAUSE_END.finditer(plain, said.context_start, said.start)), default=0),
    )
    found = dict.fromkeys(features(plain[said.context_start : own]) - _DECIDING, elsewhere)
    found |= dict.fromkeys(features(plain[own : said.end]) - _DECIDING, 1.0)
    inside, ahead = plain[said.start : said.end], plain[max(said.context_start, said.start - 6) : said.start]
    predicate = [c for text in (ahead, inside) for c in _KANJI.findall(text) if c not in _NO_PREDICATE]
    if predicate:
        found[f"~{predicate[-1]}"] = 1.0
    if len(found) < 4:
        stop = _CLAUSE_END.search(plain, said.end)
        after = features(plain[said.start : stop.start() if stop else len(plain)]) - _DECIDING
        found |= dict.fromkeys(after - found.keys(), 1.0)
    return found


def _around(plain: str, fact: Fact) -> Mapping[str, float]:
    """What the sentence is about, the nearer the more."""
    begin, end = _sentence(plain, fact.start)
    clauses = _clauses(plain, begin, end)
    own = next(i for i, (_, stop) in enumerate(clauses) if fact.start < stop)
    found: dict[str, float] = {}
    for number, (start, stop) in enumerate(clauses):
        near = (1.0, _NEAR)[min(abs(number - own), 1)] if abs(number - own) < 2 else _FAR
        text = plain[start : fact.start] + " " + plain[fact.end : stop] if number == own else plain[start:stop]
        for feature in features(text):
            found[feature] = max(near, found.get(feature, 0.0))
    return found


def _sentence(plain: str, at: int) -> tuple[int, int]:
    begin = max((m.end() for m in _SENTENCE_END.finditer(plain, 0, at)), default=0)
    stop = _SENTENCE_END.search(plain, at)
    return begin, stop.start() if stop else len(plain)


def _clauses(plain: str, begin: int, end: int) -> list[tuple[int, int]]:
    cuts = [m.end() for m in _CLAUSE_END.finditer(plain, begin, end)]
    edges = [begin, *cuts, end]
    return [(a, b) for a, b in pairwise(edges) if b > a]
