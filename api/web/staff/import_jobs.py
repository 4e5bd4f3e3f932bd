"""Uploads of FAQ files between preview and confirmation."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import uuid4

from api.web.staff.job_board import Job, JobBoard
from knowledge.errors import InvalidInput, MadoguchiError
from knowledge.faq.importing import ImportPreview, ImportReport
from knowledge.faq.service import FaqService
from knowledge.ports import Clock

Stage = Literal["checking", "checked", "writing", "done", "failed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob(Job):
    """One upload of one person. `preview` from stage checked on, `report` when done, `error` when failed."""

    file_name: str
    publish: bool
    hold_terms: bool
    data: bytes = field(repr=False)
    stage: Stage = "checking"
    preview: ImportPreview | None = None
    report: ImportReport | None = None

    @property
    def running(self) -> bool:
        return self.stage in ("checking", "writing")


class ImportJobs:
    """Files wait in memory for an hour at most."""

    def __init__(self, faqs: FaqService, clock: Clock, on_published: Callable[[str], None]) -> None:
        """`on_published`: told who imported something that is published now."""
        self._faqs = faqs
        self._on_published = on_published
        self._clock = clock
        self._board = JobBoard[ImportJob](clock, "faq-import")

    def upload(self, owner: str, file_name: str, data: bytes, publish: bool, hold_terms: bool) -> ImportJob:
        """Begin to look at a file. Raises TooMany when too many files are waiting."""
        job = ImportJob(
            job_id=uuid4().hex, owner=owner, made_at=self._clock.now(), file_name=file_name[:200], publish=publish,
            hold_terms=hold_terms, data=data,
        )  # fmt: skip
        self._board.put(job)
        self._board.run(lambda: self._check(job), lambda error: self._failed(job, error))
        return job

    def confirm(self, job_id: str, owner: str) -> ImportJob:
        """Begin to write what was previewed. Raises NotFound, InvalidInput when it cannot be written."""
        job = self._board.advance(job_id, owner, _started)
        self._board.run(lambda: self._write(job), lambda error: self._failed(job, error))
        return job

    def get(self, job_id: str, owner: str) -> ImportJob:
        """Raises NotFound for unknown and forgotten files, and for those of somebody else."""
        return self._board.get(job_id, owner)

    def _check(self, job: ImportJob) -> None:
        progress = self._board.progress(job.job_id)
        preview = self._faqs.preview_import(job.data, job.publish, progress, hold_terms=job.hold_terms)
        self._board.change(job.job_id, stage="checked", preview=preview)

    def _write(self, job: ImportJob) -> None:
        progress = self._board.progress(job.job_id)
        report = self._faqs.import_file(job.data, job.publish, job.owner, progress, hold_terms=job.hold_terms)
        self._board.change(job.job_id, stage="done", report=report, data=b"")
        if report.published:
            self._on_published(job.owner)

    def _failed(self, job: ImportJob, error: MadoguchiError) -> None:
        self._board.change(job.job_id, stage="failed", error=error, data=b"")


def _started(job: ImportJob) -> ImportJob:
    if job.stage != "checked" or job.preview is None or job.preview.problems:
        raise InvalidInput("このファイルは取り込めません。内容を直して、もう一度選んでください。")
    return replace(job, stage="writing", step="登録", done=0, total=0)
