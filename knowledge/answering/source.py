"""What the approved texts state and where: statements and figures with what each is about, read once. Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from knowledge.answering.features import alike, features
from knowledge.answering.polarity import COMMA, Class, Statement, carried, opposed, statements
from knowledge.text.facts import Fact, canonical, figures
from knowledge.text.late_pattern import late_pattern
from knowledge.text.weekdays import named_days, opening

Context = Mapping[str, float]
"""What something is about, with how near each of it stands."""
BEFORE, ELSEWHERE = 0.8, 0.4
KANJI = late_pattern("[\u3400-\u9fff々]")
DECIDING = frozenset("必要不可能無料有任意")
_SENTENCE_END = late_pattern("[。！？!?\n]")
_CLAUSE_END = late_pattern(f"{COMMA}|[。！？!?\n；;×()]")
_SENTENCE_TOPIC = late_pattern("[^、。!?\n]{1,30}?は(?![がきじずい])")
_SCOPE = late_pattern("[^、。!?\n]{1,24}(?:で|に|から|へ)は")
_DENIALS = frozenset({"cannot", "not", "must_not", "is_not"})
DOING = late_pattern("(?:[\u3400-\u9fff々]+[しりきいちみびえけせてねめげれべ])?[\u3400-\u9fff々]+[ぁ-ん]{0,6}$")
"""The verb, or what one does, before the words that decide."""
_NO_PREDICATE = DECIDING | frozenset("場合事出来手数費用金代行付則")
_OF_THINGS = frozenset({"need", "no_need", "without", "lacking", "free", "fee", "amount", "is_not"})
"""Said of a thing; the others are said of what one does."""
_THIS = late_pattern("これ|この(?!ほか|他)|それ|その(?!ほか|他|場)")
_NEAR, _FAR = 0.6, 0.3
"""What stands in the next clause, or elsewhere in the sentence, counts less than what stands in the clause itself."""
_BACK = 0.4
"""So much the clause of the source counts that should stand in the statement, against the statement in it."""
_TELLING = 3.0
"""So much has to stand in a clause of the source to look for it as a whole."""


class Fit(NamedTuple):
    """How much of a context stands at a place (`forward`), and as much of the place in the context (`both`)."""

    forward: float
    both: float
    shared: int


_NO_FIT = Fit(0.0, 0.0, 0)


class Places:
    """Contexts side by side, to be compared with another one in one go."""

    def __init__(self, contexts: Sequence[Context], weights: Mapping[str, float]) -> None:
        self.contexts = tuple(contexts)
        self._weights = weights
        self._at: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._whole = [0.0] * len(self.contexts)
        for number, context in enumerate(self.contexts):
            for feature, near in context.items():
                self._at[feature].append((number, near))
                if near == 1.0:
                    self._whole[number] += weights.get(feature, 0.0)

    def fits(self, context: Context) -> list[Fit]:
        """One for each place; features the source does not have do not count."""
        size = len(self.contexts)
        forward, back, shared, whole = [0.0] * size, [0.0] * size, [0] * size, 0.0
        for feature, own in context.items():
            weight = self._weights.get(feature)
            if weight is None:
                continue
            whole += weight * own
            for number, near in self._at.get(feature, ()):
                forward[number] += weight * own * near
                shared[number] += 1
                if near == 1.0:
                    back[number] += weight
        if whole <= 0.0:
            return [Fit(0.5, 0.5, 0)] * size
        found = [_NO_FIT] * size
        for number, count in enumerate(shared):
            if count:
                ahead, its = forward[number] / whole, self._whole[number]
                both = (1 - _BACK) * ahead + _BACK * back[number] / its if its > _TELLING else ahead
                found[number] = Fit(ahead, both, count)
        return found


@dataclass(frozen=True, slots=True)
class Source:
    """Approved texts, read."""

    plain: str
    ground: str
    """With the questions."""
    sentences: frozenset[str]
    facts: tuple[Fact, ...]
    question_facts: tuple[Fact, ...]
    around: Places
    """Of the facts."""
    statements: tuple[Statement, ...]
    places: Places
    """Of the statements."""
    near: tuple[frozenset[str], ...]
    """What the statements are about themselves, without their predicates."""
    scopes: tuple[frozenset[str], ...]
    """Of the statements that deny: what they deny it of (窓口 of 窓口ではできません)."""
    weights: Mapping[str, float]
    days: frozenset[str]
    sides: dict[tuple[Class, bool], "Sides"] = field(repr=False, compare=False)
    """For and against each kind of statement, worked out when first asked for."""
    opening: frozenset[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Sides:
    """Which statements of a source carry one of a kind, with how much weight, and which speak against it; what either
    are about and the others are not."""

    carrying: tuple[tuple[int, float], ...]
    rivals: tuple[int, ...]
    only_for: frozenset[str]
    only_against: frozenset[str]


def sides(source: Source, kind: Class, conditional: bool) -> Sides:
    """Kept with the source; two threads that ask at once work out the same."""
    found = source.sides.get((kind, conditional))
    if found is None:
        found = source.sides[kind, conditional] = _sides(source, kind, conditional)
    return found


def _sides(source: Source, kind: Class, conditional: bool) -> Sides:
    carrying: list[tuple[int, float]] = []
    rivals: list[int] = []
    for number, known in enumerate(source.statements):
        weight = carried(kind, known.kind)
        if weight and (conditional or not known.conditional or kind == "must_not"):
            carrying.append((number, weight))
        elif known.conditional == conditional and opposed(kind, known.kind):
            rivals.append(number)
    own: frozenset[str] = frozenset().union(*(source.near[number] for number, _ in carrying))
    other: frozenset[str] = frozenset().union(*(source.near[number] for number in rivals))
    return Sides(tuple(carrying), tuple(rivals), own - other, other - own)


@lru_cache(maxsize=256)
def read_source(text: str, question: str) -> Source:
    """Kept for the texts asked for last."""
    plain, asked = canonical(text), canonical(question)
    ground = f"{plain}\n{asked}"
    facts, said = tuple(figures(plain)), tuple(statements(plain))
    contexts = _contexts(plain, said, features(asked))
    around = tuple(around_figure(plain, fact) for fact in facts)
    weights = _weights([*contexts, *around])
    return Source(
        plain,
        ground,
        sentences(plain),
        facts,
        tuple(figures(asked)),
        Places(around, weights),
        said,
        Places(contexts, weights),
        tuple(frozenset(f for f, near in c.items() if near >= BEFORE and f[0] != "~") for c in contexts),
        tuple(_scope(plain, one) for one in said),
        weights,
        named_days(ground),
        {},
        opening(ground),
    )


def sentences(plain: str) -> frozenset[str]:
    return frozenset(found for part in _SENTENCE_END.split(plain) if (found := part.strip()))


def _contexts(plain: str, said: Sequence[Statement], asked: frozenset[str]) -> list[Context]:
    contexts: list[Context] = []
    for one in said:
        context = context_of(plain, one, BEFORE)
        more: set[str] = {*asked} if one.first else set()
        more |= topic_of(plain, one)
        if contexts and _THIS.search(plain, one.context_start, one.start):
            more |= {feature for feature in contexts[-1] if feature[0] != "~"}
        contexts.append(dict.fromkeys(more - context.keys(), BEFORE if len(context) < 6 else ELSEWHERE) | context)
    return contexts


def done(plain: str, said: Statement) -> frozenset[str]:
    """What one does, or does not: the last verb of the statement."""
    if said.kind in _OF_THINGS:
        return frozenset()
    found = DOING.search(plain, said.context_start, said.start)
    return features(found[0]) if found else frozenset()


def topic_of(plain: str, said: Statement) -> frozenset[str]:
    """What the sentence began with, for what it says later on: 回答書は、…使うもので、返送は不要です."""
    if said.sentence == said.context_start:
        return frozenset()
    found = _SENTENCE_TOPIC.match(plain, said.sentence, said.context_start)
    return features(found[0]) if found else frozenset()


def _scope(plain: str, said: Statement) -> frozenset[str]:
    if said.kind not in _DENIALS:
        return frozenset()
    cut = max(
        (m.end() for m in _CLAUSE_END.finditer(plain, said.context_start, said.start)), default=said.context_start
    )
    found = _SCOPE.match(plain, cut, said.start)
    return features(found[0]) - done(plain, said) if found else frozenset()


def _weights(contexts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """What stands everywhere tells nothing apart."""
    counts = Counter(feature for context in contexts for feature in context)
    total = len(contexts) + 1
    return {f: (math.log(total / (count + 0.5)) + 0.1) * _importance(f) for f, count in counts.items()}


def _importance(feature: str) -> float:
    """Figures and the predicate decide what a statement is about more than the words around it."""
    return 3.0 if feature[0] == "~" or feature[0].isdigit() else 1.0


def context_of(plain: str, said: Statement, elsewhere: float) -> dict[str, float]:
    """What a statement is about: the predicate, its clause, and with less weight the clauses before it."""
    own = max(
        said.context_start,
        max((m.end() for m in _CLAUSE_END.finditer(plain, said.context_start, said.start)), default=0),
    )
    found = dict.fromkeys(features(plain[said.context_start : own]) - DECIDING, elsewhere)
    found |= dict.fromkeys(features(plain[own : said.end]) - DECIDING, 1.0)
    inside, ahead = plain[said.start : said.end], plain[max(said.context_start, said.start - 6) : said.start]
    predicate = [c for text in (ahead, inside) for c in KANJI.findall(alike(text)) if c not in _NO_PREDICATE]
    if predicate:
        found[f"~{predicate[-1]}"] = 1.0
    if len(found) < 4:
        stop = _CLAUSE_END.search(plain, said.end)
        after = features(plain[said.start : stop.start() if stop else len(plain)]) - DECIDING
        found |= dict.fromkeys(after - found.keys(), 1.0)
    return found


def around_figure(plain: str, fact: Fact) -> Context:
    """What the sentence is about, the nearer the more."""
    begin, end = sentence_at(plain, fact.start)
    clauses = clauses_in(plain, begin, end)
    own = next(i for i, (_, stop) in enumerate(clauses) if fact.start < stop)
    found: dict[str, float] = {}
    for number, (start, stop) in enumerate(clauses):
        near = (1.0, _NEAR)[min(abs(number - own), 1)] if abs(number - own) < 2 else _FAR
        text = plain[start : fact.start] + " " + plain[fact.end : stop] if number == own else plain[start:stop]
        for feature in features(text):
            found[feature] = max(near, found.get(feature, 0.0))
    return found


def sentence_at(plain: str, at: int) -> tuple[int, int]:
    begin = max((m.end() for m in _SENTENCE_END.finditer(plain, 0, at)), default=0)
    stop = _SENTENCE_END.search(plain, at)
    return begin, stop.start() if stop else len(plain)


def clauses_in(plain: str, begin: int, end: int) -> list[tuple[int, int]]:
    cuts = [m.end() for m in _CLAUSE_END.finditer(plain, begin, end)]
    edges = [begin, *cuts, end]
    return [(a, b) for a, b in pairwise(edges) if b > a]
