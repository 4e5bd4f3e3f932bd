"""`Sweep`: what becomes of the rows of one table at the end of their time, a batch at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, tuple_, update

IsOld = Callable[[datetime], ColumnElement[bool]]
"""Which rows are past their time, given the instant before which everything is."""
Key = tuple[Any, ...]
NO_TEXT = ""


@dataclass(frozen=True, slots=True)
class Sweep:
    """A `Step` of the keeper. `clears` empty: the row goes. Else only these columns are emptied and the figures of the row stay."""

    table: Table
    is_old: IsOld
    clears: Mapping[str, str] = field(default_factory=dict)
    """Column -> what stands there afterwards."""

    def due(self, conn: Connection, before: datetime, limit: int) -> list[Key]:
        """The keys of up to `limit` rows that are past their time. A row that was dealt with is not found again."""
        chosen = select(*self.table.primary_key.columns).where(self._waiting(before)).limit(limit)
        return [tuple(row) for row in conn.execute(chosen)]

    def end(self, conn: Connection, before: datetime, keys: Sequence[Key]) -> int:
        """Deal with those of them that still are; returns how many."""
        change: Any = update(self.table).values(self.clears) if self.clears else delete(self.table)
        mine = tuple_(*self.table.primary_key.columns).in_(keys)
        return int(conn.execute(change.where(mine, self._waiting(before))).rowcount)

    def _waiting(self, before: datetime) -> ColumnElement[bool]:
        columns = self.table.c
        full = [columns[name] != left for name, left in self.clears.items()]
        return and_(self.is_old(before), or_(*full)) if full else self.is_old(before)
