"""Which answers citizens may also get in generated wording: none, until the city opens a 大分類 or an FAQ."""

from collections.abc import Collection
from dataclasses import dataclass

import orjson

from knowledge.domain import FaqEntry
from knowledge.errors import InvalidInput, Problem
from knowledge.ports import Clock
from knowledge.store.audit import AuditLog
from knowledge.store.counters import get_text, put_text
from knowledge.store.database import Database

_KEY = "llm_citizens"
MAX_NAMED = 2_000


@dataclass(frozen=True, slots=True)
class Opened:
    """By name of the 大分類 and by FAQ番号."""

    categories: frozenset[str] = frozenset()
    faq_ids: frozenset[str] = frozenset()

    def has(self, entry: FaqEntry) -> bool:
        return entry.faq_id in self.faq_ids or entry.category in self.categories


class CitizenOpenings:
    """What the configuration opens (`fixed`) and what people opened (`chosen`); obeyed at once, every change audited."""

    def __init__(self, db: Database, clock: Clock, fixed: Opened) -> None:
        self._db = db
        self._audit = AuditLog(clock)
        self.fixed = fixed
        with db.read() as conn:
            self._chosen = _read(get_text(conn, _KEY))

    @property
    def chosen(self) -> Opened:
        return self._chosen

    def has(self, entry: FaqEntry) -> bool:
        return self.fixed.has(entry) or self._chosen.has(entry)

    def choose(self, categories: Collection[str], faq_ids: Collection[str], who: str) -> None:
        """Replace what people opened. Raises InvalidInput for more than MAX_NAMED names."""
        if len(categories) + len(faq_ids) > MAX_NAMED:
            raise InvalidInput("多すぎます。", [Problem(f"{MAX_NAMED:,}件までにしてください。", column="faq_ids")])
        wanted = Opened(frozenset(categories), frozenset(faq_ids))
        if wanted == self._chosen:
            return
        told = {"categories": sorted(wanted.categories), "faq_ids": sorted(wanted.faq_ids)}
        with self._db.begin() as conn:
            put_text(conn, _KEY, orjson.dumps(told).decode())
            detail = {name: "、".join(names) for name, names in told.items()}
            self._audit.append(conn, who, "llm.citizens", "", detail)
        self._chosen = wanted


def _read(text: str | None) -> Opened:
    """What cannot be read opens nothing."""
    try:
        told = orjson.loads(text or "{}")
        return Opened(frozenset(map(str, told["categories"])), frozenset(map(str, told["faq_ids"])))
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return Opened()
