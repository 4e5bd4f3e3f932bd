"""`Sweep`: what becomes of the rows of one table at the end of their time, a batch at a time."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, or_, select, tuple_, update

Due = Callable[[datetime], ColumnElement[bool]]
"""Which rows are past their time, given the instant before which everything is."""
NO_TEXT = ""


@dataclass(frozen=True, slots=True)
class Sweep:
    """`clears` empty: the row goes. Else only these columns are emptied and the figures of the row stay."""

    table: Table
    due: Due
    clears: Mapping[str, str] = field(default_factory=dict)
    """Column -> what stands there afterwards."""

    def run(self, conn: Connection, before: datetime, limit: int) -> int:
        """Deal with up to `limit` rows; returns how many. A row that was dealt with is not found again."""
        key = tuple_(*self.table.primary_key.columns)
        chosen = select(*self.table.primary_key.columns).where(self._waiting(before)).limit(limit)
        keys = [tuple(row) for row in conn.execute(chosen)]
        if keys:
            mine = key.in_(keys)
            change: Any = update(self.table).values(self.clears) if self.clears else delete(self.table)
            conn.execute(change.where(mine))
        return len(keys)

    def _waiting(self, before: datetime) -> ColumnElement[bool]:
        columns = self.table.c
        full = [columns[name] != left for name, left in self.clears.items()]
        return and_(self.due(before), or_(*full)) if full else self.due(before)
