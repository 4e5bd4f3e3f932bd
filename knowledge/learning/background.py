"""Keeps what is learnt in line with the FAQ while a server runs: waits for quiet, learns aside, swaps in."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from threading import Event, Thread
from typing import Literal

from knowledge.errors import MadoguchiError
from knowledge.learning.tasks import Learnable
from knowledge.search.train_processes import TrainingStopped

State = Literal["idle", "waiting", "running", "failed"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LearningStatus:
    """`current`: everything in use was learnt from exactly the FAQ in force."""

    state: State
    current: bool
    name: str = ""
    done: int = 0
    total: int = 0


class BackgroundLearning:
    """One thread. `wake` after every change of the FAQ; `now` skips the wait for quiet."""

    def __init__(self, tasks: Sequence[Learnable], quiet_secs: float, automatic: bool) -> None:
        self._tasks = tuple(tasks)
        self._quiet_secs = quiet_secs
        self._automatic = automatic
        self._changed = Event()
        self._at_once = Event()
        self._closing = Event()
        self._state: State = "idle"
        self._progress = ("", 0, 0)
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to watch; what has not been learnt yet is learnt without waiting."""
        if self._automatic and not self._current():
            self.now()
        self._thread = Thread(target=self._work, name="learning", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """The FAQ changed. Returns at once."""
        if self._automatic:
            self._changed.set()

    def now(self) -> None:
        """Learn as soon as possible. Returns at once."""
        self._state = "waiting"
        self._at_once.set()
        self._changed.set()

    def status(self) -> LearningStatus:
        return LearningStatus(self._state, self._current(), *self._progress)

    def close(self) -> None:
        """Stop what is running and the thread."""
        self._closing.set()
        for task in self._tasks:
            task.stop()
        self._at_once.set()
        self._changed.set()
        if self._thread is not None:
            self._thread.join()

    def _current(self) -> bool:
        return all(task.current() for task in self._tasks)

    def _work(self) -> None:
        while True:
            self._changed.wait()
            while not self._at_once.is_set() and self._changed.is_set():
                self._state = "waiting"
                self._changed.clear()
                self._at_once.wait(self._quiet_secs)
            self._changed.clear()
            self._at_once.clear()
            if self._closing.is_set():
                return
            self._learn()

    def _learn(self) -> None:
        self._state = "running"
        try:
            for task in self._tasks:
                if not task.current():
                    self._progress = (task.name, 0, 0)
                    task.learn(partial(self._tell, task.name), aside=True)
            self._state = "idle"
        except TrainingStopped:
            self._state = "idle"
        except MadoguchiError:
            # What is in use goes on working; the next change of the FAQ tries again.
            self._state = "failed"
            _log.exception("learning failed")

    def _tell(self, name: str, done: int, total: int) -> None:
        self._progress = (name, done, total)
