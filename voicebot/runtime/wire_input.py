"""A pipecat input transport over any of our wires: audio goes down the pipeline, everything else to the line."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any

from pipecat.frames.frames import CancelFrame, EndFrame, InputAudioRawFrame, StartFrame
from pipecat.transports.base_input import BaseInputTransport
from pipecat.transports.base_transport import TransportParams

from voicebot.transports.wire import Audio, Ended, Wire, WireEvent

GAP_SECS = 0.12
"""Telephones that send nothing while the caller is silent: the VAD needs to hear that silence."""
BACKLOG = 250
"""Wire events waiting at most; a peer that sends faster than real time loses its oldest audio."""


class WireInput(BaseInputTransport):
    def __init__(
        self, wire: Wire, on_event: Callable[[WireEvent], None], on_audio: Callable[[bytes], None], **kwargs: Any
    ) -> None:
        params = TransportParams(audio_in_enabled=True, audio_in_sample_rate=wire.rate)
        super().__init__(params, **kwargs)
        self._wire = wire
        self._on_event = on_event
        self._on_audio = on_audio
        self._waiting: asyncio.Queue[WireEvent] = asyncio.Queue()
        self._readers: list[asyncio.Task[None]] = []

    async def start(self, frame: StartFrame) -> None:
        await super().start(frame)
        await self.set_transport_ready(frame)
        self._readers = [self.create_task(self._read()), self.create_task(self._forward())]

    async def stop(self, frame: EndFrame) -> None:
        await self._end_readers()
        await super().stop(frame)

    async def cancel(self, frame: CancelFrame) -> None:
        await self._end_readers()
        await super().cancel(frame)

    async def _end_readers(self) -> None:
        readers, self._readers = self._readers, []
        for reader in readers:
            await self.cancel_task(reader)

    async def _read(self) -> None:
        while True:
            event = await self._wire.receive()
            if isinstance(event, Audio) and self._waiting.qsize() >= BACKLOG:
                with contextlib.suppress(asyncio.QueueEmpty):
                    self._waiting.get_nowait()
            self._waiting.put_nowait(event)
            if isinstance(event, Ended):
                return

    async def _forward(self) -> None:
        quiet = bytes(int(GAP_SECS * self._wire.rate) * 2)
        while True:
            try:
                event = await asyncio.wait_for(self._waiting.get(), GAP_SECS)
            except TimeoutError:
                await self._push(quiet)
                continue
            if isinstance(event, Audio):
                self._on_audio(event.pcm)
                await self._push(event.pcm)
                continue
            self._on_event(event)
            if isinstance(event, Ended):
                return

    async def _push(self, pcm: bytes) -> None:
        await self.push_audio_frame(InputAudioRawFrame(pcm, self._wire.rate, 1))
