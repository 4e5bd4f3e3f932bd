"""What the telephone exchange does when our part of a call is over: it asks at once, so the answer is noted early."""

from collections import OrderedDict
from typing import Literal

from voicebot.domain import CallbackRequest, Outcome, Packet
from voicebot.ports import Handoff

REMEMBERED = 1000


class NextSteps:
    """Outcomes of the last calls by call id."""

    def __init__(self) -> None:
        self._outcomes: OrderedDict[str, Outcome] = OrderedDict()

    def note(self, call_id: str, outcome: Outcome) -> None:
        self._outcomes[call_id] = outcome
        while len(self._outcomes) > REMEMBERED:
            self._outcomes.popitem(last=False)

    def after(self, call_id: str) -> Literal["queue", "hangup"]:
        """`queue` is a person."""
        return "queue" if self._outcomes.get(call_id) == "handed_over" else "hangup"


class NotedHandoff:
    """The hand-over, noted before the far end is let go."""

    def __init__(self, handoff: Handoff, steps: NextSteps) -> None:
        self._handoff = handoff
        self._steps = steps

    async def available(self) -> bool:
        return await self._handoff.available()

    async def transfer(self, call_id: str, packet: Packet) -> bool:
        taken = await self._handoff.transfer(call_id, packet)
        if taken:
            self._steps.note(call_id, "handed_over")
        return taken

    async def call_back(self, request: CallbackRequest) -> str:
        return await self._handoff.call_back(request)
