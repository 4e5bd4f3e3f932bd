"""Where the desk gets what the voicebot heard in calls it handed over to a person."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from sqlalchemy import Connection, select

from desk.assist.model import HandedCall
from knowledge.store.desk_tables import desk_events

LISTED_FOR = timedelta(minutes=15)
"""So long a call that was handed over waits in the list of the operators."""
OPENED_FOR = timedelta(hours=12)
"""So long it can be opened by its number: a shift, not an archive."""


class HandedCalls(Protocol):
    """Calls that were handed over, and no others: operators have no right to read the rest."""

    def find(self, call_id: str) -> HandedCall | None: ...

    def recent(self) -> Sequence[HandedCall]:
        """Put through in the last minutes, the newest first."""
        ...


class NobodyHands:
    """A desk without a voicebot."""

    def find(self, call_id: str) -> HandedCall | None:
        return None

    def recent(self) -> Sequence[HandedCall]:
        return ()


def told_by_others(conn: Connection, call_id: str) -> bool:
    """Whether an exchange reports this call, and so will say when it ends."""
    columns = desk_events.c
    others = select(columns.seq).where(columns.call_id == call_id, columns.source != "desk").limit(1)
    return conn.execute(others).first() is not None
