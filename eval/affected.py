"""Before an FAQ is published: which evaluation cases does the edit move, and does it break any of them?"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from eval.asking import asking
from eval.cases import Case, Suite
from eval.changes import Changes, changes
from eval.nearby import MOST, Meanings, nearby
from eval.overlay import Key, tried_out
from eval.rows import Row
from eval.runner import Progress, run
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
    def keys(self) -> tuple[Key, ...]:
        return tuple(e.key for e in self.changed) + self.removed

    @property
    def faq_ids(self) -> frozenset[str]:
        return frozenset(faq_id for faq_id, _ in self.keys)


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
    progress: Progress | None = None,
    meanings: Meanings | None = None,
    most: int = MOST,
) -> Affected:
    """Try the edit out on the cases it can touch. `over` makes the product's answerer on a given searcher; `found_before`
    (case id -> first FAQ ids, from the rows of a run) names further cases to look at."""
    changed = tuple(replace(e, status="published") for e in edit.changed)
    texts = (*changed, *(e for key in edit.keys if (e := retriever.entry(*key)) is not None))
    near = nearby(suite.cases, edit.faq_ids, texts, found_before or {}, meanings or Meanings(retriever), most)
    part = Suite(suite.name, tuple(near), suite.sha)
    with tried_out(retriever, changed, edit.removed) as after:
        old = run(part, asking(over(retriever), redactor), progress=_half(progress, 0))
        new = run(part, asking(over(after), redactor), progress=_half(progress, len(part.cases)))
    found = changes(old, new)
    touched = _touched(part.cases, edit.faq_ids, old, new)
    return Affected(len(suite.cases), touched, found, _advice(found))


def _half(progress: Progress | None, first: int) -> Progress | None:
    """Both passes together are one way to go."""
    return None if progress is None else lambda done, total: progress(first + done, 2 * total)


def _touched(cases: Sequence[Case], faq_ids: Collection[str], old: Sequence[Row], new: Sequence[Row]) -> int:
    """Cases whose gold names an edited FAQ, or that find one before or after."""
    wanted = set(faq_ids)
    rows = zip(cases, old, new, strict=True)
    return sum(any(not wanted.isdisjoint(ids) for ids in (c.grades, a.ranked, b.ranked)) for c, a, b in rows)


def _advice(found: Changes) -> Advice:
    if found.newly_harmful or found.newly_wrong:
        return "block"
    return "warn" if found.changed_facts else "ok"
