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

from knowledge.answering.polarity import Statement, carried, opposed, statements
from knowledge.text.facts import ESSENTIAL, Fact, canonical, figures

ReasonKind = Literal[
    "figure", "mixed_up", "bound", "phone", "url", "polarity", "words", "language", "empty", "citation"
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
}
_MARGIN = 0.08
"""How much better the disagreeing place in the source has to fit before it counts."""
_KANJI = re.compile("[\u3400-\u9fff々]")
_KATAKANA = re.compile("[\u30a1-\u30faー]{2,}")
_LATIN = re.compile("[a-z][a-z0-9]+", re.I)
_JAPANESE = re.compile("[\u3041-\u309f]")
_LETTERS = re.compile(r"[^\W\d_]")
_CLAUSE_END = re.compile("[、。！？!?\n；;×()]")
_SENTENCE_END = re.compile("[。！？!?\n]")
_NEAR, _FAR = 0.6, 0.3
"""What stands in the next clause, or elsewhere in the sentence, counts less than what stands in the clause itself."""
_DECIDING = frozenset("必要不可能無料有任意")
_NO_PREDICATE = _DECIDING | frozenset("場合事出来手数費用金代行付")
_BEFORE, _ELSEWHERE = 0.8, 0.4
_BOILERPLATE = re.compile("手数料|費用|料金|場合")
_COMPOUND = re.compile(
    "本人確認書類|資格確認書|交付通知書|交付申請書|電子証明書|暗証番号|健康保険証|マイナンバーカード|公金受取口座|在留カード"
)
"""Names of one thing each: their characters must not look like other words that share some of them."""
_ONLY = re.compile("だけ|のみ|に限")
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
    if not agreeing or not rivals:
        return
    context = _around(plain, fact)
    own = max(_fit(context, source.around[i], source.weights) for i in agreeing)
    misfit = _rivals_fit(context, [source.around[i] for i in rivals], source.weights) > own + _MARGIN
    if misfit or _parted(plain, fact, source):
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
        context = _context(plain, said, _ELSEWHERE)
        own: list[float] = []
        rivals: list[Mapping[str, float]] = []
        for known, place in zip(source.statements, source.contexts, strict=True):
            weight = carried(said.kind, known.kind)
            if weight and (said.conditional or not known.conditional or said.kind == "must_not"):
                own.append(weight * _fit(context, place, source.weights))
            elif known.conditional == said.conditional and opposed(said.kind, known.kind):
                rivals.append(place)
        alone = not own and said.kind != "plain"
        least = min(2, sum(1 for feature in context if feature in source.weights))
        if alone or _rivals_fit(context, rivals, source.weights, least) > max(own, default=0.0) + _MARGIN:
            yield Reason("polarity", _shown(plain, said))


def _shown(plain: str, said: Statement) -> str:
    return plain[max(said.context_start, said.start - 12) : said.end].strip("、。 \n")


# --- words --------------------------------------------------------------------------------------------------------


def _check_words(plain: str, source: _Prepared, words: Words, vocabulary: Vocabulary) -> Iterable[Reason]:
    ground = f"{source.plain}\n{source.question}"
    known = words(ground)
    norms = {word.norm for word in known}
    groups = {group for word in known for group in word.groups}
    for word in words(plain):
        if not word.noun or word.norm in norms or word.surface in ground or groups.intersection(word.groups):
            continue
        if not vocabulary.says_nothing(word) and not _written_otherwise(word.surface, ground, vocabulary):
            yield Reason("words", word.surface)


def _written_otherwise(surface: str, ground: str, vocabulary: Vocabulary) -> bool:
    """取消し for 取り消せます, 紛失 for なくした."""
    if any(other in ground for other in vocabulary.same.get(surface, ())):
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
    about = _features(asked)
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
    found = dict.fromkeys(_features(plain[said.context_start : own]) - _DECIDING, elsewhere)
    found |= dict.fromkeys(_features(plain[own : said.end]) - _DECIDING, 1.0)
    inside, ahead = plain[said.start : said.end], plain[max(said.context_start, said.start - 6) : said.start]
    predicate = [c for text in (ahead, inside) for c in _KANJI.findall(text) if c not in _NO_PREDICATE]
    if predicate:
        found[f"~{predicate[-1]}"] = 1.0
    if len(found) < 4:
        stop = _CLAUSE_END.search(plain, said.end)
        after = _features(plain[said.start : stop.start() if stop else len(plain)]) - _DECIDING
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
        for feature in _features(text):
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


def _features(text: str) -> frozenset[str]:
    """Kanji, katakana words, latin words and figures: what survives when a sentence is put differently."""
    telling = _BOILERPLATE.sub(" ", text)
    named = _COMPOUND.findall(telling)
    telling = _COMPOUND.sub(" ", telling)
    found = {*named, *_KANJI.findall(telling), *_KATAKANA.findall(telling), *(w.lower() for w in _LATIN.findall(text))}
    found.update(f"{fact.value}{fact.unit}{fact.bound}" for fact in figures(text))
    if _ONLY.search(text):
        found.add("だけ")
    return frozenset(found)
