"""Fakes for the voicebot: a city, answers of みほん市, a desk, and a caller who follows a script on virtual time."""

import asyncio
import re
import selectors
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any, TypeVar

from knowledge.clock import FixedClock
from knowledge.domain import (
    Answer,
    ApprovedAnswer,
    Clarify,
    ClarifyOption,
    FaqEntry,
    Handoff,
    HandoffReason,
    Hit,
    Question,
)
from knowledge.ports import Redaction
from knowledge.privacy.redacted import RedactedText, approved
from voicebot.dialogue.events import CallerSpeaking, Event, HungUp, Key, SpeechEnded, Spoken, Started, Unheard
from voicebot.dialogue.step import World
from voicebot.domain import Call, CallbackRequest, CityVoice, Hours, Packet, Played, Speech, Turn
from voicebot.log import MemoryLog
from voicebot.notes import Notes
from voicebot.ports import ListenHints
from voicebot.session import Parts, Session
from voicebot.settings import DialogueSettings
from voicebot.texts import load_texts

Result = TypeVar("Result")

MIHON = CityVoice(
    "みほん市",
    "みほん市マイナンバーカードコールセンター",
    "00-0000-1234",
    weekly={day: Hours(time(8, 30), time(17, 15)) for day in range(5)},
    hours_text="受付時間は、平日の午前8時30分から午後5時15分までです",
)
TUESDAY_NOON = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PLACE = "マイナンバーカードの更新は、市役所の市民課の窓口でできます。平日の午前8時30分から午後5時15分まで受け付けております。"
LOST = "カードをなくしたときは、まず一時停止の電話をしてください。そのあと、警察に届け出てください。"
PIN = "暗証番号の変更は、市民課マイナンバーカード窓口で、本人が手続きできます。"
FIRST_HELP = "すぐに銀行へ連絡してください。"
LOCKED = "暗証番号がロックされたときは、市民課マイナンバーカード窓口で再設定できます。"


def entry(faq_id: str, question: str, answer: str) -> FaqEntry:
    return FaqEntry(faq_id, question, answer, version=3, answer_voice=answer, status="published")


ENTRIES = (
    entry("MH1001", "カードの更新はどこでできますか", PLACE),
    entry("MH1002", "カードをなくしたときはどうすればよいですか", LOST),
    entry("MH1003", "暗証番号を変更したい", PIN),
    entry("MH1004", "暗証番号がロックされた", LOCKED),
)


TO_PASSPORTS = "旅券は、県の旅券窓口へお問い合わせください。"


def approved_answer(faq: FaqEntry, confidence: float = 0.93) -> Answer:
    found = ApprovedAnswer(faq.faq_id, faq.version, faq.question, faq.answer, faq.answer_voice)
    hits = tuple(Hit(item, 1.0 - i / 10, confidence - i / 10) for i, item in enumerate((faq, *ENTRIES[:2])))
    return Answer("answer", confidence, f"A-{faq.faq_id}", found, candidates=hits, took_ms=3.0, reason="confident")


def handed(
    reason: HandoffReason,
    department: str = "",
    phone: str = "",
    message: str = "",
    *,
    urgent: bool = False,
    spoken: str = "",
) -> Answer:
    handoff = Handoff(reason, department, phone, message, urgent, spoken)
    return Answer("handoff", 0.2, f"A-{reason}", handoff=handoff, reason=reason)


@dataclass
class MihonAnswers:
    """Answers by key word, as the real answer path would decide; records every question it was asked."""

    asked: list[Question] = field(default_factory=list)
    delay_secs: float = 0.0
    fails: bool = False

    def answer(self, question: Question) -> Answer:
        self.asked.append(question)
        if self.fails:
            raise RuntimeError("index gone")
        return self._decide(question.text)

    def _decide(self, text: str) -> Answer:
        for pattern, reply in _RULES:
            if re.search(pattern, text):
                return reply
        return handed("low_confidence")

    async def ask(self, question: Question) -> Answer:
        if self.delay_secs:
            await asyncio.sleep(self.delay_secs)
        return self.answer(question)


_CLARIFY = Answer(
    "clarify",
    0.5,
    "A-clarify",
    clarify=Clarify(
        "暗証番号のどちらの手続きでしょうか。",
        (ClarifyOption("変更したい", "MH1003"), ClarifyOption("ロックを解除したい", "MH1004")),
    ),
    candidates=(Hit(ENTRIES[2], 1.0, 0.5), Hit(ENTRIES[3], 0.9, 0.45)),
    reason="ambiguous",
)
_RULES: tuple[tuple[str, Answer], ...] = (
    ("ごみ|水道", handed("other_department", "環境課", "00-0000-2222", "")),
    (
        "パスポート",
        handed("other_department", "旅券窓口", "00-0000-3333", "旅券の申請は……（長い説明）", spoken=TO_PASSPORTS),
    ),
    ("となり町", handed("other_city")),
    ("火事", handed("emergency")),
    ("死にたい", handed("distress")),
    ("私のカードはもう", handed("individual_case")),
    ("だまされ", handed("individual_case", message=FIRST_HELP, urgent=True)),
    ("責任者を|苦情", handed("complaint")),
    ("無視して", Answer("refuse", 0.0, "A-refuse", message="そのご要望にはお応えできません。", reason="injection")),
    ("なくし|紛失", approved_answer(ENTRIES[1])),
    ("更新", approved_answer(ENTRIES[0])),
    ("ロック", approved_answer(ENTRIES[3])),
    ("暗証番号", _CLARIFY),
)


class DigitRedactor:
    """Masks runs of four digits and more: enough to see that only masked text is kept."""

    def redact(self, text: str) -> Redaction:
        kinds = frozenset({"my_number"}) if re.search(r"\d{12}", text) else frozenset()
        return Redaction(RedactedText(re.sub(r"\d{4,}", "【番号】", text)), kinds)


@dataclass
class FakeDesk:
    """Takes hand-overs while `operators` is above zero and call-backs while `stores`."""

    operators: int = 1
    stores: bool = True
    packets: list[Packet] = field(default_factory=list)
    requests: list[CallbackRequest] = field(default_factory=list)

    async def available(self) -> bool:
        return self.operators > 0

    async def transfer(self, call_id: str, packet: Packet) -> bool:
        self.packets.append(packet)
        return True

    async def call_back(self, request: CallbackRequest) -> str:
        if not self.stores:
            raise RuntimeError("desk down")
        self.requests.append(request)
        return "C-17"


class _JumpingSelector(selectors.DefaultSelector):
    """Instead of sleeping, moves the loop's clock to the next timer."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


def run_virtual(work: Coroutine[Any, Any, Result]) -> Result:
    """Run to the end on a clock that jumps: a ten-minute call takes milliseconds, always the same way."""
    loop = VirtualLoop()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()


@dataclass(frozen=True)
class Do:
    """One thing the scripted caller does once the bot has finished (or `after_secs` into its speech)."""

    event: Event | None
    after_secs: float | None = None
    then: tuple[Event, ...] = ()


def says(text: str, confidence: float = 0.9, lang: str = "ja") -> Do:
    return Do(Spoken(text, confidence, lang, seconds=len(text) * 0.15, asr_ms=250.0))


def says_in(lang: str, text: str) -> Do:
    return says(text, 0.9, lang)


def interrupts(text: str, after_secs: float = 1.0) -> Do:
    return Do(Spoken(text, 0.9, seconds=1.0), after_secs)


def begins(text: str) -> Do:
    """A part of a turn that is still going on."""
    return Do(Spoken(text, 0.9, seconds=len(text) * 0.15, final=False))


def presses(key: str) -> Do:
    return Do(Key(key))


def dials(keys: str) -> Do:
    """A number on the keypad, one key every 0.3 s."""
    return Do(Key(keys[0]), then=tuple(Key(key) for key in keys[1:]))


def murmurs() -> Do:
    return Do(Unheard("noise"))


def waits() -> Do:
    """Says nothing until the bot speaks again."""
    return Do(None)


def hangs_up(after_secs: float | None = None) -> Do:
    return Do(HungUp("caller"), after_secs)


class ScriptedLine:
    """A line whose caller follows a script; speech takes 0.15 s a character."""

    def __init__(self, script: Sequence[Do]) -> None:
        self.script = list(script)
        self.heard: list[str] = []
        self.played: list[tuple[Speech, Played]] = []
        self.hints: list[ListenHints] = []
        self.muted: list[float] = []
        self.shown: list[Turn] = []
        self.closed = False
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._queue: list[Speech] = []
        self._work = asyncio.Event()
        self._cut = asyncio.Event()
        self._count = 0
        self._began = 0.0
        self._idle = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def next(self) -> Event:
        if not self._tasks:
            self._tasks = [asyncio.ensure_future(self._play()), asyncio.ensure_future(self._call())]
        return await self._events.get()

    async def play(self, speech: Speech) -> None:
        self._queue.append(speech)
        self._count += 1
        self._idle.clear()
        self._work.set()

    async def stop(self) -> None:
        current, waiting = self._queue[:1], self._queue[1:]
        dropped = [speech for speech in waiting if speech.interruptible]
        self._queue[1:] = [speech for speech in waiting if not speech.interruptible]
        if current and current[0].interruptible:
            self._cut.set()
        for speech in dropped:
            self._ended(speech, "", complete=False)

    async def drop(self) -> list[tuple[Speech, Played]]:
        left, self._queue = self._queue, []
        heard = approved(left[0].text[: int((asyncio.get_running_loop().time() - self._began) / 0.15)]) if left else ""
        return [(speech, Played(approved(heard if i == 0 else ""), False)) for i, speech in enumerate(left)]

    async def listen(self, hints: ListenHints) -> None:
        self.hints.append(hints)

    async def mute(self, seconds: float) -> None:
        self.muted.append(seconds)

    async def show(self, turn: Turn) -> None:
        self.shown.append(turn)

    async def close(self) -> None:
        self.closed = True
        self._events.put_nowait(HungUp("bot"))

    def cancel(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _ended(self, speech: Speech, text: str, *, complete: bool) -> None:
        played = Played(approved(text), complete, 120.0)
        self.played.append((speech, played))
        self._events.put_nowait(SpeechEnded(speech, played))

    async def _play(self) -> None:
        while True:
            while not self._queue:
                self._idle.set()
                self._work.clear()
                await self._work.wait()
            speech = self._queue[0]
            secs = len(speech.text) * 0.15 / speech.speed
            self._cut.clear()
            start = self._began = asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(self._cut.wait(), secs)
            except TimeoutError:
                if speech not in self._queue[:1]:
                    continue
                self.heard.append(str(speech.text))
                self._queue.pop(0)
                self._ended(speech, speech.text, complete=True)
            else:
                said = int((asyncio.get_running_loop().time() - start) / 0.15)
                self._queue.pop(0)
                self.heard.append(str(speech.text[:said]))
                self._ended(speech, speech.text[:said], complete=False)

    async def _call(self) -> None:
        seen = 0
        for do in self.script:
            while self._count == seen:  # noqa: ASYNC110 - on virtual time a poll costs nothing
                await asyncio.sleep(0.05)
            seen = self._count
            if do.after_secs is None:
                await self._drained()
            else:
                await asyncio.sleep(do.after_secs)
            seen = self._count
            if isinstance(do.event, Spoken):
                self._events.put_nowait(CallerSpeaking())
                await asyncio.sleep(do.event.seconds)
            if do.event is not None:
                self._events.put_nowait(do.event)
            for event in do.then:
                await asyncio.sleep(0.3)
                self._events.put_nowait(event)

    async def _drained(self) -> None:
        """Nothing queued for a moment: the bot waits for the caller."""
        count = -1
        while count != self._count or self._queue:
            count = self._count
            await self._idle.wait()
            await asyncio.sleep(0.3)


@dataclass
class CallResult:
    call: Call
    line: ScriptedLine
    log: MemoryLog
    answers: MihonAnswers
    desk: FakeDesk

    @property
    def turns(self) -> list[Turn]:
        return list(self.log.turns[self.call.call_id].values())

    @property
    def said(self) -> str:
        return "\n".join(self.line.heard)

    def names(self) -> list[str]:
        """What the bot said, by name."""
        return [turn.decision for turn in self.turns if turn.who == "bot"]


def make_call(
    *script: Do,
    started: Started | None = None,
    answers: MihonAnswers | None = None,
    desk: FakeDesk | None = None,
    city: CityVoice = MIHON,
    settings: DialogueSettings | None = None,
    spoken: frozenset[str] = frozenset({"ja"}),
    operators: int = 1,
) -> CallResult:
    """Play a whole scripted call on virtual time. A script that ends without hanging up lets silence end it."""
    answers = answers or MihonAnswers()
    desk = desk or FakeDesk(operators)
    log = MemoryLog()
    clock = FixedClock(TUESDAY_NOON)

    async def redact(text: str) -> Redaction:
        return DigitRedactor().redact(text)

    async def run() -> CallResult:
        line = ScriptedLine(script)
        world = World(load_texts(city), settings or DialogueSettings(), spoken=spoken)
        parts = Parts(world, answers.ask, redact, desk, clock, lambda node, topics: topics)
        notes = Notes(log, clock, "call-1", "text", "ja")
        try:
            call = await asyncio.wait_for(Session(parts, line, notes, started or Started()).run(), 3600)
        finally:
            line.cancel()
        return CallResult(call, line, log, answers, desk)

    return run_virtual(run())
