"""Keeps the encoder trained on the FAQ in force while a server runs: waits for quiet, trains aside, swaps in."""

import logging
from dataclasses import dataclass
from threading import Event, Thread
from typing import Literal

from knowledge.errors import MadoguchiError
from knowledge.search.retriever import Retriever
from knowledge.search.train_processes import ProcessTrainer, TrainingStopped

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrainingStatus:
    """`current`: the encoder in use was trained on exactly the FAQ in force."""

    state: Literal["idle", "waiting", "running", "failed"]
    current: bool
    done: int = 0
    total: int = 0


class BackgroundTraining:
    """One thread. `wake` after every change of the FAQ; `now` skips the wait for quiet."""

    def __init__(self, retriever: Retriever, trainer: ProcessTrainer, quiet_secs: float, automatic: bool) -> None:
        self._retriever = retriever
        self._trainer = trainer
        self._quiet_secs = quiet_secs
        self._automatic = automatic
        self._changed = Event()
        self._at_once = Event()
        self._closing = Event()
        self._state: Literal["idle", "waiting", "running", "failed"] = "idle"
        self._progress = (0, 0)
        self._thread: Thread | None = None

    def start(self) -> None:
        """Begin to watch; what is untrained already is trained without waiting."""
        if self._automatic and not self._retriever.trained_for_current():
            self.now()
        self._thread = Thread(target=self._work, name="training", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """The FAQ changed. Returns at once."""
        if self._automatic:
            self._changed.set()

    def now(self) -> None:
        """Train as soon as possible. Returns at once."""
        self._state = "waiting"
        self._at_once.set()
        self._changed.set()

    def status(self) -> TrainingStatus:
        return TrainingStatus(self._state, self._retriever.trained_for_current(), *self._progress)

    def close(self) -> None:
        """Stop a running training and the thread."""
        self._closing.set()
        self._trainer.stop()
        self._at_once.set()
        self._changed.set()
        if self._thread is not None:
            self._thread.join()

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
            self._train()

    def _train(self) -> None:
        try:
            if not self._retriever.trained_for_current():
                self._progress = (0, 0)
                self._state = "running"
                texts, identity = self._retriever.training_texts()
                self._retriever.adopt(self._trainer(texts, identity, self._tell))
            self._state = "idle"
        except TrainingStopped:
            self._state = "idle"
        except MadoguchiError:
            # The encoder in use goes on working; the next change of the FAQ tries again.
            self._state = "failed"
            _log.exception("background training failed")

    def _tell(self, done: int, total: int) -> None:
        self._progress = (done, total)
