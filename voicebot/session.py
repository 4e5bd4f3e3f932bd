"""One call from opening to end: feeds events to the dialogue and carries out its actions in order."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from knowledge.domain import Answer, Question
from knowledge.errors import MadoguchiError
from knowledge.ports import Clock, Redaction
from voicebot.dialogue.actions import Action, Ask, HangUp, Listen, Mute, Say, StopSpeaking, StoreCallback, Transfer
from voicebot.dialogue.events import (
    Answered,
    AnswerFailed,
    AnswerSlow,
    CallbackStored,
    CallerSpeaking,
    Event,
    Heard,
    HungUp,
    Key,
    Overheard,
    Silence,
    SpeechEnded,
    Spoken,
    Started,
    Transferred,
    Unheard,
)
from voicebot.dialogue.machine import advance
from voicebot.dialogue.state import State
from voicebot.dialogue.step import World, end_outcome
from voicebot.domain import Call, CallbackRequest, Outcome, Packet
from voicebot.notes import BLANKED, Notes, masked_turn
from voicebot.ports import Handoff, Line, ListenHints

Asking = Callable[[Question], Awaitable[Answer]]
Redacting = Callable[[str], Awaitable[Redaction]]
Hotwords = Callable[[str, tuple[str, ...]], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Parts:
    """What a session works with besides its line."""

    world: World
    ask: Asking
    redact: Redacting
    handoff: Handoff
    clock: Clock
    hotwords: Hotwords


class Session:
    """Runs one call. `run` returns the closed record; it never raises because of a part that failed."""

    def __init__(self, parts: Parts, line: Line, notes: Notes, started: Started) -> None:
        self._parts = parts
        self._line = line
        self._notes = notes
        self._started = started
        self._state = State()
        self._inbox: asyncio.Queue[Event] = asyncio.Queue()
        self._jobs: set[asyncio.Task[None]] = set()
        self._asking: asyncio.Task[None] | None = None
        self._silence: asyncio.TimerHandle | None = None
        self._listen: Listen | None = None
        self._speaking = 0
        self._ending: HangUp | None = None
        self._closed = False
        self._packet: Packet | None = None

    async def run(self) -> Call:
        pump = asyncio.create_task(self._pump())
        try:
            await self._take(self._started)
            while True:
                event = await self._inbox.get()
                await self._take(event)
                if isinstance(event, HungUp):
                    for speech, played in await self._line.drop():
                        self._notes.played(speech, played)
                    return self._finish(event)
        except BaseException:
            # The service stops, or something of ours broke: the record must not stay open.
            self._notes.close(replace_state(self._state), "interrupted", "stopped", self._packet)
            raise
        finally:
            self._cancel_silence()
            for job in (pump, *self._jobs):
                job.cancel()
            await asyncio.gather(pump, *self._jobs, return_exceptions=True)

    async def _pump(self) -> None:
        while True:
            event = await self._line.next()
            self._inbox.put_nowait(event)
            if isinstance(event, HungUp):
                return

    async def _take(self, event: Event) -> None:
        match event:
            case CallerSpeaking():
                self._cancel_silence()
            case SpeechEnded():
                self._speaking -= 1
                self._notes.played(event.speech, event.played)
            case Spoken():
                await self._spoken(event)
            case _:
                await self._step(event)
        await self._settle()

    async def _spoken(self, event: Spoken) -> None:
        self._cancel_silence()
        redaction = await self._redact(event.text)
        masked = masked_turn(redaction.text, event.text, self._state.node)
        if not event.final:
            await self._step(Overheard(event.text, masked, redaction.kinds, event.seconds))
            return
        await self._line.stop()
        await self._step(
            Heard(
                event.text,
                masked,
                redaction.kinds,
                event.confidence,
                event.lang,
                event.seconds,
                event.typed,
                event.asr_ms,
            )
        )

    async def _redact(self, text: str) -> Redaction:
        try:
            return await self._parts.redact(text)
        except Exception:  # without the redactor nothing of the text may be kept
            return Redaction(BLANKED, frozenset({"unknown"}))

    async def _step(self, event: Event) -> None:
        if isinstance(event, Key | Unheard):
            self._cancel_silence()
        if isinstance(event, Key):
            await self._line.stop()
        before = self._state
        self._state, actions = advance(self._parts.world, before, event)
        secret = any(isinstance(action, Mute) for action in actions)
        await self._show(self._notes.event(event, before.node, secret=secret))
        for action in actions:
            await self._do(action)

    async def _show(self, index: int | None) -> None:
        if index is not None:
            await self._line.show(self._notes.turn(index))

    async def _do(self, action: Action) -> None:
        match action:
            case Say():
                self._speaking += 1
                await self._show(self._notes.say(action, self._state.node))
                await self._line.play(action.speech)
            case StopSpeaking():
                await self._line.stop()
            case Ask():
                self._cancel(self._asking)
                self._asking = self._spawn(self._ask(action))
            case Listen():
                self._listen = action
                lang = self._state.lang
                # Our lists are Japanese: in another language they would bend what is heard.
                words = self._parts.hotwords(self._state.node, action.topics) if lang == "ja" else action.topics
                await self._line.listen(ListenHints(action.mode, words, lang))
            case Mute():
                if action.seconds > 0:
                    # What was typed made no sound.
                    await self._line.mute(action.seconds)
            case Transfer():
                self._packet = action.packet
                self._spawn(self._transfer(action.packet))
            case StoreCallback():
                self._packet = action.packet
                self._spawn(self._store(CallbackRequest(self._notes.call_id, action.number, action.packet)))
            case HangUp():
                self._ending = action

    async def _settle(self) -> None:
        """When nothing is left to say: hang up if that was decided, else start to count the silence."""
        if self._speaking > 0 or self._closed:
            return
        if self._ending is not None:
            self._closed = True
            await self._line.close()
        elif self._listen is not None and self._silence is None and self._state.node != "asking":
            loop = asyncio.get_running_loop()
            self._silence = loop.call_later(self._listen.silence_secs, self._silent)

    def _silent(self) -> None:
        self._silence = None
        self._inbox.put_nowait(Silence())

    def _cancel_silence(self) -> None:
        if self._silence is not None:
            self._silence.cancel()
            self._silence = None

    def _spawn(self, work: Awaitable[None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._jobs.add(task)
        task.add_done_callback(self._jobs.discard)
        return task

    @staticmethod
    def _cancel(task: asyncio.Task[None] | None) -> None:
        if task is not None:
            task.cancel()

    async def _ask(self, action: Ask) -> None:
        settings = self._parts.world.settings
        question = Question(
            action.text,
            "voice",
            action.lang,
            self._notes.call_id,
            action.asr_confidence,
            action.kinds,
            told=action.told,
        )
        slow = asyncio.get_running_loop().call_later(settings.filler_secs, self._inbox.put_nowait, AnswerSlow())
        try:
            answer = await asyncio.wait_for(self._parts.ask(question), settings.answer_timeout_secs)
        except TimeoutError:
            self._inbox.put_nowait(AnswerFailed("timeout"))
        except MadoguchiError as exc:
            self._inbox.put_nowait(AnswerFailed(type(exc).__name__))
        except Exception as exc:  # a fault in the answer path must not leave the caller in silence
            self._inbox.put_nowait(AnswerFailed(type(exc).__name__))
        else:
            self._inbox.put_nowait(Answered(answer, action.asr_confidence))
        finally:
            slow.cancel()

    async def _transfer(self, packet: Packet) -> None:
        handoff = self._parts.handoff
        try:
            ok = await handoff.available() and await handoff.transfer(self._notes.call_id, packet)
        except Exception:  # the desk being down means nobody takes the call, no more
            ok = False
        self._inbox.put_nowait(Transferred(ok))

    async def _store(self, request: CallbackRequest) -> None:
        try:
            ticket = await self._parts.handoff.call_back(request)
        except Exception:  # the caller is told plainly that it was not stored
            ticket = ""
        self._inbox.put_nowait(CallbackStored(ticket))

    def _finish(self, event: HungUp) -> Call:
        ending = self._ending
        outcome: Outcome = ending.outcome if ending else end_outcome(self._state)
        reason = str(ending.reason) if ending else event.reason
        return self._notes.close(replace_state(self._state), outcome, reason, self._packet)


def replace_state(state: State) -> State:
    """The state without what must not outlive the call."""
    return replace(state, digits="")
