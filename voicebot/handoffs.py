"""Hand-over for trials, when no desk is wired: everything is accepted and nothing leaves the process."""

from voicebot.domain import CallbackRequest, Packet


class TrialHandoff:
    """Remembers the packets; call-back numbers are dropped at once."""

    def __init__(self, *, operators: bool = True) -> None:
        self._operators = operators
        self.packets: list[Packet] = []

    async def available(self) -> bool:
        return self._operators

    async def transfer(self, call_id: str, packet: Packet) -> bool:
        self.packets.append(packet)
        return True

    async def call_back(self, request: CallbackRequest) -> str:
        self.packets.append(request.packet)
        return "試行1"
