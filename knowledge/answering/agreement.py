"""Does a text say yes where its source says yes, must where it says must? Pure, rules only."""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from knowledge.answering.features import alike, features
from knowledge.answering.polarity import MILD, Statement, statements
from knowledge.answering.quantities import MARGIN
from knowledge.answering.reasons import Reason
from knowledge.answering.source import (
    DECIDING,
    DOING,
    ELSEWHERE,
    KANJI,
    Context,
    Sides,
    Source,
    context_of,
    done,
    sides,
    topic_of,
)
from knowledge.text.late_pattern import late_pattern

_OTHER_DOING, _OTHER_DOING_PLAIN = 0.9, 0.7
"""How much is said against a statement by what is said of another doing,"""
_OUTSIDE = 0.6
"""and by what is denied of something that the statement does not name."""
_DENIED = 3.0
"""How much more of a statement has to stand only where the opposite is said."""
_OUTWEIGHED = 2.0
"""Against this many times what stands where it is said."""
_LIKEWISE = late_pattern("も(?:同じ|同様)$")
_DOER = late_pattern(
    "(法定代理人|代理人|本人|職員|保護者|医師|飼い主|世帯主)(?:の方|さん)?が、?(?:[^、。が]{1,14}?[をにで])??"
    "([一-龠]{1,3}[しりきいちみびえけせてめべれげっすむうくつぬぶぐる])"
)
_PARTY = "法定代理人|代理人|代理の方|ご?本人(?!確認)|保護者|世帯主|お子さん|会社|勤務先|飼い主|医師|相手"
_OWNED = late_pattern(
    f"((?:(?:{_PARTY})(?:の方)?(?:または|および|及び|か|と|や|、|・))*(?:{_PARTY}))(?:の方)?(?:様|さん|それぞれ)?の([一-龠]{{2,}}|[ァ-ヶー]{{2,}})"
)
"""Whose a thing is: 本人の住所, 本人または代理人の住所."""
_COMMON = frozenset("本人代理方要必")
_EVEN = late_pattern("[^、。]{0,12}でも")
_EVEN_LEAST = 0.35
"""So well 対応していない機種でも has to stand in the source."""
_TOPIC = late_pattern("は(?![がきじず])|なら(?:ば)?(?![なびい])|[、。；;]")


def check_polarity(plain: str, source: Source) -> Iterable[Reason]:
    for words in (*_done_by_another(plain, source), *_of_another(plain, source)):
        yield Reason("mixed_up", words)
    every = statements(plain)
    if _in_vain(every) and not _in_vain(source.statements):
        yield Reason("polarity", plain[every[0].context_start : every[-1].end].strip("、。 \n"))
    for said in every:
        # 〜し、: the sentence goes on, and says something at its end; …も同じです says nothing of its own
        goes_on = said.kind == "plain" and (said.end - said.start == 1 or _LIKEWISE.search(plain, 0, said.start))
        if not goes_on and _disagrees(plain, said, source):
            yield Reason("polarity", plain[max(said.context_start, said.start - 12) : said.end].strip("、。 \n"))


def _done_by_another(plain: str, source: Source) -> Iterable[str]:
    """代理人が記入 where the source has only 本人が記入."""
    here = list(_doers(plain))
    known = list(_doers(source.plain)) if here else []
    for who, does, words in here:
        same = [other for other, doing, _ in known if doing & does]
        if same and who not in same:
            yield words


def _of_another(plain: str, source: Source) -> Iterable[str]:
    """代理人の住所 where the source has only 本人の住所, and names the 代理人 elsewhere."""
    for here in _OWNED.finditer(plain):
        owners = _owners(source.plain).get(here[2], frozenset())
        for who in _parties(here[1]) & _parties(source.plain):
            if owners and not any(who in other or other in who for other in owners):
                yield here[0]


@lru_cache(maxsize=256)
def _owners(plain: str) -> Mapping[str, frozenset[str]]:
    """Everything said to be somebody's, with all whose it is."""
    found: dict[str, frozenset[str]] = {}
    for match in _OWNED.finditer(plain):
        found[match[2]] = found.get(match[2], frozenset()) | _parties(match[1])
    return found


@lru_cache(maxsize=512)
def _parties(text: str) -> frozenset[str]:
    return frozenset(re.findall(_PARTY, text.replace("代理の方", "代理人").replace("ご本人", "本人")))


def _doers(plain: str) -> Iterable[tuple[str, frozenset[str], str]]:
    """Who does what, clause by clause."""
    for match in _DOER.finditer(plain):
        does = frozenset(KANJI.findall(alike(match[2]))) - _COMMON
        if does:
            yield match[1], does, match[0]


def _disagrees(plain: str, said: Statement, source: Source) -> bool:
    context = dict.fromkeys(topic_of(plain, said), ELSEWHERE) | context_of(plain, said, ELSEWHERE)
    here = features(plain[said.sentence : said.end])
    least = min(2, sum(1 for feature in context if feature in source.weights))
    doing = [feature for feature in context if feature[0] == "~"]
    fits, both = source.places.fits(context), sides(source, said.kind, said.conditional)
    own = max((weight * fits[number].both for number, weight in both.carrying), default=0.0)
    for number in both.rivals:
        fit = fits[number]
        if fit.shared >= least and fit.both > own + MARGIN:
            scope = source.scopes[number]
            inside = not scope or not scope.isdisjoint(here)
            if (
                fit.both * _opposition(source.statements[number], doing, source.places.contexts[number], inside)
                > own + MARGIN
            ):
                return True
    if not both.carrying and said.kind not in MILD and not (said.conditional and _negated(plain, said, source)):
        return True
    if own < _EVEN_LEAST and said.conditional and said.kind in ("cannot", "not") and _EVEN.match(plain, said.end):
        return True
    return bool(both.rivals) and _denied(plain, said, both, source)


def _negated(plain: str, said: Statement, source: Source) -> bool:
    """見つからない場合 where the source has 見つからず作り直す."""
    verb = DOING.search(plain, said.context_start, said.end)
    kanji = KANJI.findall(verb[0]) if verb else []
    return bool(kanji) and re.search(f"{kanji[-1]}[ぁ-ん]{{0,3}}(?:ず|な[いかくけ]|ません)", source.plain) is not None


def _in_vain(every: Sequence[Statement]) -> bool:
    """なくても…できません: nobody writes that of what is not needed."""
    return any(
        one.kind == "without" and then.kind in ("cannot", "must_not") and one.sentence == then.sentence
        for one, then in pairwise(every)
    )


def _opposition(known: Statement, doing: Sequence[str], place: Context, inside: bool) -> float:
    """What is said of another doing speaks less against a statement, and so does 窓口ではできません where nothing is said
    of the 窓口."""
    scope = 1.0 if inside else _OUTSIDE
    if not doing or any(feature in place for feature in doing):
        return scope
    return scope * (_OTHER_DOING_PLAIN if known.kind == "plain" else _OTHER_DOING)


def _denied(plain: str, said: Statement, both: Sides, source: Source) -> bool:
    """What a statement turns on stands in the source only where it says the opposite: 診断書 is named once, as 不要.
    That the same is done somewhere does not speak for it."""
    words, weights = _focus(plain, said, source), source.weights
    said_against = sum(weights[f] for f in words & both.only_against)
    if said_against <= _DENIED:
        return False
    said_for = sum(weights[f] for f in (words & both.only_for) - done(plain, said))
    return said_against > _DENIED + _OUTWEIGHED * said_for


def _focus(plain: str, said: Statement, source: Source) -> frozenset[str]:
    """Of the clause, what follows its topic (スマートフォンでも of 特急発行はスマートフォンでも申請できます), else the topic."""
    cuts = [said.context_start, *(m.end() for m in _TOPIC.finditer(plain, said.context_start, said.start))]
    doing = done(plain, said)
    for begin in reversed(cuts[-2:]):
        found = (features(plain[begin : said.end]) - DECIDING) & source.weights.keys()
        if found - doing:
            return found
    return frozenset()
