"""Evaluation runs inside the server: one at a time, aside, with progress; after an import by itself."""

import logging
import time
from dataclasses import dataclass, replace
from datetime import datetime
from threading import Event, Lock, Thread
from typing import Literal

from eval.runner import Progress
from eval.runs import RunFolder
from eval.service import run_suite, write_report
from eval.suites import suite_of
from knowledge.bootstrap import Services
from knowledge.errors import Conflict, MadoguchiError, NotFound

Why = Literal["asked", "import"]
_PAUSE_SHARE = 0.5
"""Seconds of rest for each second of work: citizens' questions come first."""
_LOOK_EVERY_SECS = 2.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunJob:
    """The run that is going on or was the last one of this process. `waiting`: until learning is done."""

    why: Why
    who: str
    begun_at: datetime
    stage: Literal["waiting", "running", "done", "failed"] = "running"
    done: int = 0
    total: int = 0
    run_id: str = ""
    error: str = ""

    @property
    def going_on(self) -> bool:
        return self.stage in ("waiting", "running")


class _Stopped(Exception):
    """The service is closing; the rows written so far are continued by the next run."""


class RunJobs:
    """Whole runs in a thread of their own. Closing stops between two cases."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._lock = Lock()
        self._closing = Event()
        self._job: RunJob | None = None
        self._again = False
        self._thread: Thread | None = None

    @property
    def job(self) -> RunJob | None:
        return self._job

    def start(self, who: str) -> RunJob:
        """Raises Conflict while one is going on, NotFound where the city has no test questions."""
        if suite_of(self._services) is None:
            raise NotFound("テスト質問がまだありません。「テスト質問」の画面で登録してください。")
        with self._lock:
            if self._job is not None and self._job.going_on:
                raise Conflict("評価を実行中です。終わるまでお待ちください。")
            return self._begin("asked", who, "running")

    def after_import(self, who: str) -> None:
        """Run once the search has learnt what was imported; an import during a run asks for another one."""
        chosen = self._services.settings.publishing
        if not chosen.run_after_import or suite_of(self._services) is None:
            return
        with self._lock:
            if self._job is not None and self._job.going_on:
                self._again = True
            else:
                self._begin("import", who, "waiting")

    def wait(self) -> None:
        """Until nothing is going on any more."""
        if self._thread is not None:
            self._thread.join()

    def close(self) -> None:
        self._closing.set()
        if self._thread is not None:
            self._thread.join()

    def _begin(self, why: Why, who: str, stage: Literal["waiting", "running"]) -> RunJob:
        job = self._job = RunJob(why, who, self._services.clock.now(), stage)
        self._thread = Thread(target=self._work, name="eval-run", daemon=True)
        self._thread.start()
        return job

    def _work(self) -> None:
        while True:
            try:
                self._wait_for_learning()
                self._run()
            except _Stopped:
                return
            except MadoguchiError as error:
                self._update(stage="failed", error=error.message)
            except Exception:  # the page must not wait for ever; the cause is in the log
                _log.exception("evaluation run failed")
                self._update(stage="failed", error="評価の途中で予期しない問題が起きました。")
            with self._lock:
                if not self._again or self._job is None:
                    return
                self._again = False
                self._job = RunJob("import", self._job.who, self._services.clock.now(), "waiting")

    def _wait_for_learning(self) -> None:
        """Only where a run follows an import: what is measured should be what citizens will get."""
        while self._job is not None and self._job.stage == "waiting":
            if not self._learning_goes_on():
                self._update(stage="running")
            elif self._closing.wait(_LOOK_EVERY_SECS):
                raise _Stopped

    def _learning_goes_on(self) -> bool:
        status, training = self._services.learning.status(), self._services.settings.search.training
        to_come = training.background and not status.current and status.state != "failed"
        return status.state in ("waiting", "running") or to_come

    def _run(self) -> None:
        services = self._services
        suite = suite_of(services)
        if suite is None:
            raise NotFound("テスト質問がまだありません。")
        made = run_suite(services, suite, self._resting(self._tell))
        before = RunFolder(services.folder.root).latest(suite.name, made.about.run_id)
        write_report(services, made, before, suite=suite)
        self._update(stage="done", run_id=made.about.run_id)

    def _resting(self, tell: Progress) -> Progress:
        last = time.monotonic()

        def told(done: int, total: int) -> None:
            nonlocal last
            tell(done, total)
            if self._closing.wait((time.monotonic() - last) * _PAUSE_SHARE):
                raise _Stopped
            last = time.monotonic()

        return told

    def _tell(self, done: int, total: int) -> None:
        self._update(done=done, total=total)

    def _update(self, **changes: object) -> None:
        with self._lock:
            if self._job is not None:
                self._job = replace(self._job, **changes)  # type: ignore[arg-type]
