"""The voicebot as the rest of the product sees it: start, run calls, read them, close."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.errors import Unavailable
from knowledge.ports import Answering
from knowledge.privacy.redacted import RedactedText
from voicebot.announcements import EmergencyAnnouncement
from voicebot.calls import CallRunner, new_id
from voicebot.dialogue.events import Started
from voicebot.dialogue.step import World
from voicebot.domain import Call, Speech, Via
from voicebot.engines import Engines, load_engines
from voicebot.handoffs import TrialHandoff
from voicebot.parts import VoiceParts
from voicebot.ports import CallDetail, CallFilter, CallLog, CallPage
from voicebot.record import CallRecords
from voicebot.status import VoiceStatus, voice_status
from voicebot.texts import Texts, load_texts
from voicebot.transports.audiosocket import AudioSocketServer
from voicebot.transports.browser import BrowserWire
from voicebot.transports.twilio import TwilioWire, signature_ok
from voicebot.transports.wire import Wire
from voicebot.voice import Voice
from voicebot.wording import Wording

if TYPE_CHECKING:
    from voicebot.runtime.line import Gear

Receive = Callable[[], Awaitable[str | bytes | None]]
Send = Callable[[str | bytes], Awaitable[None]]
RATE_OF: Mapping[str, int] = {"audiosocket": 8000, "twilio": 8000, "browser": 16000, "wav": 16000}
_RATES = tuple(sorted(set(RATE_OF.values())))


class VoiceServices:
    """Everything of one process. `start` before the first call, `close` at the end; both may run without models."""

    def __init__(self, parts: VoiceParts) -> None:
        settings = parts.settings
        self._parts = parts
        self._records = CallRecords(parts.database) if parts.database else None
        self._engines: Engines | None = None
        self._audiosocket: AudioSocketServer | None = None
        self._preparing: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        """Set while fixed sentences are prepared in the background."""
        self._emergency = EmergencyAnnouncement(parts.folder, settings.emergency_announcement)
        self.wording = Wording(parts.database, parts.clock, parts.city)
        self.voice = Voice(settings.speech, parts.folder, parts.city)
        hearing = settings.hearing
        world = World(load_texts(parts.city), settings.dialogue, hearing.reject_below, hearing.confirm_below)
        self._calls = CallRunner(parts, self._records, world, self._emergency)

    # --- life ---------------------------------------------------------------------------------------------------

    async def start(self) -> VoiceStatus:
        """Load what is there, mark calls that a crash cut off, prepare fixed sentences in the background."""
        if self._records is not None:
            await asyncio.to_thread(self._records.recover, self._parts.clock.now())
        await asyncio.to_thread(self.use_texts)
        status = voice_status(self._parts.settings)
        if status.runtime and status.speaking:
            await self.voice.start()
            self._calls.world = replace(self._calls.world, spoken=frozenset(self.voice.languages))
            self._engines = await load_engines(self._parts.settings, self.voice, self._parts.transcriber)
            self._calls.gear, self._calls.hearing = self._engines.gear, self._engines.hearing
            self._loop = asyncio.get_running_loop()
            self._prepare()
        return self.status()

    def use_texts(self) -> None:
        """Speak with the wordings that are approved now, from the next call on."""
        self._calls.world = replace(self._calls.world, texts=self.texts())
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._prepare)

    def texts(self, trial: Mapping[tuple[str, str], str] | None = None) -> Texts:
        """The approved wordings, with `trial` (by language and name) on top."""
        return load_texts(self._parts.city, {**self.wording.live(), **(trial or {})})

    def _prepare(self) -> None:
        if self._preparing is not None:
            self._preparing.cancel()
        self._preparing = asyncio.create_task(self._prepare_fixed())

    async def _prepare_fixed(self) -> None:
        speeches = [Speech(text) for text in self._calls.world.texts.fixed()]
        for rate in _RATES:
            await self.voice.prepare(speeches, rate)

    async def prepared(self) -> None:
        """Wait until the fixed sentences are synthesised."""
        if self._preparing is not None:
            await self._preparing

    @property
    def gear(self) -> "Gear | None":
        return self._calls.gear

    async def close(self) -> None:
        if self._audiosocket is not None:
            await self._audiosocket.close()
        self._loop = None
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.gather(self._preparing, return_exceptions=True)
        if self._engines is not None:
            self._engines.close()
        self.voice.close()
        if self._records is not None:
            await asyncio.to_thread(self._records.stop)

    def status(self) -> VoiceStatus:
        found = voice_status(self._parts.settings, self._calls.active, self.voice.languages)
        if self._parts.transcriber is not None:
            problems = tuple(text for text in found.problems if "音声認識" not in text and "聞き取り" not in text)
            return replace(found, hearing=True, problems=problems)
        if self._engines is not None and found.hearing and not self._engines.hearing:
            problem = "音声認識のモデルを読み込めません。モデルを入れ直してください。"
            return replace(found, hearing=False, problems=(*found.problems, problem))
        return found

    # --- calls --------------------------------------------------------------------------------------------------

    async def start_audiosocket(self) -> int:
        """Listen for Asterisk; returns the port. Raises Unavailable when there is no voice to answer with."""
        if self.gear is None:
            raise Unavailable(self.status().summary)

        async def answer(wire: Wire, call_id: str) -> None:
            await self.run_wire(wire, call_id, "audiosocket")

        self._audiosocket = AudioSocketServer(self._parts.settings.audiosocket, answer, time.monotonic)
        return await self._audiosocket.start()

    def announce(self, call_id: str) -> str:
        """The PBX names a call before it connects. Raises ValueError for what is no UUID."""
        if self._audiosocket is None:
            raise Unavailable("電話の受付（AudioSocket）は動いていません。")
        return self._audiosocket.registrations.announce(call_id)

    def next_step(self, call_id: str) -> str:
        """What the dialplan does when AudioSocket() returns: "queue" (a person) or "hangup"."""
        return self._calls.steps.after(call_id)

    async def browser_call(self, send: Send, receive: Receive, lang: str = "ja") -> Call:
        """One call of the page; `receive` gives str, bytes or None at the end. Returns when it is over."""
        return await self.run_wire(BrowserWire(receive, send), new_id(), "browser", lang)

    def twilio_allowed(self, url: str, params: dict[str, str], signature: str) -> bool:
        settings = self._parts.settings.twilio
        token = settings.auth_token.get_secret_value()
        return signature_ok(token, settings.public_url or url, params, signature)

    async def twilio_call(self, send: Send, receive: Receive) -> Call | None:
        """One media stream; None when it never began."""
        wire = TwilioWire(receive, send)
        return await self.run_wire(wire, new_id(), "twilio") if await wire.begin() else None

    async def wav_call(self, source: Path, out: Path) -> CallDetail:
        """Play a file to the bot in real time and write its reply. Raises NotReadable, Unavailable."""
        return await self._calls.of_file(source, out)

    async def text_call(self, lines: Sequence[str], lang: str = "ja") -> CallDetail:
        """A call in writing; a line 「#1」 is a key. Nothing is stored."""
        return await self._calls.in_writing(lines, lang)

    async def trial_call(
        self, lines: Sequence[str], situation: Started, texts: Texts, answering: Answering
    ) -> CallDetail:
        """A call in writing in a given situation with given wordings; stored and counted nowhere."""
        return await self._calls.in_writing(
            lines, situation.lang, situation=situation, texts=texts, answering=answering, handoff=TrialHandoff()
        )

    async def run_wire(self, wire: Wire, call_id: str, via: Via, lang: str = "ja", log: CallLog | None = None) -> Call:
        """One call over any wire, from opening to end; returns its record."""
        return await self._calls.over_wire(wire, call_id, via, lang, log)

    # --- announcements and records ------------------------------------------------------------------------------

    @property
    def emergency(self) -> RedactedText:
        """The announcement every call begins with; "" for none."""
        return self._emergency.text

    def set_emergency(self, text: str) -> None:
        """Switch the announcement on, or off with "". Survives a restart."""
        self._emergency.switch(text)

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

    @property
    def recordings_dir(self) -> Path:
        return self._parts.recordings_dir
