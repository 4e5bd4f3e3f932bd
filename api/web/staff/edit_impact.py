"""Before an edit is published: which recorded test questions get another answer."""

from dataclasses import dataclass, replace
from pathlib import Path

from eval.affected import Advice, Edit, affected
from eval.cases import Suite, load_suite, shipped_suite
from eval.changes import Change, Changes
from eval.service import answerer_over
from knowledge.bootstrap import Services
from knowledge.domain import FaqEntry
from knowledge.faq.variables import fill_entry

_SAMPLE_CITY = "mihon"
_NEW_ID = "新規"


@dataclass(frozen=True, slots=True)
class Moved:
    """One test question before and after: what is done, with which FAQ; `kind` says whether that is better."""

    question: str
    kind: str
    before: str
    before_faq: str
    after: str
    after_faq: str


@dataclass(frozen=True, slots=True)
class EditImpact:
    looked_at: int
    touched: int
    advice: Advice
    sentences: tuple[str, ...]
    moved: tuple[Moved, ...]


def suite_of(services: Services) -> Suite | None:
    """The city's own test questions in <data>/eval/cases, those of the sample city for the sample city."""
    own: Path = services.folder.root / "eval" / "cases"
    if any(own.glob("*.jsonl")):
        return load_suite(own)
    return shipped_suite() if services.settings.city == _SAMPLE_CITY else None


def impact_of(services: Services, entry: FaqEntry) -> EditImpact | None:
    """Try the edit beside the running search, which is not touched; None where no test questions are recorded.
    Takes seconds. Raises InvalidInput for cases that cannot be read."""
    suite = suite_of(services)
    if suite is None:
        return None
    named = fill_entry(replace(entry, faq_id=entry.faq_id or _NEW_ID), services.profile.variables)
    edit = Edit((replace(named, valid_from=None, valid_to=None),))
    found = affected(edit, suite, services.retriever, answerer_over(services), services.redactor)
    return EditImpact(found.looked_at, found.cases, found.advice, found.sentences, _moved(found.changes))


def _moved(found: Changes) -> tuple[Moved, ...]:
    """The most serious first, each question once."""
    kinds = (
        ("誤った回答になる", found.newly_harmful),
        ("正しくなくなる", found.newly_wrong),
        ("正しくなる", found.newly_right),
        ("回答が変わる", found.moved),
    )
    first = {change.case_id: (kind, change) for kind, changes in reversed(kinds) for change in changes}
    order = {kind: place for place, (kind, _) in enumerate(kinds)}
    return tuple(_line(kind, change) for kind, change in sorted(first.values(), key=lambda one: order[one[0]]))


def _line(kind: str, change: Change) -> Moved:
    old, new = change.before, change.after
    return Moved(new.text, kind, old.action, old.faq_id, new.action, new.faq_id)
