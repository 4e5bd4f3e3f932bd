"""One call on a wire: player, ears and recording behind the session's Line, inside a pipecat pipeline."""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from voicebot.dialogue.events import Event, HungUp, Key, LanguageChosen, SpeechEnded, Spoken
from voicebot.domain import Played, Speech, Turn
from voicebot.ports import ListenHints, Speaker, Transcriber, TurnPolicy
from voicebot.runtime.quiet_logs import silence_pipecat

silence_pipecat()

from pipecat.pipeline.pipeline import Pipeline  # noqa: E402 - only after its logging is off
from pipecat.pipeline.worker import PipelineParams, PipelineWorker  # noqa: E402
from pipecat.processors.audio.vad_processor import VADProcessor  # noqa: E402
from pipecat.workers.runner import WorkerRunner  # noqa: E402

from voicebot.runtime.ears import Ears  # noqa: E402
from voicebot.runtime.mouth import Mouth  # noqa: E402
from voicebot.runtime.player import Player  # noqa: E402
from voicebot.runtime.recording import Recording  # noqa: E402
from voicebot.runtime.vad import make_vad  # noqa: E402
from voicebot.runtime.wire_input import WireInput  # noqa: E402
from voicebot.settings import TurnSettings  # noqa: E402
from voicebot.transports.wire import Chosen, Ended, KeyPressed, Stop, Typed, Wire, WireEvent  # noqa: E402

MUTE_MARGIN_SECS = 0.5
END_SECS = 30.0
"""Longer than pipecat itself takes at worst (20 s): whoever cuts it short leaves its message bus behind."""


@dataclass(frozen=True, slots=True)
class Gear:
    """What the lines of all calls share."""

    speaker: Speaker
    transcriber: Transcriber
    policy: TurnPolicy
    turns: TurnSettings


class PipecatLine:
    """Open with `start`, end with `end`; between them it is the session's Line."""

    def __init__(self, wire: Wire, gear: Gear, recording: Path | None = None) -> None:
        self._wire = wire
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._recording = Recording(recording, wire.rate) if recording else None
        self._mouth = Mouth()
        self.player = Player(wire, gear.speaker, self._played, self._sent, self._mouth.talk)
        self._ears = Ears(
            gear.transcriber, gear.policy, self.player, gear.turns, wire.rate, self._events.put_nowait, self._quiet
        )
        source = WireInput(wire, self._from_wire, self._received)
        vad = VADProcessor(vad_analyzer=make_vad(gear.turns, wire.rate))
        self._worker = PipelineWorker(
            Pipeline([source, vad, self._ears, self._mouth]),
            params=PipelineParams(audio_in_sample_rate=wire.rate, audio_out_sample_rate=wire.rate),
            enable_rtvi=False,
            enable_turn_tracking=False,
            idle_timeout_secs=None,
        )
        self._tasks: list[asyncio.Task[None]] = []
        self.start_ms = 0.0

    async def start(self) -> None:
        begin = time.perf_counter()
        started = asyncio.Event()

        @self._worker.event_handler("on_pipeline_started")
        async def _(*_: object) -> None:
            started.set()

        runner = WorkerRunner(handle_sigint=False, check_dangling_tasks=False)
        await runner.add_workers(self._worker)
        self._tasks = [asyncio.create_task(runner.run()), asyncio.create_task(self._mouth.report())]
        await asyncio.wait_for(started.wait(), 10)
        self.player.start()
        self.start_ms = (time.perf_counter() - begin) * 1000

    async def end(self) -> None:
        """Let go of everything; also when the call's task is cancelled meanwhile, because a pipeline that is
        interrupted while it ends never ends."""
        ending = asyncio.ensure_future(self._end())
        try:
            await asyncio.shield(ending)
        except asyncio.CancelledError:
            await ending
            raise

    async def _end(self) -> None:
        await self.player.close()
        await self._worker.cancel()
        if self._tasks:
            self._tasks[1].cancel()
            _, late = await asyncio.wait(self._tasks, timeout=END_SECS)
            for task in late:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._ears.close()
        if self._recording is not None:
            self._recording.close()

    def _from_wire(self, event: WireEvent) -> None:
        match event:
            case KeyPressed():
                self._events.put_nowait(Key(event.key))
            case Typed():
                self._events.put_nowait(Spoken(event.text, typed=True))
            case Chosen():
                self._events.put_nowait(LanguageChosen(event.lang))
            case Stop():
                self._tasks.append(asyncio.create_task(self.player.stop()))
            case Ended():
                self._events.put_nowait(HungUp(event.reason))
            case _:
                pass

    def _received(self, pcm: bytes) -> None:
        if self._recording is not None:
            self._recording.caller(pcm)

    def _sent(self, pcm: bytes) -> None:
        if self._recording is not None:
            self._recording.bot(pcm)

    def _played(self, speech: Speech, played: Played) -> None:
        self._events.put_nowait(SpeechEnded(speech, played))

    def recorded(self) -> tuple[str, tuple[tuple[float, float], ...]]:
        """File name of the recording and its blanked stretches; ("", ()) without one."""
        return (self._recording.path.name, self._recording.muted) if self._recording else ("", ())

    async def next(self) -> Event:
        return await self._events.get()

    async def play(self, speech: Speech) -> None:
        self.player.play(speech)

    async def stop(self) -> None:
        await self.player.stop()

    async def drop(self) -> Sequence[tuple[Speech, Played]]:
        return self.player.drop()

    async def listen(self, hints: ListenHints) -> None:
        self._ears.listen(hints)

    async def mute(self, seconds: float) -> None:
        if self._recording is not None:
            seconds = max(seconds, self._ears.turn_secs()) + MUTE_MARGIN_SECS
            self._recording.mute(seconds, go_on=self._ears.speaking)

    def _quiet(self) -> None:
        if self._recording is not None:
            self._recording.unmute()

    async def show(self, turn: Turn) -> None:
        await self._wire.caption(turn)

    async def close(self) -> None:
        await self._wire.finish()
        self._events.put_nowait(HungUp("bot"))
