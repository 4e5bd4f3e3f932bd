"""What the public pages show of the FAQ in force: categories, lists, related questions, dates of publication."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from api.doors import Doors
from knowledge.clock import JST
from knowledge.domain import ApprovedAnswer, FaqEntry
from knowledge.errors import NotFound

_POPULAR = 8
_RELATED = 5
_KANA = re.compile(r"[\u3041-\u30ff]")


def has_kana(text: str) -> bool:
    return bool(_KANA.search(text))


@dataclass(frozen=True)
class Shelf:
    """The public FAQ of one language that are in force today, by id."""

    by_id: dict[str, FaqEntry]

    @cached_property
    def categories(self) -> list[tuple[str, int]]:
        """(category, number of FAQ), in the order in which the categories appear in the FAQ list."""
        counts = Counter(entry.category for entry in self.by_id.values() if entry.category)
        return list(counts.items())

    def entries(self, category: str) -> list[FaqEntry]:
        return [entry for entry in self.by_id.values() if entry.category == category]

    def entry(self, faq_id: str) -> FaqEntry | None:
        return self.by_id.get(faq_id)

    @cached_property
    def popular(self) -> list[FaqEntry]:
        """One question of each category to begin with."""
        firsts: dict[str, FaqEntry] = {}
        for entry in self.by_id.values():
            firsts.setdefault(entry.category, entry)
        return list(firsts.values())[:_POPULAR]


def shelf(doors: Doors, lang: str) -> Shelf:
    index = doors.services.retriever.index_of(lang)
    today = doors.services.clock.today()
    entries = sorted(index.entries.values(), key=lambda entry: entry.faq_id) if index else []
    return Shelf(
        {
            entry.faq_id: entry
            for entry in entries
            if entry.visibility == "public" and entry.referral is None and entry.in_force(today)
        }
    )


def published_on(doors: Doors, shown: FaqEntry | ApprovedAnswer) -> date | None:
    """The day in Japan on which this version was published."""
    try:
        version = doors.services.faqs.version(shown.faq_id, shown.version, shown.lang)
    except NotFound:
        return None
    return version.published_at.astimezone(JST).date()


def related(doors: Doors, entry: FaqEntry) -> list[FaqEntry]:
    """What editors linked, then what is similar."""
    found = shelf(doors, entry.lang)
    near = [faq_id for faq_id, _ in doors.services.retriever.neighbours(entry.faq_id, _RELATED)]
    wanted = dict.fromkeys((*entry.related_ids, *near))
    entries = [found.entry(faq_id) for faq_id in wanted if faq_id != entry.faq_id]
    return [one for one in entries if one is not None][:_RELATED]
