"""`Phone`: the voicebot of one running application, from its first call to its last."""

import asyncio
import logging
import threading
from dataclasses import replace

from api.metrics import Metrics
from api.voice.answering import NotedAnswering
from api.voice.bot_events import BotEvents
from api.voice.centre import CentreHandoff
from api.voice.handed import VoiceHandedCalls
from api.voice.preparing import Preparing
from desk.service import Desk, DeskParts, open_desk
from knowledge.bootstrap import Services
from knowledge.errors import MadoguchiError
from knowledge.privacy.redacted import RedactedText
from voicebot.announcements import EmergencyAnnouncement
from voicebot.city import city_voice
from voicebot.configuration import PhoneSettings, phone_settings
from voicebot.parts import VOICE_FOLDER, VoiceParts
from voicebot.ports import Transcriber
from voicebot.services import VoiceServices
from voicebot.status import VoiceStatus, voice_status

_ROUND_SECS = 30.0
_HOURLY = 120
_log = logging.getLogger(__name__)


class Phone:
    """Nothing is loaded before `start`; what only reads records works without it. Raises ConfigurationError."""

    def __init__(self, services: Services, metrics: Metrics) -> None:
        self.settings: PhoneSettings = phone_settings(services.settings)
        handed = VoiceHandedCalls(services.db, services.clock, self.tell_desk)
        self.desk: Desk = open_desk(replace(desk_parts(services), handed=handed))
        self.centre = CentreHandoff(self.desk, self.settings.handoff)
        self.events = BotEvents(services, self.desk)
        self._answering = NotedAnswering(services, metrics)
        self.transcriber: Transcriber | None = None
        """Another recogniser than the configured one; set before the start."""
        self.telephone_port = 0
        """Where AudioSocket listens; 0 while it does not."""
        self._services = services
        self._lock = threading.Lock()
        self._bot: VoiceServices | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._started = asyncio.Event()
        self._problems: tuple[str, ...] = ()
        folder = services.folder.root / VOICE_FOLDER
        self._emergency = EmergencyAnnouncement(folder, self.settings.emergency_announcement)

    @property
    def emergency(self) -> RedactedText:
        """What calls begin with and every page shows while it is set; "" for none. Wakes no voicebot."""
        return self._emergency.text

    @property
    def bot(self) -> VoiceServices:
        """The voicebot, made when it is first needed."""
        with self._lock:
            if self._bot is None:
                services = self._services
                self._bot = VoiceServices(
                    VoiceParts(
                        self._answering,
                        services.redactor,
                        services.clock,
                        services.db,
                        city_voice(services.profile),
                        self.settings,
                        services.folder.root,
                        handoff=self.centre,
                        transcriber=self.transcriber,
                    )
                )
            return self._bot

    # --- life ---------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Begin to load, beside the event loop; the server is ready meanwhile, calls wait for `ready`."""
        if self.settings.enabled:
            preparing = Preparing(self._services, self.bot, self.settings)
            preparing.follow(self._services.faqs)
            self._tasks = [asyncio.create_task(self._run(preparing)), asyncio.create_task(self._keep_house())]

    async def _run(self, preparing: Preparing) -> None:
        try:
            await self.bot.start()
            if self.settings.audiosocket.enabled:
                self.telephone_port = await self.bot.start_audiosocket()
                _log.info("listening for telephone calls on port %d", self.telephone_port)
        except MadoguchiError as error:
            self._problem(error.message)
        except Exception as error:  # a broken part of the voice must not keep the rest of the product from running
            _log.exception("the voice could not be started")
            self._problem(f"音声応答を始められませんでした（{type(error).__name__}）。")
        finally:
            self._started.set()
        if self.bot.gear is not None:
            await self.bot.prepared()
            await preparing.run()

    def _problem(self, text: str) -> None:
        self._problems = (*self._problems, text)

    async def ready(self) -> VoiceServices:
        """The voicebot once it has loaded what there is."""
        await self._started.wait()
        return self.bot

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        if self._bot is not None:
            await self._bot.close()

    # --- state and retention ------------------------------------------------------------------------------------

    def status(self) -> VoiceStatus:
        """What works, also before the start and while the voicebot is switched off."""
        if not self.settings.enabled:
            text = "音声応答は、設定で止めてあります（voice.enabled）。"
            return replace(voice_status(self.settings), hearing=False, speaking=False, problems=(text,))
        found = self.bot.status()
        problems = (*found.problems, *(text for text in self._problems if text not in found.problems))
        speaking = found.speaking and (self.bot.gear is not None or not self._started.is_set())
        return replace(found, speaking=speaking, hearing=found.hearing and speaking, problems=problems)

    async def _keep_house(self) -> None:
        rounds = 0
        while True:
            await asyncio.sleep(_ROUND_SECS)
            rounds += 1
            await asyncio.to_thread(self.tell_desk)
            if rounds % _HOURLY == 0:
                await asyncio.to_thread(self.tidy)

    def tell_desk(self) -> None:
        """Ended calls go to the desk's event log; what fails is told in the next round."""
        try:
            self.events.tell()
        except MadoguchiError:
            _log.exception("calls could not be told to the desk")

    def tidy(self) -> None:
        """Every hour: forget call-back numbers past their time, and speech that is not needed again."""
        try:
            self.desk.callbacks.purge()
            self.bot.voice.trim_cache()
        except MadoguchiError:
            _log.exception("what is past its time could not be deleted and is tried again")


def desk_parts(services: Services) -> DeskParts:
    return DeskParts(
        services.db,
        services.clock,
        services.redactor,
        services.profile,
        services.tokenizer,
        services.folder.root,
        services.faqs.synonyms,
        faq_entry=services.retriever.entry,
        answering=services.answerer,
        alerts=services.settings.alerts,
        complaint=services.answerer.complaint_odds,
    )
