"""What is read back after a booking is fixed: every item must be told before the record can be closed (RSV-03). Pure."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from desk.records.model import RecordContent
from knowledge.errors import InvalidInput, Problem
from knowledge.profile import CityProfile

TOLD_AFTER = frozenset({"new", "change"})


@dataclass(frozen=True, slots=True)
class ReadBack:
    """One thing the citizen must be told, in the city's words."""

    item_id: str
    label: str


def read_back_items(profile: CityProfile) -> tuple[ReadBack, ...]:
    """In the city's order; the same list gives the same ids."""
    return tuple(ReadBack(f"rb{number}", label) for number, label in enumerate(profile.booking.read_back, start=1))


def needs_read_back(content: RecordContent) -> bool:
    """A booking that was made or changed; a cancelled one leaves nothing to tell."""
    return content.booking in TOLD_AFTER


def check_read_back(items: Sequence[ReadBack], ticked: Collection[str]) -> None:
    """Raises InvalidInput that names every item not told yet."""
    missing = [item for item in items if item.item_id not in ticked]
    if missing:
        names = [Problem(f"「{item.label}」を伝えてください。", column=item.item_id) for item in missing]
        raise InvalidInput("予約の内容をすべて伝えてから完了にしてください。", names)
