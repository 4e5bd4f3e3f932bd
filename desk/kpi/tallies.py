"""What people counted by hand: of each item and day the newest entry. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from desk.events.model import Event
from knowledge.clock import JST


@dataclass(frozen=True, slots=True)
class Tally:
    day: date
    item: str
    unit: str
    number: int
    operator: str


def tallies_of(events: Iterable[Event]) -> tuple[Tally, ...]:
    """By day, then in the order in which the items were first entered. A correction counts instead of what it
    corrects."""
    newest: dict[tuple[date, str], Tally] = {}
    for event in sorted((one for one in events if one.type == "tallied"), key=lambda one: one.seq):
        day, item, number = event.at.astimezone(JST).date(), event.text("item"), event.attributes.get("number", 0)
        newest[day, item] = Tally(day, item, event.text("unit"), int(number), event.text("operator"))
    return tuple(sorted(newest.values(), key=lambda one: one.day))
