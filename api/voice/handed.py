"""The voicebot's packets for the desk: read from the calls' records, only of calls that went on to a person."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from sqlalchemy import ColumnElement, select

from desk.assist.handed import LISTED_FOR, OPENED_FOR
from desk.assist.model import HandedCall, Segment
from knowledge.ports import Clock
from knowledge.store.database import Database
from knowledge.store.voice_tables import voice_calls
from voicebot.domain import Call
from voicebot.rows import call_from

PHONES = ("audiosocket", "twilio")
"""Where a line exists that could be put through."""
_MOST = 20


class VoiceHandedCalls:
    """`told` makes sure that the desk's event log knows the calls that have ended: whoever opens one finds its record."""

    def __init__(self, db: Database, clock: Clock, told: Callable[[], None]) -> None:
        self._db = db
        self._clock = clock
        self._told = told

    def find(self, call_id: str) -> HandedCall | None:
        columns = voice_calls.c
        wanted = (columns.call_id == call_id) & columns.outcome.in_(("handed_over", "callback"))
        return next(iter(self._read(wanted, OPENED_FOR)), None)

    def recent(self) -> Sequence[HandedCall]:
        return self._read(voice_calls.c.outcome == "handed_over", LISTED_FOR)

    def _read(self, wanted: ColumnElement[bool], within: timedelta) -> list[HandedCall]:
        columns = voice_calls.c
        fresh = wanted & columns.via.in_(PHONES) & (columns.ended_at >= self._clock.now() - within)
        newest = select(voice_calls).where(fresh, columns.packet != "").order_by(columns.ended_at.desc()).limit(_MOST)
        with self._db.read() as conn:
            calls = [call_from(dict(row)) for row in conn.execute(newest).mappings()]
        if calls:
            self._told()
        return [made for call in calls if (made := _handed(call)) is not None]


def _handed(call: Call) -> HandedCall | None:
    packet = call.packet
    if packet is None:
        return None
    said = tuple(
        Segment("citizen" if who == "caller" else "bot", text, 0, 0, None, handed=True)
        for who, text in packet.transcript
        if text
    )
    return HandedCall(
        call.call_id, call.ended_at or call.started_at, packet.reason, packet.need, said, packet.answered,
        packet.department, packet.lang, call.outcome == "callback",
    )  # fmt: skip
