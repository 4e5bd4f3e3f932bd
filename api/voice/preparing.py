"""Published answers are spoken before anybody asks for them, so that a call plays them without waiting."""

import asyncio
from collections.abc import Sequence

from knowledge.answering.spoken import spoken_text
from knowledge.bootstrap import Services
from knowledge.domain import FaqEntry
from knowledge.errors import MadoguchiError
from knowledge.faq.periods import period_of
from knowledge.faq.records import Key
from knowledge.faq.service import FaqService
from knowledge.privacy.redacted import approved
from voicebot.configuration import PhoneSettings
from voicebot.domain import Speech
from voicebot.services import RATE_OF, VoiceServices

_LANG = "ja"
_BUSY_SECS = 5.0
_BREATH_SECS = 0.05


class Preparing:
    """The most used answers after the start, then whatever is published. Gives way while somebody is on the phone."""

    def __init__(self, services: Services, bot: VoiceServices, settings: PhoneSettings) -> None:
        self._services = services
        self._bot = bot
        self._limit = settings.prepared_answers
        phones = settings.audiosocket.enabled or settings.twilio.enabled
        self._rates = sorted({RATE_OF["browser"], *((RATE_OF["audiosocket"],) if phones else ())})
        self._waiting: asyncio.Queue[tuple[Key, ...]] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()

    def follow(self, faqs: FaqService) -> None:
        """From now on, what is published is prepared too. The index hears of it first."""
        before = faqs.on_published

        def published(keys: Sequence[Key]) -> None:
            before(keys)
            if not self._loop.is_closed():
                self._loop.call_soon_threadsafe(self._waiting.put_nowait, tuple(keys)[: self._limit])

        faqs.on_published = published

    async def run(self) -> None:
        """Until cancelled."""
        for entry in await asyncio.to_thread(self._most_used):
            await self._speak(entry)
        while True:
            if self._waiting.empty():
                self._bot.voice.rest()
            keys = await self._waiting.get()
            for entry in await asyncio.to_thread(self._services.faqs.published, keys):
                if entry.lang == _LANG:
                    await self._speak(entry)

    def _most_used(self) -> list[FaqEntry]:
        try:
            month = period_of(self._services.clock.today(), "month")
            used = [one.key for one in self._services.usage.ranking("use", month, limit=self._limit)]
            entries = [entry for entry in self._services.faqs.published() if entry.lang == _LANG]
        except MadoguchiError:
            return []
        rank = {faq_id: place for place, faq_id in enumerate(used)}
        return sorted(entries, key=lambda entry: (rank.get(entry.faq_id, self._limit), entry.faq_id))[: self._limit]

    async def _speak(self, entry: FaqEntry) -> None:
        while self._bot.status().active_calls:  # noqa: ASYNC110 - nothing tells when the last call ends, and no hurry
            await asyncio.sleep(_BUSY_SECS)
        for rate in self._rates:
            await self._bot.voice.prepare([Speech(approved(spoken_text(entry)))], rate)
        await asyncio.sleep(_BREATH_SECS)
