"""Uploads between preview and confirmation, each worked on in the background so that the page can show progress."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Literal
from uuid import uuid4

from knowledge.errors import InvalidInput, MadoguchiError, NotFound, TooMany
from knowledge.faq.importing import ImportPreview, ImportReport
from knowledge.faq.service import FaqService
from knowledge.ports import Clock

Stage = Literal["checking", "checked", "writing", "done", "failed"]
_KEPT_FOR = timedelta(hours=1)
_MOST = 12
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ImportJob:
    """One upload of one person. `preview` from stage checked on, `report` when done, `error` when failed."""

    job_id: str
    owner: str
    file_name: str
    publish: bool
    made_at: datetime
    data: bytes = field(repr=False)
    hold_terms: bool = False
    stage: Stage = "checking"
    step: str = "読み取り"
    done: int = 0
    total: int = 0
    preview: ImportPreview | None = None
    report: ImportReport | None = None
    error: MadoguchiError | None = None

    @property
    def running(self) -> bool:
        return self.stage in ("checking", "writing")


class ImportJobs:
    """One thread does the work, one file after the other; files wait in memory for an hour at most."""

    def __init__(self, faqs: FaqService, clock: Clock, on_published: Callable[[str], None]) -> None:
        """`on_published`: told who imported something that is published now."""
        self._faqs = faqs
        self._on_published = on_published
        self._clock = clock
        self._jobs: dict[str, ImportJob] = {}
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="faq-import")

    def upload(self, owner: str, file_name: str, data: bytes, publish: bool, hold_terms: bool) -> ImportJob:
        """Begin to look at a file. Raises TooMany when too many files are waiting."""
        job = ImportJob(uuid4().hex, owner, file_name[:200], publish, self._clock.now(), data, hold_terms)
        with self._lock:
            self._forget_old()
            if len(self._jobs) >= _MOST:
                raise TooMany("取込みの途中のファイルが多すぎます。少し待ってからお試しください。")
            self._jobs[job.job_id] = job
        self._worker.submit(self._check, job)
        return job

    def confirm(self, job_id: str, owner: str) -> ImportJob:
        """Begin to write what was previewed. Raises NotFound, InvalidInput when it cannot be written."""
        with self._lock:
            job = self._find(job_id, owner)
            if job.stage != "checked" or job.preview is None or job.preview.problems:
                raise InvalidInput("このファイルは取り込めません。内容を直して、もう一度選んでください。")
            started = replace(job, stage="writing", step="登録", done=0, total=0)
            self._jobs[job_id] = started
        self._worker.submit(self._write, started)
        return started

    def get(self, job_id: str, owner: str) -> ImportJob:
        """Raises NotFound for unknown and forgotten files, and for those of somebody else."""
        with self._lock:
            return self._find(job_id, owner)

    def _find(self, job_id: str, owner: str) -> ImportJob:
        job = self._jobs.get(job_id)
        if job is None or job.owner != owner:
            raise NotFound("この取込みは終わっているか、時間が過ぎて取り消されました。ファイルを選び直してください。")
        return job

    def _forget_old(self) -> None:
        limit = self._clock.now() - _KEPT_FOR
        for job in [one for one in self._jobs.values() if one.made_at < limit and not one.running]:
            del self._jobs[job.job_id]

    def _check(self, job: ImportJob) -> None:
        def work() -> None:
            progress = self._progress(job.job_id)
            preview = self._faqs.preview_import(job.data, job.publish, progress, hold_terms=job.hold_terms)
            self._update(job.job_id, stage="checked", preview=preview)

        self._guarded(job, work)

    def _write(self, job: ImportJob) -> None:
        def work() -> None:
            progress = self._progress(job.job_id)
            report = self._faqs.import_file(job.data, job.publish, job.owner, progress, hold_terms=job.hold_terms)
            self._update(job.job_id, stage="done", report=report, data=b"")
            if report.published:
                self._on_published(job.owner)

        self._guarded(job, work)

    def _guarded(self, job: ImportJob, work: Callable[[], None]) -> None:
        try:
            work()
        except MadoguchiError as error:
            self._update(job.job_id, stage="failed", error=error, data=b"")
        except Exception:  # the page must not wait for ever; the cause is in the log
            _log.exception("import failed")
            sorry = MadoguchiError("取込みの途中で予期しない問題が起きました。何も登録していません。")
            self._update(job.job_id, stage="failed", error=sorry, data=b"")

    def _progress(self, job_id: str) -> Callable[[str, int, int], None]:
        return lambda step, done, total: self._update(job_id, step=step, done=done, total=total)

    def _update(self, job_id: str, **changes: object) -> None:
        with self._lock:
            job = self._jobs.get(job_id)
            if job is not None:
                self._jobs[job_id] = replace(job, **changes)  # type: ignore[arg-type]
