"""Where the voicebot hands a caller over: to the centre's people, or as a call-back ticket of the desk."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select

from desk.callbacks.vault import Contact
from desk.records.rows import find_by_call
from desk.service import Desk
from knowledge.errors import MadoguchiError
from knowledge.profile import IsHoliday, japanese_holidays, next_opening, open_at
from knowledge.store.voice_tables import voice_calls
from voicebot.configuration import HandoffSettings
from voicebot.domain import CallbackRequest, Packet

WHO = "voicebot"
_NAME = "（お名前は伺っていません）"


class CentreHandoff:
    """The voicebot's Handoff. The packet itself is part of the call's record; the number goes to the desk's vault."""

    def __init__(self, desk: Desk, settings: HandoffSettings, is_holiday: IsHoliday | None = None) -> None:
        self._desk = desk
        self._settings = settings
        self._is_holiday = is_holiday or japanese_holidays()
        self._on_screen: set[str] = set()

    def on_screen(self, call_id: str, here: bool) -> None:
        """A call of the browser page: there is no line that could be put through."""
        if here:
            self._on_screen.add(call_id)
        else:
            self._on_screen.discard(call_id)

    async def available(self) -> bool:
        """Somebody could take a call, and no more callers wait for them than the city allows (あふれ)."""
        if not self._settings.operators or not self._settings.max_waiting:
            return self._settings.operators
        try:
            return await asyncio.to_thread(self._waiting) < self._settings.max_waiting
        except MadoguchiError:  # a count that cannot be read must not keep callers from people
            return True

    def _waiting(self) -> int:
        """Callers in the exchange's queue. Those who talk with the voicebot just now wait for nobody."""
        ids = [one.call_id for one in self._desk.board.now().waiting]
        talking = select(voice_calls.c.call_id).where(voice_calls.c.call_id.in_(ids), voice_calls.c.outcome == "open")
        with self._desk.parts.db.read() as conn:
            return len(ids) - len(conn.execute(talking).all())

    async def transfer(self, call_id: str, packet: Packet) -> bool:
        return self._settings.operators and call_id not in self._on_screen

    async def call_back(self, request: CallbackRequest) -> str:
        """Store the ticket; returns its number. Raises InvalidInput, Unavailable."""
        return await asyncio.to_thread(self._store, request)

    def _store(self, request: CallbackRequest) -> str:
        desk, packet = self._desk, request.packet
        with desk.parts.db.begin() as conn:
            record = find_by_call(conn, request.call_id)
            if record is None:
                channel = "web" if request.call_id in self._on_screen else "phone"
                offered = {"channel": channel, "direction": "inbound", "lang": packet.lang}
                desk.log.append_own(conn, "call_offered", request.call_id, offered)
                record = find_by_call(conn, request.call_id)
        assert record is not None, "every call of the event log has a record"
        content = packet.need or "自動音声で折り返しのご希望を受け付けました。"
        due_at = self._due(desk.parts.clock.now())
        contact = Contact(_NAME, request.number)
        desk.callbacks.open(record.record_id, contact, content, packet.department, due_at, WHO)
        return record.record_id

    def _due(self, now: datetime) -> datetime:
        """So many hours later, counted from the next opening when the centre is closed now."""
        hours, within = self._desk.parts.profile.centre.hours, timedelta(hours=self._settings.callback_within_hours)
        if open_at(hours, now, self._is_holiday):
            return now + within
        return (next_opening(hours, now, self._is_holiday) or now + timedelta(days=1)) + within
