"""The evaluation sheet (評価表) of a call: its items, what was found for each, what a person says, the score. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from desk.assist.model import Segment
from desk.events.model import Event
from desk.kpi.call import Call
from desk.records.model import InteractionRecord
from knowledge.domain import FaqEntry
from knowledge.privacy.redacted import RedactedText

Mark = Literal["met", "missed", "none"]
MAX_DETAIL_CHARS = 120
_NOTHING = RedactedText("")
MARK_LABELS: Mapping[Mark, str] = {"met": "満たす", "missed": "満たさない", "none": "対象外"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule says of one call. `place`: the turn that shows it; `detail`: what was measured, never what was said."""

    mark: Mark
    place: int | None = None
    detail: str = ""


NOT_APPLICABLE = Finding("none")


@dataclass(frozen=True, slots=True)
class CallFacts:
    """Everything the rules look at. `events` are in order; `faqs` are those used, as they are published."""

    turns: tuple[Segment, ...]
    events: tuple[Event, ...]
    call: Call
    record: InteractionRecord
    faqs: tuple[FaqEntry, ...] = ()

    def said_by(self, *speakers: str) -> list[tuple[int, Segment]]:
        """(place, turn) in order."""
        return [(place, turn) for place, turn in enumerate(self.turns) if turn.speaker in speakers]


Rule = Callable[[CallFacts], Finding]


@dataclass(frozen=True, slots=True)
class Item:
    """`full`: what a full mark is, for people."""

    item_id: str
    title: str
    full: str
    weight: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class Sheet:
    """`version` changes with the words of the file."""

    items: tuple[Item, ...]
    version: str


@dataclass(frozen=True, slots=True)
class ItemMark:
    """One item of one call as it is kept: the machine's mark and, beside it, a person's."""

    item_id: str
    title: str
    full: str
    weight: int
    machine: Mark
    place: int | None
    detail: str
    person: Mark | None = None
    reason: RedactedText = _NOTHING

    @property
    def mark(self) -> Mark:
        """What counts: the person's word where there is one."""
        return self.person or self.machine


@dataclass(frozen=True, slots=True)
class ScoredCall:
    """The sheet of one call. `reviewed_at` is None as long as only the machine has marked it."""

    record_id: str
    call_id: str
    operator: str
    received_at: datetime
    scored_at: datetime
    version: str
    reviewed_at: datetime | None
    reviewed_by: str
    marks: tuple[ItemMark, ...]

    @property
    def machine_points(self) -> float | None:
        return points((one.machine, one.weight) for one in self.marks)

    @property
    def points(self) -> float | None:
        """With what a person corrected."""
        return points((one.mark, one.weight) for one in self.marks)

    @property
    def missed(self) -> tuple[str, ...]:
        return tuple(one.title for one in self.marks if one.mark == "missed")


def points(marks: Iterable[tuple[Mark, int]]) -> float | None:
    """Weight that is met of the weight that applies, in percent; None where nothing applies."""
    counted = [(mark, weight) for mark, weight in marks if mark != "none"]
    whole = sum(weight for _, weight in counted)
    if not whole:
        return None
    return round(100 * sum(weight for mark, weight in counted if mark == "met") / whole, 1)


def judge(sheet: Sheet, facts: CallFacts) -> tuple[ItemMark, ...]:
    """Every item of the sheet, in its order."""
    found = [(item, item.rule(facts)) for item in sheet.items]
    return tuple(
        ItemMark(item.item_id, item.title, item.full, item.weight, one.mark, one.place, one.detail[:MAX_DETAIL_CHARS])
        for item, one in found
    )
