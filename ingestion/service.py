"""`ingest(paths, services, who)`: FAQ documents become drafts, FAQ tables too, call summaries become evidence."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from ingestion.drafts import apply_passages, is_known, remember_source, source_key
from ingestion.guard import DOCUMENTS, KNOWN, SUMMARIES, read_bounded
from ingestion.model import FileReport, FileStatus, IngestReport, IngestServices, Passage
from ingestion.summaries import is_summary_csv, read_summaries, store_summaries
from knowledge.errors import InvalidInput, MadoguchiError
from knowledge.faq.csv_rows import merge
from knowledge.faq.importing import parse_file

Progress = Callable[[int, int, str], None]
"""(files done, files in all, name of the file)."""


def ingest(
    paths: Sequence[Path], services: IngestServices, who: str, progress: Progress = lambda _done, _all, _name: None
) -> IngestReport:
    """Each file for itself: one that cannot be read is reported and does not stop the others. Folders are walked.
    Raises InvalidInput when there is nothing to read."""
    files = files_of(paths)
    if not files:
        raise InvalidInput(f"取り込むファイルがありません。使えるのは {'・'.join(sorted(KNOWN))} です。")
    reports = []
    for done, path in enumerate(files):
        name = services.redactor.redact(path.name).text
        progress(done, len(files), name)
        reports.append(_one(path, name, services, who))
    progress(len(files), len(files), "")
    return IngestReport(tuple(reports))


def _one(path: Path, name: str, services: IngestServices, who: str) -> FileReport:
    try:
        data = read_bounded(path)
        digest, key = sha256(data).hexdigest(), source_key(path)
        if is_known(services, digest):
            return FileReport(name, "unknown", "unchanged")
        report = _read(path, name, data, key, services, who)
    except MadoguchiError as exc:
        problems = (exc.message, *map(str, exc.problems[:20]))
        return FileReport(name, "unknown", "refused", problems=problems)
    if not report.problems:
        # With problems left the file is read again next time, when they may have been put right.
        entries = len(report.created) + len(report.changed) + report.unchanged + report.linked + report.imported
        remember_source(services, key, name, digest, report.kind, entries, who)
    return report


def _read(path: Path, name: str, data: bytes, key: str, services: IngestServices, who: str) -> FileReport:
    suffix = path.suffix.lower()
    if suffix in SUMMARIES or (suffix == ".csv" and is_summary_csv(data)):
        return store_summaries(services, key, name, read_summaries(data, suffix))
    if suffix in DOCUMENTS:
        # LlamaIndex takes a second to import, which starting the service need not pay.
        from ingestion.pipeline import passages_of
        from ingestion.readers import read_documents

        passages = passages_of(read_documents(path), services.redactor)
        if not passages:
            raise InvalidInput(
                "質問と回答の組が見つかりません。見出し・Q.とA.・表のどれかで書かれているか確認してください。"
            )
        return apply_passages(services, key, name, passages, who)
    return _table(name, data, key, services, who)


def _table(name: str, data: bytes, key: str, services: IngestServices, who: str) -> FileReport:
    """A table whose rows all carry FAQ numbers is imported whole; one without is read like a document."""
    parsed = parse_file(data)
    if parsed.problems:
        raise InvalidInput("表に誤りがあります。", parsed.problems)
    if parsed.rows and all(row.faq_id for row in parsed.rows):
        done = services.faqs.import_rows(parsed, False, who)
        status: FileStatus = "new" if done.new else ("changed" if done.changed else "unchanged")
        return FileReport(name, "table", status, unchanged=done.unchanged, imported=done.new + done.changed)
    redact = services.redactor.redact
    entries = [merge(row, None) for row in parsed.rows]
    passages = [Passage(redact(one.question).text, redact(one.answer).text) for one in entries if one.question]
    return replace(apply_passages(services, key, name, passages, who), kind="table")


def files_of(paths: Iterable[Path]) -> list[Path]:
    """The files themselves, and those of known kinds in the folders."""
    return list(_files(paths))


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(one for one in path.rglob("*") if one.is_file() and one.suffix.lower() in KNOWN)
        else:
            yield path
