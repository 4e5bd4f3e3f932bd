"""What ingestion reads and reports."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from knowledge.faq.service import FaqService
from knowledge.ports import Clock, Redactor, Searcher
from knowledge.privacy.redacted import RedactedText
from knowledge.store.database import Database

FileStatus = Literal["new", "changed", "unchanged", "refused"]


class IngestServices(Protocol):
    """The part of knowledge.bootstrap.Services that ingestion needs."""

    @property
    def db(self) -> Database: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def redactor(self) -> Redactor: ...
    @property
    def faqs(self) -> FaqService: ...
    @property
    def retriever(self) -> Searcher: ...


@dataclass(frozen=True, slots=True)
class Passage:
    """A question and its answer as found in a document; `page` counts from 1, 0 where there are no pages."""

    question: RedactedText
    answer: RedactedText
    page: int = 0


@dataclass(frozen=True, slots=True)
class PassageDiff:
    """What a new edition of a document says differently from the FAQ, to be reviewed: lines with - and +."""

    faq_id: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SimilarDraft:
    """A new draft and the FAQ that asks (nearly) the same already."""

    faq_id: str
    other: str


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file. `changed` and `gone` (FAQ whose passage the new edition no longer has) wait for review."""

    name: str
    kind: Literal["document", "table", "summaries", "unknown"]
    status: FileStatus
    created: tuple[str, ...] = ()
    similar: tuple[SimilarDraft, ...] = ()
    changed: tuple[PassageDiff, ...] = ()
    unchanged: int = 0
    gone: tuple[str, ...] = ()
    imported: int = 0
    """Rows of an FAQ table with numbers that were new or different."""
    linked: int = 0
    proposed: int = 0
    unlinked: int = 0
    problems: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class IngestReport:
    files: Sequence[FileReport]

    @property
    def created(self) -> int:
        return sum(len(one.created) for one in self.files)

    @property
    def refused(self) -> int:
        return sum(one.status == "refused" for one in self.files)
