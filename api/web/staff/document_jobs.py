"""Documents being read, so that the page can show how far it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from api.uploads import Upload, ingest_uploads
from api.web.staff.job_board import Job, JobBoard
from ingestion.model import IngestReport
from knowledge.bootstrap import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentJob(Job):
    names: tuple[str, ...]
    report: IngestReport | None = None

    @property
    def running(self) -> bool:
        return self.report is None and self.error is None


class DocumentJobs:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._board = JobBoard[DocumentJob](services.clock, "documents")

    def start(self, owner: str, uploads: Sequence[Upload]) -> DocumentJob:
        """Raises TooMany when too many are waiting."""
        names = tuple(name[:200] for name, _ in uploads)
        job = DocumentJob(job_id=uuid4().hex, owner=owner, made_at=self._services.clock.now(), names=names)
        self._board.put(job)
        tell = self._board.progress(job.job_id)

        def work() -> None:
            report = ingest_uploads(uploads, self._services, owner, lambda done, total, name: tell(name, done, total))
            self._board.change(job.job_id, report=report)

        self._board.run(work, lambda error: self._board.change(job.job_id, error=error))
        return job

    def get(self, job_id: str, owner: str) -> DocumentJob:
        """Raises NotFound."""
        return self._board.get(job_id, owner)
