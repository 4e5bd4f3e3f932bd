"""Tells pipecat what our player does, so that its observers and metrics see the bot speak and be interrupted."""

import asyncio
from typing import Any

from pipecat.frames.frames import BotStartedSpeakingFrame, BotStoppedSpeakingFrame, Frame
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor


class Mouth(FrameProcessor):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._told: asyncio.Queue[bool] = asyncio.Queue()

    def talk(self, talking: bool) -> None:
        self._told.put_nowait(talking)

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        await self.push_frame(frame, direction)

    async def report(self) -> None:
        """Runs beside the pipeline for the length of the call."""
        while True:
            talking = await self._told.get()
            await self.broadcast_frame(BotStartedSpeakingFrame if talking else BotStoppedSpeakingFrame)
