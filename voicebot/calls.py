"""Runs calls: over any wire, in writing, or from a file. Everything a call needs is fetched when it begins."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from knowledge.domain import Answer, Question
from knowledge.errors import Unavailable
from knowledge.ports import Answering, Redaction
from voicebot.announcements import EmergencyAnnouncement
from voicebot.calendar import is_open
from voicebot.dialogue.events import Started
from voicebot.dialogue.step import World
from voicebot.dialplan import NextSteps, NotedHandoff
from voicebot.domain import Call, Via
from voicebot.hearing.hotwords import hotwords
from voicebot.log import MemoryLog
from voicebot.notes import Notes
from voicebot.parts import VoiceParts
from voicebot.ports import CallDetail, CallLog, Handoff, Line
from voicebot.session import Parts, Session
from voicebot.texts import Texts
from voicebot.transports.text import LinesLine, ScreenLine
from voicebot.transports.wav import WavWire
from voicebot.transports.wire import Wire

if TYPE_CHECKING:
    from voicebot.runtime.line import Gear

Result = TypeVar("Result")
Runner = Callable[[Callable[[Any], Any], Any], Awaitable[Any]]


class CallRunner:
    """`world` and `gear` may be exchanged at any time; calls that run keep what they began with."""

    def __init__(self, parts: VoiceParts, log: CallLog | None, world: World, emergency: EmergencyAnnouncement) -> None:
        self._parts = parts
        self._log = log
        self._emergency = emergency
        self.world = world
        self.gear: Gear | None = None
        self.hearing = False
        self.steps = NextSteps()
        self._active: set[str] = set()

    @property
    def active(self) -> int:
        return len(self._active)

    async def over_wire(self, wire: Wire, call_id: str, via: Via, lang: str = "ja", log: CallLog | None = None) -> Call:
        """One call from opening to end; returns its record."""
        started = await self._started(via, lang)
        notes = Notes(log or self._log or MemoryLog(), self._parts.clock, call_id, via, lang)
        self._active.add(call_id)
        try:
            call = await self._run(wire, notes, started, via)
        finally:
            self._active.discard(call_id)
        self.steps.note(call_id, call.outcome)
        return call

    async def of_file(self, source: Path, out: Path) -> CallDetail:
        """Play a file to the bot in real time and write its reply. Raises NotReadable, Unavailable."""
        if self.gear is None:
            raise Unavailable("音声では話せません。音声の部品を確認してください。")
        wire, log = WavWire(source), MemoryLog()
        call = await self.over_wire(wire, new_id(), "wav", log=log)
        wire.save(out)
        return CallDetail(call, tuple(log.turns[call.call_id].values()))

    async def in_writing(
        self,
        lines: Sequence[str],
        lang: str = "ja",
        *,
        situation: Started | None = None,
        texts: Texts | None = None,
        answering: Answering | None = None,
        handoff: Handoff | None = None,
    ) -> CallDetail:
        """A call of given lines, 「#1」 being a key and 「#…」 silence. Nothing is stored. `texts`: wordings to try."""
        log, call_id = MemoryLog(), new_id()
        started = situation or await self._started("text", lang)
        world = replace(self.world, texts=texts) if texts else self.world
        notes = Notes(log, self._parts.clock, call_id, "text", lang)
        parts = self._session_parts(_direct, world, answering or self._parts.answering, handoff)
        call = await Session(parts, LinesLine(lines), notes, started).run()
        return CallDetail(call, tuple(log.turns[call_id].values()))

    async def _run(self, wire: Wire, notes: Notes, started: Started, via: Via) -> Call:
        if self.gear is None:
            screen = ScreenLine(wire)
            await screen.start()
            try:
                return await self._session(screen, notes, started).run()
            finally:
                await screen.end()
        from voicebot.runtime.line import PipecatLine

        line = PipecatLine(wire, self.gear, self._recording(notes.call_id) if started.recorded else None)
        notes.recorded = line.recorded
        try:
            await line.start()
            return await self._session(line, notes, started).run()
        finally:
            await line.end()

    def _recording(self, call_id: str) -> Path:
        return self._parts.recordings_dir / f"{call_id}.wav"

    def _session(self, line: Line, notes: Notes, started: Started) -> Session:
        return Session(self._session_parts(_in_thread, self.world, self._parts.answering), line, notes, started)

    async def _started(self, via: Via, lang: str) -> Started:
        settings, parts = self._parts.settings, self._parts
        crowded = self.active >= settings.max_calls
        now_open = is_open(parts.city, parts.clock.now(), parts.holiday)
        return Started(
            open=now_open,
            overflow=crowded or (now_open and not await self._somebody()),
            hearing=(self.hearing or via == "text") and not crowded,
            screen=via in ("text", "browser"),
            recorded=settings.recording.enabled and self.gear is not None and via not in ("text", "wav"),
            emergency=self._emergency.text,
            lang=lang,
        )

    async def _somebody(self) -> bool:
        try:
            return await self._parts.handoff.available()
        except Exception:  # a desk that does not answer has nobody to offer
            return False

    def _session_parts(self, run: Runner, world: World, answering: Answering, handoff: Handoff | None = None) -> Parts:
        async def ask(question: Question) -> Answer:
            answer: Answer = await run(answering.answer, question)
            return answer

        async def redact(text: str) -> Redaction:
            redaction: Redaction = await run(self._parts.redactor.redact, text)
            return redaction

        def words(node: str, topics: tuple[str, ...]) -> tuple[str, ...]:
            return hotwords(node, topics, self._parts.city.hotwords)

        noted = NotedHandoff(handoff or self._parts.handoff, self.steps)
        return Parts(world, ask, redact, noted, self._parts.clock, words)


def new_id() -> str:
    return f"V{secrets.token_hex(8)}"


async def _in_thread(work: Callable[[Any], Result], value: Any) -> Result:
    return await asyncio.to_thread(work, value)


async def _direct(work: Callable[[Any], Result], value: Any) -> Result:
    return work(value)
