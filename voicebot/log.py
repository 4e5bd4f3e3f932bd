"""Call logs: in memory for trials and tests. The durable one is voicebot.record."""

from voicebot.domain import Call, Turn


class MemoryLog:
    """Keeps everything in dictionaries; what `wav_call`, `text_call` without a database, and tests use."""

    def __init__(self) -> None:
        self.calls: dict[str, Call] = {}
        self.turns: dict[str, dict[int, Turn]] = {}

    def open(self, call: Call) -> None:
        self.calls[call.call_id] = call
        self.turns[call.call_id] = {}

    def turn(self, call_id: str, turn: Turn) -> None:
        self.turns[call_id][turn.index] = turn

    def close(self, call: Call) -> None:
        self.calls[call.call_id] = call
