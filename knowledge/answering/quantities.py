"""Are the figures, phones, addresses and days of a text those of its source, said of the same things? Pure."""

import re
from collections.abc import Collection, Iterable, Sequence

from knowledge.answering.reasons import Reason
from knowledge.answering.source import KANJI, Fit, Source, around_figure, clauses_in, sentence_at
from knowledge.text.facts import ESSENTIAL, Fact, figures
from knowledge.text.late_pattern import late_pattern
from knowledge.text.weekdays import named_days, opening

MARGIN = 0.08
"""How much better the disagreeing place in the source has to fit before it counts."""
_COUNTED = late_pattern("(?:の|以下の|次の)$")
_COUNT_UNITS = frozenset({"つ", "点", "種類", "か所", "通り"})
_UP_TO = frozenset({"まで", "以内", "以下"})


def check_figures(plain: str, source: Source, allowed: Collection[str]) -> Iterable[Reason]:
    facts = figures(plain)
    for fact in facts:
        shown = plain[fact.start : fact.end]
        if fact.kind in ("phone", "url"):
            known = {one.value for one in (*source.facts, *source.question_facts) if one.kind == fact.kind}
            if fact.value not in known and fact.value not in allowed:
                yield Reason("phone" if fact.kind == "phone" else "url", shown)
            continue
        yield from _check_quantity(plain, facts, fact, source)


def _check_quantity(plain: str, facts: Sequence[Fact], fact: Fact, source: Source) -> Iterable[Reason]:
    shown = plain[fact.start : fact.end]
    same = [(i, one) for i, one in enumerate(source.facts) if _equal(fact, one)]
    asked = [one for one in source.question_facts if _equal(fact, one)]
    if not same and not asked:
        if not _counts(plain, fact):
            yield Reason("figure", shown)
        return
    if not any(_bounds_agree(fact, one) for one in (*asked, *(one for _, one in same))):
        yield Reason("bound", plain[fact.start : fact.end + 2])
        return
    agreeing = [i for i, one in same if _bounds_agree(fact, one)]
    rivals = [i for i, one in enumerate(source.facts) if one.unit == fact.unit and i not in agreeing]
    free = [i for i, said in enumerate(source.statements) if said.kind == "free"] if fact.unit == "円" else []
    if not agreeing or not (rivals or free):
        return
    context = around_figure(plain, fact)
    fits = source.around.fits(context)
    beside = _beside(plain, facts, fact, source, agreeing) if fact.kind in ("date", "time") else frozenset()
    rivals = [i for i in rivals if i not in beside]
    priced = source.places.fits(context) if free else ()
    against = [*(fits[i] for i in rivals), *(priced[i] for i in free)]
    misfit = _best(against) > max(fits[i].forward for i in agreeing) + MARGIN
    if misfit or _parted(plain, facts, fact, source) or _mislabelled(plain, fact, source):
        yield Reason("mixed_up", shown)


def _beside(plain: str, facts: Sequence[Fact], fact: Fact, source: Source, agreeing: Collection[int]) -> frozenset[int]:
    """Figures that stand on the same side of this one in the text as in the source: 11月2日から20日まで."""
    begin, end = sentence_at(plain, fact.start)
    here = [one for one in facts if begin <= one.start < end and one.start != fact.start]
    found: set[int] = set()
    for place in agreeing:
        start, stop = sentence_at(source.plain, source.facts[place].start)
        for number, known in enumerate(source.facts):
            if start <= known.start < stop and any(
                _equal(one, known) and (one.start < fact.start) == (known.start < source.facts[place].start)
                for one in here
            ):
                found.add(number)
    return frozenset(found)


def _best(fits: Iterable[Fit]) -> float:
    """Of those that share at least two things with the figure; -1 when there is none."""
    return max((fit.forward for fit in fits if fit.shared >= 2), default=-1.0)


def _counts(plain: str, fact: Fact) -> bool:
    """A、B、Cの3点: the number of what was just listed."""
    listed = plain[sentence_at(plain, fact.start)[0] : fact.start]
    if fact.unit not in _COUNT_UNITS or not _COUNTED.search(listed):
        return False
    listed = re.split("は、|[:]", listed)[-1]
    return f"{len(re.split('[、・]|と|および|及び', listed))}" == fact.value


def check_days(plain: str, source: Source) -> Iterable[Reason]:
    said = opening(plain)
    if not said:
        return
    unknown = named_days(plain) - source.days
    known = source.opening
    turned = {day for day, is_open in said if (day, not is_open) in known and (day, is_open) not in known}
    if unknown or turned:
        yield Reason("day", "・".join(sorted(unknown | turned)))


def _parted(plain: str, facts: Sequence[Fact], fact: Fact, source: Source) -> bool:
    """18歳未満 stands with 10回目, where the source has it only with 5回目."""
    said_of = _bounded(plain, facts, fact)
    if not said_of:
        return False
    equal: list[frozenset[str]] = []
    other: list[frozenset[str]] = []
    for one in source.facts:
        if one.unit == fact.unit and one.start != fact.start:
            of = _bounded(source.plain, source.facts, one)
            (equal if _equal(fact, one) else other).append(of)
    return not any(of & said_of or not of for of in equal) and any(of & said_of for of in other)


def _mislabelled(plain: str, fact: Fact, source: Source) -> bool:
    """縦3.5cm, where the source has 横3.5cm and 縦4.5cm."""
    label = plain[fact.start - 1 : fact.start]
    if not KANJI.match(label):
        return False
    labelled = [
        one for one in source.facts if source.plain[one.start - 1 : one.start] == label and one.unit == fact.unit
    ]
    return bool(labelled) and not any(_equal(fact, one) for one in labelled)


def _bounded(plain: str, facts: Sequence[Fact], fact: Fact) -> frozenset[str]:
    """Whom or what a figure is said of: 18歳以上 in its clause, else in the one before."""
    clauses = clauses_in(plain, *sentence_at(plain, fact.start))
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
    if a.bound == "まで":
        return b.bound not in ESSENTIAL or b.bound == "以下"
    if a.bound in ("", "から"):
        return b.bound not in ESSENTIAL or (a.bound, b.bound) == ("から", "以上")
    return a.bound == b.bound or {a.bound, b.bound} <= _UP_TO or (a.bound, b.bound) == ("以上", "から")
