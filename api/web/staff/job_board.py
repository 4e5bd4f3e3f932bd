"""Long work that a page watches: one thread does it, one job after the other; jobs are remembered for an hour."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any, Generic, TypeVar

from knowledge.errors import MadoguchiError, NotFound, TooMany
from knowledge.ports import Clock

_KEPT_FOR = timedelta(hours=1)
_MOST = 12
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One piece of work of one person, with how far it has come; `error` once it has failed."""

    job_id: str
    owner: str
    made_at: datetime
    step: str = "読み取り"
    done: int = 0
    total: int = 0
    error: MadoguchiError | None = None

    @property
    def running(self) -> bool:
        raise NotImplementedError


J = TypeVar("J", bound=Job)


class JobBoard(Generic[J]):
    def __init__(self, clock: Clock, name: str) -> None:
        self._clock = clock
        self._jobs: dict[str, J] = {}
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=name)

    def put(self, job: J) -> J:
        """Raises TooMany when too many are waiting."""
        with self._lock:
            self._forget_old()
            if len(self._jobs) >= _MOST:
                raise TooMany("取込みの途中のファイルが多すぎます。少し待ってからお試しください。")
            self._jobs[job.job_id] = job
        return job

    def get(self, job_id: str, owner: str) -> J:
        """Raises NotFound for unknown and forgotten jobs, and for those of somebody else."""
        with self._lock:
            return self._find(job_id, owner)

    def advance(self, job_id: str, owner: str, step: Callable[[J], J]) -> J:
        """Replace the job by what `step` makes of it; two people cannot take the same step."""
        with self._lock:
            self._jobs[job_id] = moved = step(self._find(job_id, owner))
        return moved

    def change(self, job_id: str, **changes: Any) -> None:
        with self._lock:
            job = self._jobs.get(job_id)
            if job is not None:
                self._jobs[job_id] = replace(job, **changes)

    def progress(self, job_id: str) -> Callable[[str, int, int], None]:
        return lambda step, done, total: self.change(job_id, step=step, done=done, total=total)

    def run(self, work: Callable[[], None], failed: Callable[[MadoguchiError], None]) -> None:
        """Do it later, in the thread; whatever goes wrong, the page hears of it."""
        self._worker.submit(_guarded, work, failed)

    def _find(self, job_id: str, owner: str) -> J:
        job = self._jobs.get(job_id)
        if job is None or job.owner != owner:
            raise NotFound("この取込みは終わっているか、時間が過ぎて取り消されました。ファイルを選び直してください。")
        return job

    def _forget_old(self) -> None:
        limit = self._clock.now() - _KEPT_FOR
        for job in [one for one in self._jobs.values() if one.made_at < limit and not one.running]:
            del self._jobs[job.job_id]


def _guarded(work: Callable[[], None], failed: Callable[[MadoguchiError], None]) -> None:
    try:
        work()
    except MadoguchiError as error:
        failed(error)
    except Exception:  # the page must not wait for ever; the cause is in the log
        _log.exception("background work failed")
        failed(MadoguchiError("取込みの途中で予期しない問題が起きました。何も登録していません。"))
