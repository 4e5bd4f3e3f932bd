"""The calls that are watched now, read from the log and the transcripts; everything in here can be read again."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from desk.alerts.judge import Odds, call_signals, ended_at, said_rules
from desk.alerts.model import Signal
from desk.alerts.words import WordRule
from desk.assist import transcripts
from desk.events.log import events_of_call, jst_day
from desk.events.model import Event
from knowledge.settings import AlertSettings
from knowledge.store.desk_tables import desk_events

WATCHED_FOR = timedelta(hours=3)
"""A call nobody heard anything of for so long has lost its end."""
Met = Callable[[str, str], Sequence[tuple[str, int]]]
"""(speaker, text) -> the rules this meets, with what was measured."""


@dataclass
class Tracked:
    """Words are judged once, as they come in, and not kept."""

    call_id: str
    touched_at: datetime
    events: list[Event] = field(default_factory=list)
    next_place: int = 0
    heard: list[datetime] = field(default_factory=list)
    said: list[Signal] = field(default_factory=list)

    @property
    def operator(self) -> str:
        return next((event.text("operator") for event in self.events if event.type == "answered"), "")

    @property
    def is_over(self) -> bool:
        return ended_at(self.events) is not None

    def signals(self, now: datetime, limits: AlertSettings) -> list[Signal]:
        return [*self.said, *call_signals(self.events, self.heard, now, limits)]

    def read(self, conn: Connection, now: datetime, met: Met) -> None:
        """What is known by now of this call."""
        self.touched_at = now
        self.events = events_of_call(conn, self.call_id)
        for place, piece in enumerate(transcripts.of_call(conn, self.call_id, self.next_place), self.next_place):
            self.next_place = place + 1
            if piece.at is None:
                continue
            if piece.end_ms:
                self.heard.append(piece.at)
            self.said += [Signal(rule, piece.at, place, amount) for rule, amount in met(piece.speaker, piece.text)]


class Tracker:
    """Follows the log by its numbers, and the transcripts by the calls that were named."""

    def __init__(self, rules: Mapping[str, WordRule], complaint: Odds, limit_percent: int) -> None:
        self._met: Met = lambda speaker, text: said_rules(speaker, text, rules, complaint, limit_percent)
        self._read_upto = 0
        self.calls: dict[str, Tracked] = {}

    def follow(self, conn: Connection, named: Iterable[str], now: datetime) -> None:
        """Read what is new of every call that something happened in. The first time: of the last hours."""
        oldest, columns = now - WATCHED_FOR, desk_events.c
        fresh = select(columns.seq, columns.call_id).where(columns.seq > self._read_upto, columns.at >= oldest)
        rows = conn.execute(fresh.where(columns.day >= jst_day(oldest), columns.call_id != "")).all()
        for call_id in dict.fromkeys([*(row.call_id for row in rows), *named]):
            self.calls.setdefault(call_id, Tracked(call_id, now)).read(conn, now, self._met)
        self._read_upto = max((row.seq for row in rows), default=self._read_upto)

    def forget(self, now: datetime) -> None:
        """Calls that are over; one that something is still said of is read again."""
        oldest = now - WATCHED_FOR
        for call_id in [one.call_id for one in self.calls.values() if one.is_over or one.touched_at < oldest]:
            del self.calls[call_id]
