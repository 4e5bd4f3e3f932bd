"""A language service of a test: real guard rails around a scripted wire or the scripted server."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.language.service import LanguageParts, LanguageService, Timing
from knowledge.language.switch import MasterSwitch
from knowledge.language.usage import UsageMeter
from knowledge.language.wire import Ask, Piece, Wire, WireError, Written
from knowledge.ports import Clock
from knowledge.settings import LlmSettings
from knowledge.store.database import open_database

Writes = str | WireError | Callable[[Ask], str]


@dataclass
class FakeWire:
    """Plays `script` one entry a call, then `otherwise`; a stream gives one character at a time."""

    otherwise: Writes = "はい。"
    script: list[Writes] = field(default_factory=list)
    asked: list[Ask] = field(default_factory=list)
    hung_up: int = 0

    def _next(self, ask: Ask) -> str:
        self.asked.append(ask)
        chosen = self.script.pop(0) if self.script else self.otherwise
        if isinstance(chosen, WireError):
            raise chosen
        return chosen(ask) if callable(chosen) else chosen

    def warm_up(self) -> None:
        return

    def send(self, ask: Ask, timeout_secs: float) -> Written:
        return Written(self._next(ask), 100, 10)

    def stream(self, ask: Ask, timeout_secs: float) -> Iterator[Piece]:
        try:
            for char in self._next(ask):
                yield Piece(char)
            yield Piece("", 100, 10)
        finally:
            self.hung_up += 1


@dataclass
class FakeTime:
    """Monotonic seconds that pass only when somebody sleeps."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, secs: float) -> None:
        self.slept.append(secs)
        self.now += secs

    def timing(self) -> Timing:
        return Timing(lambda: self.now, self.sleep, lambda: 0.5, place_secs=0.01)


def language_service(
    folder: Path, clock: Clock, wire: Wire | None, time: FakeTime | None = None, **settings: Any
) -> LanguageService:
    """The caller may open several on one folder: switch and meter are in its database."""
    db = open_database(folder)
    chosen = LlmSettings(model="openai/scripted", **settings)
    meter, switch = UsageMeter(db, clock, chosen), MasterSwitch(db, clock)
    timing = (time or FakeTime()).timing()
    return LanguageService(LanguageParts(chosen, wire, meter, switch, clock, "127.0.0.1:1", timing))


def sent(asked: Sequence[Ask]) -> str:
    """Everything that left, as one text."""
    return "\n".join(str(m.text) for ask in asked for m in ask.messages)
