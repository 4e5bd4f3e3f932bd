"""The sessions that are open now: found by id and by call, forgotten when nobody touches them, watched by screens."""

from collections import OrderedDict, deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock, RLock
from typing import Any

from desk.assist.model import AssistState, Suggestion
from knowledge.errors import NotFound, TooMany
from knowledge.ports import Clock

MAX_SESSIONS = 500
FLOOD_PIECES = 300
_FLOOD_WINDOW = timedelta(seconds=10)
_IDLE = timedelta(hours=2)
Watcher = Callable[[], None]
"""Told, from any thread, that the session has a newer state."""


@dataclass
class Session:
    """Mutable, behind its own lock."""

    state: AssistState
    touched_at: datetime
    chars: int = 0
    offered: dict[str, Suggestion] = field(default_factory=dict)
    """Everything that was ever on the screen, as it was first shown: a card may leave while the operator reads it."""
    recent: deque[datetime] = field(default_factory=deque)
    watchers: list[Watcher] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock)

    def change(self, **values: Any) -> AssistState:
        """A newer state; everybody who watches is told."""
        self.state = replace(self.state, revision=self.state.revision + 1, **values)
        for tell in tuple(self.watchers):
            tell()
        return self.state

    def note(self, word: str) -> AssistState:
        if word in self.state.notes:
            return self.state
        return self.change(notes=(*self.state.notes, word))

    def count_piece(self, now: datetime) -> None:
        """Raises TooMany for a flood."""
        while self.recent and self.recent[0] < now - _FLOOD_WINDOW:
            self.recent.popleft()
        if len(self.recent) >= FLOOD_PIECES:
            self.note("flood")
            raise TooMany("送信が多すぎます。少し間をあけてください。")
        self.recent.append(now)


class Sessions:
    """Thread-safe; the oldest leave first."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: OrderedDict[str, Session] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._open)

    def all(self) -> list[Session]:
        with self._lock:
            return list(self._open.values())

    def get(self, session_id: str, operator: str) -> Session:
        """Raises NotFound, also for somebody else's session."""
        with self._lock:
            session = self._open.get(session_id)
            if session is None or session.state.operator != operator:
                raise NotFound("この応対支援は終わっているか、見つかりません。もう一度開いてください。")
            session.touched_at = self._clock.now()
            self._open.move_to_end(session_id)
            return session

    def of_call(self, call_id: str) -> Session | None:
        with self._lock:
            return next((one for one in self._open.values() if one.state.call_id == call_id), None)

    def watched(self, session_id: str) -> Session:
        """Any operator's session, for the supervisor. Raises NotFound."""
        with self._lock:
            session = self._open.get(session_id)
        if session is None:
            raise NotFound("この応対支援は終わっています。")
        return session

    def add(self, session: Session) -> None:
        """What nobody has touched for hours is forgotten; what was said is in the database."""
        with self._lock:
            self._open[session.state.session_id] = session
            oldest = self._clock.now() - _IDLE
            while self._open:
                first = next(iter(self._open.values()))
                if len(self._open) <= MAX_SESSIONS and first.touched_at >= oldest:
                    return
                self._open.popitem(last=False)

    def remove(self, session_id: str) -> None:
        with self._lock:
            self._open.pop(session_id, None)
