"""What people mostly ask about: the procedures with most FAQ, each with its most general FAQ: the one least bound to a state,
a place or a person."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.answering.clarify import MAX_OPTIONS
from knowledge.answering.topics import topic_of
from knowledge.domain import Channel, ClarifyOption, FaqEntry
from knowledge.text.normalise import normalise

_FACET = "procedure"
_THING = "thing"
_SEVERAL = 3
"""So many of our questions have a noun in them when it is a matter of ours."""
_NARROWING = frozenset({"state", "place"})
_SAYS_TOO_LITTLE = frozenset({"確認", "変更", "利用", "相談", "登録", "設定", "案内"})
"""Procedures whose name alone does not tell anybody what it is about."""


class MainMatters:
    """Implements knowledge.answering.answerer.Matters over the FAQ in force; worked out once for each state of them."""

    def __init__(self, entries: Callable[[], Mapping[str, FaqEntry]]) -> None:
        self._entries = entries
        self._known = _Known({}, frozenset(), frozenset(), (), ())

    def main(self, channel: Channel) -> Sequence[ClarifyOption]:
        known = self._current()
        return known.for_operators if channel == "operator" else known.for_all

    def has(self, noun: str) -> bool:
        known = self._current()
        return noun in known.names or (len(noun) > 1 and known.speaks_of(noun))

    def is_thing(self, noun: str) -> bool:
        return noun in self._current().things

    def _current(self) -> "_Known":
        entries = self._entries()
        known = self._known
        if known.entries is not entries:
            own = [e for e in entries.values() if e.referral is None]
            public = [e for e in own if e.visibility == "public"]
            known = self._known = _Known(
                entries,
                own_names(own),
                own_names(own, _THING),
                main_matters(public),
                main_matters(own),
                own_questions(own),
            )
        return known


@dataclass(frozen=True, slots=True)
class _Known:
    entries: Mapping[str, FaqEntry]
    names: frozenset[str]
    things: frozenset[str]
    for_all: tuple[ClarifyOption, ...]
    for_operators: tuple[ClarifyOption, ...]
    questions: tuple[str, ...] = ()

    def speaks_of(self, noun: str) -> bool:
        """Whether the noun is part of what a matter is called (写真 of 顔写真), or several questions are about it."""
        if any(noun in name for name in self.things):
            return True
        return sum(noun in question for question in self.questions) >= _SEVERAL


def own_names(entries: Iterable[FaqEntry], facet: str = "") -> frozenset[str]:
    """What these FAQ call their matters (口座、予約、更新): values of their facets, or of that one."""
    return frozenset(normalise(value) for e in entries for name, value in e.facets if facet in ("", name))


def own_questions(entries: Iterable[FaqEntry]) -> tuple[str, ...]:
    return tuple(normalise(entry.question) for entry in entries)


def main_matters(entries: Sequence[FaqEntry]) -> tuple[ClarifyOption, ...]:
    """Up to three procedures, the one with most FAQ first; ties by name and by number of the FAQ."""
    by_procedure: defaultdict[str, list[FaqEntry]] = defaultdict(list)
    for entry in entries:
        procedure = dict(entry.facets).get(_FACET, "")
        if procedure and procedure not in _SAYS_TOO_LITTLE:
            by_procedure[procedure].append(entry)
    largest = sorted(by_procedure, key=lambda name: (-len(by_procedure[name]), name))[:MAX_OPTIONS]
    general = [min(by_procedure[name], key=lambda e: (_special(e), e.faq_id)) for name in largest]
    return tuple(ClarifyOption(topic_of(entry.question), entry.faq_id) for entry in general)


def _special(entry: FaqEntry) -> int:
    """How many facets narrow the FAQ down."""
    return sum(name in _NARROWING for name, _ in entry.facets)
