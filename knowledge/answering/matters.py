"""What people mostly ask about: the procedures with most FAQ, each led to by the FAQ that callers word most often."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from knowledge.answering.clarify import MAX_OPTIONS
from knowledge.domain import Channel, ClarifyOption, FaqEntry

_FACET = "procedure"
_SAYS_TOO_LITTLE = frozenset({"確認", "変更", "利用", "相談", "登録", "設定", "案内"})
"""Procedures whose name alone does not tell anybody what it is about."""


class MainMatters:
    """Implements knowledge.answering.answerer.Matters over the FAQ in force; worked out once for each state of them."""

    def __init__(self, entries: Callable[[], Mapping[str, FaqEntry]]) -> None:
        self._entries = entries
        self._known: tuple[Mapping[str, FaqEntry], dict[str, tuple[ClarifyOption, ...]]] = ({}, {})

    def main(self, channel: Channel) -> Sequence[ClarifyOption]:
        entries = self._entries()
        if self._known[0] is not entries:
            self._known = (entries, {})
        who = "operator" if channel == "operator" else "public"
        found = self._known[1].get(who)
        if found is None:
            shown = [e for e in entries.values() if e.referral is None and (who == "operator" or e.visibility == who)]
            found = self._known[1][who] = main_matters(shown)
        return found


def main_matters(entries: Sequence[FaqEntry]) -> tuple[ClarifyOption, ...]:
    """Up to three procedures, the one with most FAQ first; ties by name and by number of the FAQ."""
    by_procedure: defaultdict[str, list[FaqEntry]] = defaultdict(list)
    for entry in entries:
        procedure = dict(entry.facets).get(_FACET, "")
        if procedure and procedure not in _SAYS_TOO_LITTLE:
            by_procedure[procedure].append(entry)
    largest = sorted(by_procedure, key=lambda name: (-len(by_procedure[name]), name))[:MAX_OPTIONS]
    return tuple(ClarifyOption(name, _most_worded(by_procedure[name]).faq_id) for name in largest)


def _most_worded(entries: Sequence[FaqEntry]) -> FaqEntry:
    return min(entries, key=lambda e: (-len(e.wordings), e.faq_id))
