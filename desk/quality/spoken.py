"""Rules about what the operator says. Each gives the turn that shows it. Pure."""

import re
from collections.abc import Collection, Mapping
from typing import Literal

from desk.alerts.words import WordRule
from desk.quality.model import NOT_APPLICABLE, CallFacts, Finding, Rule
from desk.records.tagging import TagRule
from knowledge.text.facts import canonical, figures
from knowledge.text.normalise import normalise

Where = Literal["start", "end", "any"]
"""Among which of the operator's turns words are looked for."""
_MATTER = re.compile("[一-龠々]+[っけりしきえみ][一-龠々]+|[一-龠々]{2,}|[ァ-ヴー]{3,}|はがき")
_EVERYDAY = frozenset({"お願", "今日", "本日", "電話", "質問", "場合", "自分", "大丈夫", "少々", "確認"})
"""Said in every call: repeating them repeats no matter."""
_UNITS = frozenset({"円", "歳", "営業日", "日", "か月", "年", "週", "桁", "点", "通", "回", "枚", "cm"})
"""Figures an answer stands by. Minutes and hours are left out: operators say them of the call itself."""


def said(words: TagRule, where: Where, turns: int, when: TagRule | None, names: Collection[str]) -> Rule:
    """Met when one of the operator's first, last or any turns has the words and, where there are `names`, these turns one
    of them. With `when` the item applies only to a call in which somebody says that."""
    known = [normalise(name) for name in names]

    def rule(facts: CallFacts) -> Finding:
        mine = [(place, normalise(turn.text)) for place, turn in facts.said_by("operator")]
        if when is not None and not any(when.hits(normalise(turn.text)) for turn in facts.turns):
            return NOT_APPLICABLE
        looked = mine[:turns] if where == "start" else mine[-turns:] if where == "end" else mine
        place = next((place for place, text in looked if words.hits(text)), None)
        named = not known or any(name in text for _, text in looked for name in known)
        if place is not None and named:
            return Finding("met", place)
        return Finding("missed", place, "名乗りがない" if place is not None else "")

    return rule


def greeting(words: TagRule, turns: int, names: Collection[str]) -> Rule:
    """The same at the start, with the centre's name. A call the voicebot handed over was greeted by it."""
    plain = said(words, "start", turns, None, names)
    return lambda facts: NOT_APPLICABLE if facts.call.bot is not None else plain(facts)


def unsaid(names: Collection[str], rules: Mapping[str, WordRule]) -> Rule:
    """Met when no turn of the operator meets one of these rules of alerts.toml."""

    def rule(facts: CallFacts) -> Finding:
        if not names:
            return NOT_APPLICABLE
        for place, turn in facts.said_by("operator"):
            text = normalise(turn.text)
            if any(rules[name].words.hits(text) for name in names):
                return Finding("missed", place)
        return Finding("met")

    return rule


def repeated(words: TagRule, turns: int) -> Rule:
    """Met when within the operator's first turns after the citizen's first matter one has a noun of what was said, with the
    words of asking back. A citizen who names nothing leaves nothing to repeat."""

    def rule(facts: CallFacts) -> Finding:
        matters: set[str] = set()
        left = turns
        for place, turn in enumerate(facts.turns):
            text = normalise(turn.text)
            if turn.speaker == "citizen":
                matters |= set(_MATTER.findall(text)) - _EVERYDAY
            elif turn.speaker == "operator" and matters and left:
                left -= 1
                if words.hits(text) and any(_shares(text, matter) for matter in matters):
                    return Finding("met", place)
        return Finding("missed") if matters else NOT_APPLICABLE

    return rule


def _shares(text: str, matter: str) -> bool:
    """交付通知書 repeats 通知書, and the other way round."""
    return matter in text or any(one in matter for one in _MATTER.findall(text) if one not in _EVERYDAY)


def agrees_with_faq() -> Rule:
    """Missed when the operator says a figure whose unit the FAQ used have only with other figures. What a citizen said may be
    said again, and two amounts may be added up."""

    def rule(facts: CallFacts) -> Finding:
        known: dict[str, set[float]] = {}
        for one in facts.faqs:
            _gather(known, f"{one.question}\n{one.answer}")
        asked: dict[str, set[float]] = {}
        for _, turn in facts.said_by("citizen", "bot"):
            _gather(asked, turn.text)
        found = NOT_APPLICABLE
        for place, turn in facts.said_by("operator"):
            for unit, value in _quantities(turn.text):
                right = known.get(unit, set())
                if not right or value in asked.get(unit, ()):
                    continue
                sums = {a + b for a in right for b in right if a != b} if unit == "円" else set()
                if value not in right | sums:
                    return Finding("missed", place, f"{value:g}{unit}")
                found = Finding("met", place) if found is NOT_APPLICABLE else found
        return found

    return rule


def _quantities(text: str) -> list[tuple[str, float]]:
    return [(one.unit, float(one.value)) for one in figures(canonical(text)) if one.unit in _UNITS]


def _gather(into: dict[str, set[float]], text: str) -> None:
    for unit, value in _quantities(text):
        into.setdefault(unit, set()).add(value)


def office_named() -> Rule:
    """For a call that was passed on to a named office: met when the operator said that name."""

    def rule(facts: CallFacts) -> Finding:
        named = [one.to for one in facts.call.transfers if one.to] or [facts.record.content.transfer_to]
        office = normalise(named[-1]).strip()
        if not office:
            return NOT_APPLICABLE
        turns = facts.said_by("operator")
        place = next((place for place, turn in reversed(turns) if office in normalise(turn.text)), None)
        return Finding("missed" if place is None else "met", place)

    return rule
