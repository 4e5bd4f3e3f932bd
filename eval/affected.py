"""Before an FAQ is published: which evaluation cases does the edit move, and does it break any of them?"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from eval.asking import Rank, asking, ranking
from eval.cases import Case, Suite
from eval.changes import Changes, changes
from eval.overlay import Key, tried_out
from eval.runner import run
from knowledge.domain import FaqEntry
from knowledge.ports import Answering, Redactor, Searcher
from knowledge.search.retriever import Retriever

Advice = Literal["ok", "warn", "block"]
AnswererOver = Callable[[Searcher], Answering]


@dataclass(frozen=True, slots=True)
class Edit:
    """What is to be published (status does not matter) and what is to be taken out."""

    changed: tuple[FaqEntry, ...] = ()
    removed: tuple[Key, ...] = ()

    @property
    def faq_ids(self) -> frozenset[str]:
        return frozenset([e.faq_id for e in self.changed] + [faq_id for faq_id, _ in self.removed])


@dataclass(frozen=True, slots=True)
class Affected:
    """Cases the edit touches, before and after. Blocking means: somebody with the right to must overrule it."""

    looked_at: int
    cases: int
    changes: Changes
    advice: Advice

    @property
    def sentences(self) -> tuple[str, ...]:
        """For the editor's page, most serious first."""
        found, out = self.changes, []
        if found.newly_harmful:
            out.append(f"{len(found.newly_harmful)} 件の質問で、公開すると誤った回答になります。")
        lost = [c for c in found.newly_wrong if c.after.outcome != "harm"]
        if lost:
            out.append(f"{len(lost)} 件の質問に、公開すると答えられなくなります。")
        if found.changed_facts:
            out.append("回答の金額・日付・期間・肯否が変わります。根拠と合っているか確認してください。")
        if found.newly_right:
            out.append(f"{len(found.newly_right)} 件の質問に、新しく正しく答えられるようになります。")
        return tuple(out) or ("評価ケースへの影響はありません。",)


def affected(
    edit: Edit,
    suite: Suite,
    retriever: Retriever,
    over: AnswererOver,
    redactor: Redactor,
    found_before: Mapping[str, Sequence[str]] | None = None,
) -> Affected:
    """Try the edit out. `over` makes the product's answerer on a given searcher; `found_before` (case id -> first FAQ ids,
    from the rows of a recent run) saves half of the searching."""
    changed = tuple(replace(e, status="published") for e in edit.changed)
    with tried_out(retriever, changed, edit.removed) as after:
        touched = _touched(
            suite.cases, edit.faq_ids, _before(retriever, redactor, found_before or {}), ranking(after, redactor)
        )
        part = Suite(suite.name, tuple(touched), suite.sha)
        old = run(part, asking(over(retriever), redactor))
        new = run(part, asking(over(after), redactor))
    found = changes(old, new)
    return Affected(len(suite.cases), len(touched), found, _advice(found))


def _before(retriever: Retriever, redactor: Redactor, known: Mapping[str, Sequence[str]]) -> Rank:
    rank = ranking(retriever, redactor)
    return lambda case: known[case.id] if case.id in known else rank(case)


def _touched(cases: Sequence[Case], faq_ids: Collection[str], before: Rank, after: Rank) -> list[Case]:
    """Cases whose gold names an edited FAQ, or whose first hits hold one before or after."""
    wanted = set(faq_ids)
    return [
        c
        for c in cases
        if not wanted.isdisjoint(c.grades) or not wanted.isdisjoint(after(c)) or not wanted.isdisjoint(before(c))
    ]


def _advice(found: Changes) -> Advice:
    if found.newly_harmful or found.newly_wrong:
        return "block"
    return "warn" if found.changed_facts else "ok"
