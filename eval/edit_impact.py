"""What an edit does to the recorded test questions, as an editor reads it before publishing."""

from dataclasses import dataclass, replace

from eval.affected import Advice, Edit
from eval.changes import Change, Changes
from eval.nearby import Meanings
from eval.runner import Progress
from eval.service import affected_by
from eval.suites import suite_of
from knowledge.bootstrap import Services
from knowledge.domain import FaqEntry
from knowledge.faq.variables import fill_entry

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
    """`harmful` and `wrong`: questions answered wrongly, or no longer rightly, once it is published."""

    looked_at: int
    touched: int
    advice: Advice
    sentences: tuple[str, ...]
    moved: tuple[Moved, ...]
    harmful: int = 0
    wrong: int = 0


def edit_of(services: Services, entry: FaqEntry) -> Edit:
    """The entry as it will be in force: numbered, with the city's values, from today."""
    named = fill_entry(replace(entry, faq_id=entry.faq_id or _NEW_ID), services.profile.variables)
    return Edit((replace(named, valid_from=None, valid_to=None),))


def impact_of(
    services: Services, edit: Edit, progress: Progress | None = None, meanings: Meanings | None = None
) -> EditImpact | None:
    """Try the edit beside the running search, which is not touched; None where no test questions are recorded.
    Raises InvalidInput for cases that cannot be read."""
    suite = suite_of(services)
    if suite is None:
        return None
    found = affected_by(services, edit, suite, progress, meanings)
    harmful, wrong = (len(part) for part in (found.changes.newly_harmful, found.changes.newly_wrong))
    return EditImpact(
        found.looked_at, found.cases, found.advice, found.sentences, _moved(found.changes), harmful, wrong
    )


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
