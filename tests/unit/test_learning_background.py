"""When the background learns: after quiet, at once on request, again after a failure, never twice for nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from knowledge.errors import Unavailable
from knowledge.learning.background import BackgroundLearning
from knowledge.search.train_processes import TrainingStopped
from knowledge.search.training import Progress

LONG_SECS = 20.0


class Counted:
    """Something to learn that counts how often it was; `fails` raises the given error instead."""

    name = "試し"

    def __init__(self, current: bool = False) -> None:
        self.is_current = current
        self.learnt = 0
        self.fails: Exception | None = None
        self.stopped = threading.Event()
        self.waits_for_stop = False

    def current(self) -> bool:
        return self.is_current

    def learn(self, progress: Progress | None = None, *, aside: bool = False) -> None:
        assert aside
        self.learnt += 1
        if self.waits_for_stop:
            assert self.stopped.wait(LONG_SECS)
            raise TrainingStopped("止めた")
        if self.fails is not None:
            raise self.fails
        if progress is not None:
            progress(1, 1)
        self.is_current = True

    def stop(self) -> None:
        self.stopped.set()


@contextmanager
def learning(task: Counted, quiet_secs: float = 0.0, automatic: bool = True) -> Iterator[BackgroundLearning]:
    made = BackgroundLearning([task], quiet_secs, automatic)
    made.start()
    try:
        yield made
    finally:
        made.close()


def until(condition: Callable[[], bool]) -> None:
    done = threading.Event()
    for _ in range(int(LONG_SECS / 0.005)):
        if condition():
            return
        done.wait(0.005)
    raise AssertionError("never happened")


def test_starts_with_what_has_not_been_learnt() -> None:
    task = Counted()
    with learning(task, quiet_secs=LONG_SECS) as background:
        until(lambda: background.status().state == "idle" and background.status().current)
        assert (task.learnt, background.status().done) == (1, 1)


def test_leaves_alone_what_is_current() -> None:
    task = Counted(current=True)
    with learning(task) as background:
        background.wake()
        until(lambda: background.status().state == "idle")
    assert task.learnt == 0


def test_waits_for_quiet_unless_asked() -> None:
    task = Counted(current=True)
    with learning(task, quiet_secs=LONG_SECS) as background:
        task.is_current = False
        background.wake()
        until(lambda: background.status().state == "waiting")
        assert task.learnt == 0
        background.now()
        until(lambda: task.is_current)
    assert task.learnt == 1


def test_switched_off_learns_only_on_request() -> None:
    task = Counted()
    with learning(task, automatic=False) as background:
        background.wake()
        assert (task.learnt, background.status().state) == (0, "idle")
        background.now()
        until(lambda: task.is_current)


def test_failure_is_shown_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    task = Counted()
    task.fails = Unavailable("メモリーがありません。")
    with learning(task) as background:
        until(lambda: background.status().state == "failed")
        task.fails = None
        background.wake()
        until(lambda: background.status().current)
        assert background.status().state in ("running", "idle")
    assert "learning failed" in caplog.text


def test_close_stops_what_is_running() -> None:
    task = Counted()
    task.waits_for_stop = True
    with learning(task):
        until(lambda: task.learnt == 1)
    assert task.stopped.is_set()
    assert not task.is_current
