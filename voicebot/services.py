"""The voicebot as the rest of the product sees it: build, start, run calls, read them, close."""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from knowledge.domain import LANGUAGES, Answer, Question
from knowledge.errors import Unavailable
from knowledge.ports import Answering, Clock, Redaction, Redactor
from knowledge.privacy.redacted import RedactedText, approved
from knowledge.store.database import Database
from voicebot.calendar import is_open, japanese_holiday
from voicebot.dialogue.events import Started
from voicebot.dialogue.step import World
from voicebot.domain import Call, CallbackRequest, CityVoice, Packet, Speech, Via
from voicebot.handoffs import TrialHandoff
from voicebot.hearing.hotwords import hotwords
from voicebot.log import MemoryLog
from voicebot.notes import Notes
from voicebot.ports import CallDetail, CallFilter, CallLog, CallPage, Handoff, Line, Transcriber
from voicebot.record import CallRecords
from voicebot.session import Parts, Session
from voicebot.settings import VoiceSettings
from voicebot.status import VoiceStatus, voice_status
from voicebot.texts import load_texts
from voicebot.transports.audiosocket import AudioSocketServer
from voicebot.transports.browser import BrowserWire
from voicebot.transports.text import LinesLine, ScreenLine
from voicebot.transports.twilio import TwilioWire, signature_ok
from voicebot.transports.wav import WavWire
from voicebot.transports.wire import Wire
from voicebot.voice import Voice

if TYPE_CHECKING:
    from voicebot.runtime.line import Gear

Holiday = Callable[[date], bool]
Receive = Callable[[], Awaitable[str | bytes | None]]
Send = Callable[[str | bytes], Awaitable[None]]
Result = TypeVar("Result")
REMEMBERED = 1000
"""Outcomes kept for the dialplan's question what comes next."""
RATE_OF = {"audiosocket": 8000, "twilio": 8000, "browser": 16000, "wav": 16000}


class VoiceServices:
    """Everything of one process. `start` before the first call, `close` at the end; both may run without models."""

    def __init__(
        self,
        answering: Answering,
        redactor: Redactor,
        clock: Clock,
        database: Database | None,
        city: CityVoice,
        settings: VoiceSettings,
        data_dir: Path,
        handoff: Handoff | None = None,
        holiday: Holiday = japanese_holiday,
        transcriber: Transcriber | None = None,
    ) -> None:
        self._answering = answering
        self._redactor = redactor
        self._clock = clock
        self._city = city
        self._settings = settings
        self._folder = data_dir / "voice"
        self._handoff: Handoff = handoff or TrialHandoff()
        self._holiday = holiday
        self._records = CallRecords(database) if database else None
        hearing = settings.hearing
        self._world = World(load_texts(city), settings.dialogue, hearing.reject_below, hearing.confirm_below)
        self._given_transcriber = transcriber
        self._gear: Gear | None = None
        self._hearing = False
        self._active: set[str] = set()
        self._outcomes: OrderedDict[str, str] = OrderedDict()
        self._audiosocket: AudioSocketServer | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._closers: list[Callable[[], None]] = []
        self.voice = Voice(settings.speech, self._folder, city)

    # --- life ---------------------------------------------------------------------------------------------------

    async def start(self) -> VoiceStatus:
        """Load what is there, mark calls that a crash cut off, prepare fixed sentences in the background."""
        if self._records is not None:
            await asyncio.to_thread(self._records.recover, self._clock.now())
        status = voice_status(self._settings)
        if status.runtime and status.speaking:
            await self.voice.start()
            spoken = frozenset(lang for lang in LANGUAGES if self.voice.speaks(lang))
            self._world = replace(self._world, spoken=spoken)
            self._gear = await self._make_gear()
            self._preparing = asyncio.create_task(self._prepare_fixed())
        return self.status()

    async def _make_gear(self) -> "Gear":
        from voicebot.hearing.scripted import DeafTranscriber
        from voicebot.hearing.whisper import WhisperTranscriber
        from voicebot.runtime.line import Gear
        from voicebot.turns import SmartTurnPolicy, TextTurnPolicy

        transcriber = self._given_transcriber
        if transcriber is None and self._settings.hearing.kind in ("auto", "whisper"):
            whisper = WhisperTranscriber(self._settings.hearing)
            self._closers.append(whisper.close)
            try:
                await whisper.start()
                transcriber = whisper
            except Unavailable:
                transcriber = None
        self._hearing = transcriber is not None
        policy: TextTurnPolicy | SmartTurnPolicy = TextTurnPolicy(self._settings.turns)
        if self._settings.turns.policy == "smart":
            from voicebot.runtime.vad import SmartTurn

            model = SmartTurn()
            self._closers.append(model.close)
            policy = SmartTurnPolicy(self._settings.turns, model)
        return Gear(self.voice, transcriber or DeafTranscriber(), policy, self._settings.turns)

    async def _prepare_fixed(self) -> None:
        speeches = [Speech(text) for text in self._world.texts.fixed()]
        for rate in sorted(set(RATE_OF.values())):
            await self.voice.prepare(speeches, rate)

    async def prepared(self) -> None:
        """Wait until the fixed sentences are synthesised."""
        if self._preparing is not None:
            await self._preparing

    @property
    def gear(self) -> "Gear | None":
        return self._gear

    async def prepare_answers(self, spoken: Sequence[str]) -> int:
        """Synthesise published answers ahead of time (call after publishing); returns the new units."""
        speeches = [Speech(approved(text)) for text in spoken]
        return sum([await self.voice.prepare(speeches, rate) for rate in sorted(set(RATE_OF.values()))])

    async def close(self) -> None:
        if self._audiosocket is not None:
            await self._audiosocket.close()
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.gather(self._preparing, return_exceptions=True)
        for closer in self._closers:
            closer()
        self.voice.close()
        if self._records is not None:
            await asyncio.to_thread(self._records.stop)

    def status(self) -> VoiceStatus:
        found = voice_status(self._settings, len(self._active))
        if self._given_transcriber is not None:
            problems = tuple(text for text in found.problems if "音声認識" not in text and "聞き取り" not in text)
            return replace(found, hearing=True, problems=problems)
        if self._gear is not None and found.hearing and not self._hearing:
            problem = "音声認識のモデルを読み込めません。モデルを入れ直してください。"
            return replace(found, hearing=False, problems=(*found.problems, problem))
        return found

    # --- calls --------------------------------------------------------------------------------------------------

    async def start_audiosocket(self) -> int:
        """Listen for Asterisk; returns the port. Raises Unavailable when there is no voice to answer with."""
        if self._gear is None:
            raise Unavailable(self.status().summary)

        async def answer(wire: Wire, call_id: str) -> None:
            await self.run_wire(wire, call_id, "audiosocket")

        self._audiosocket = AudioSocketServer(self._settings.audiosocket, answer, time.monotonic)
        return await self._audiosocket.start()

    def announce(self, call_id: str) -> str:
        """The PBX names a call before it connects. Raises ValueError for what is no UUID."""
        if self._audiosocket is None:
            raise Unavailable("電話の受付（AudioSocket）は動いていません。")
        return self._audiosocket.registrations.announce(call_id)

    def next_step(self, call_id: str) -> str:
        """What the dialplan does when AudioSocket() returns: "queue" (a person) or "hangup"."""
        return "queue" if self._outcomes.get(call_id) == "handed_over" else "hangup"

    async def browser_call(self, send: Send, receive: Receive, lang: str = "ja") -> Call:
        """One call of the page; `receive` gives str, bytes or None at the end. Returns when it is over."""
        return await self.run_wire(BrowserWire(receive, send), new_id(), "browser", lang)

    def twilio_allowed(self, url: str, params: dict[str, str], signature: str) -> bool:
        token = self._settings.twilio.auth_token.get_secret_value()
        return signature_ok(token, self._settings.twilio.public_url or url, params, signature)

    async def twilio_call(self, send: Send, receive: Receive) -> Call | None:
        """One media stream; None when it never began."""
        wire = TwilioWire(receive, send)
        if not await wire.begin():
            return None
        return await self.run_wire(wire, new_id(), "twilio")

    async def wav_call(self, source: Path, out: Path) -> CallDetail:
        """Play a file to the bot in real time and write its reply. Raises NotReadable, Unavailable."""
        if self._gear is None:
            raise Unavailable(self.status().summary)
        wire, log = WavWire(source), MemoryLog()
        call = await self.run_wire(wire, new_id(), "wav", log=log)
        wire.save(out)
        return CallDetail(call, tuple(log.turns[call.call_id].values()))

    async def text_call(self, lines: Sequence[str], lang: str = "ja") -> CallDetail:
        """A call in writing; a line 「#1」 is a key. Nothing is stored."""
        log = MemoryLog()
        call_id = new_id()
        started = await self._started("text", lang)
        notes = Notes(log, self._clock, call_id, "text", lang)
        call = await Session(self._parts(_direct), LinesLine(lines), notes, started).run()
        return CallDetail(call, tuple(log.turns[call_id].values()))

    async def run_wire(self, wire: Wire, call_id: str, via: Via, lang: str = "ja", log: CallLog | None = None) -> Call:
        """One call over any wire, from opening to end; returns its record."""
        started = await self._started(via, lang)
        notes = Notes(log or self._records or MemoryLog(), self._clock, call_id, via, lang)
        self._active.add(call_id)
        try:
            call = await self._run(wire, notes, started, via)
        finally:
            self._active.discard(call_id)
        self._outcomes[call_id] = call.outcome
        while len(self._outcomes) > REMEMBERED:
            self._outcomes.popitem(last=False)
        return call

    async def _run(self, wire: Wire, notes: Notes, started: Started, via: Via) -> Call:
        if self._gear is None:
            screen = ScreenLine(wire)
            await screen.start()
            try:
                return await self._session(screen, notes, started).run()
            finally:
                await screen.end()
        from voicebot.runtime.line import PipecatLine

        recording = self._recording(notes.call_id) if via != "wav" else None
        line = PipecatLine(wire, self._gear, recording)
        if recording is not None:
            notes.recording = lambda: recording.name
        try:
            await line.start()
            return await self._session(line, notes, started).run()
        finally:
            await line.end()

    def _session(self, line: Line, notes: Notes, started: Started) -> Session:
        return Session(self._parts(_in_thread), line, notes, started)

    def _recording(self, call_id: str) -> Path | None:
        settings = self._settings.recording
        if not settings.enabled:
            return None
        return self.recordings_dir / f"{call_id}.wav"

    @property
    def recordings_dir(self) -> Path:
        return self._settings.recording.dir or self._folder / "recordings"

    async def _started(self, via: Via, lang: str) -> Started:
        typed = via in ("text", "browser")
        crowded = len(self._active) >= self._settings.max_calls
        now_open = is_open(self._city, self._clock.now(), self._holiday)
        return Started(
            open=now_open,
            overflow=crowded or (now_open and not await self._somebody()),
            hearing=(self._hearing or via == "text") and not crowded,
            screen=typed,
            recorded=self._settings.recording.enabled and via not in ("text", "wav"),
            emergency=self.emergency,
            lang=lang,
        )

    async def _somebody(self) -> bool:
        try:
            return await self._handoff.available()
        except Exception:  # a desk that does not answer has nobody to offer
            return False

    def _parts(self, run: Callable[..., Awaitable[Any]]) -> Parts:
        async def ask(question: Question) -> Answer:
            answer: Answer = await run(self._answering.answer, question)
            return answer

        async def redact(text: str) -> Redaction:
            redaction: Redaction = await run(self._redactor.redact, text)
            return redaction

        def words(node: str, topics: tuple[str, ...]) -> tuple[str, ...]:
            return hotwords(node, topics, self._city.hotwords)

        return Parts(self._world, ask, redact, _Noted(self._handoff, self._outcomes), self._clock, words)

    # --- announcements and records ------------------------------------------------------------------------------

    @property
    def emergency(self) -> RedactedText:
        """The announcement switched on by hand, else the one in the settings; "" for none."""
        path = self._folder / "emergency.txt"
        text = path.read_text(encoding="utf-8") if path.is_file() else self._settings.emergency_announcement
        return approved(text.strip())

    def set_emergency(self, text: str) -> None:
        """Switch the announcement on, or off with "". Survives a restart."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / "emergency.txt").write_text(text.strip(), encoding="utf-8")

    def _log(self) -> CallRecords:
        if self._records is None:
            raise Unavailable("通話の記録を保存するデータベースがありません。")
        return self._records

    def calls(self, asked: CallFilter | None = None) -> CallPage:
        return self._log().find(asked or CallFilter())

    def call(self, call_id: str) -> CallDetail:
        """Raises NotFound."""
        return self._log().get(call_id)

    def drain(self) -> None:
        """Wait until every turn handed in is stored."""
        self._log().drain()

    def purge(self) -> int:
        """Delete calls and recordings beyond their retention; returns the calls deleted."""
        now = self._clock.now()
        self.voice.trim_cache()
        return self._log().purge(
            now - timedelta(days=self._settings.retain_days),
            now - timedelta(days=self._settings.recording.retain_days),
            lambda name: (self.recordings_dir / name).unlink(missing_ok=True),
        )


class _Noted:
    """The hand-over, noted before the far end is let go: the dialplan asks at once what comes next."""

    def __init__(self, handoff: Handoff, outcomes: OrderedDict[str, str]) -> None:
        self._handoff = handoff
        self._outcomes = outcomes

    async def available(self) -> bool:
        return await self._handoff.available()

    async def transfer(self, call_id: str, packet: Packet) -> bool:
        taken = await self._handoff.transfer(call_id, packet)
        if taken:
            self._outcomes[call_id] = "handed_over"
        return taken

    async def call_back(self, request: CallbackRequest) -> str:
        return await self._handoff.call_back(request)


def new_id() -> str:
    return f"V{secrets.token_hex(8)}"


async def _in_thread(work: Callable[[Any], Result], value: Any) -> Result:
    return await asyncio.to_thread(work, value)


async def _direct(work: Callable[[Any], Result], value: Any) -> Result:
    return work(value)


def build(
    answering: Answering,
    redactor: Redactor,
    clock: Clock,
    database: Database | None,
    city: CityVoice,
    settings: VoiceSettings,
    data_dir: Path,
    **parts: Any,
) -> VoiceServices:
    """Wire the voicebot; nothing is loaded before `start`. `parts`: handoff, holiday, transcriber."""
    return VoiceServices(answering, redactor, clock, database, city, settings, data_dir, **parts)
