"""`FaqService`: the FAQ system of record as the API, the CLI and the search index use it.

Every change is one transaction with its audit row. After the commit the search index is told which entries changed,
before the call returns, so the next question sees the change; a crash in between is repaired at the next start,
because the index compares `state()` with its own.
"""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime

from sqlalchemy import Connection

from knowledge.domain import FaqEntry, SynonymGroup
from knowledge.errors import Unavailable
from knowledge.faq import (
    book,
    bulk,
    drafting,
    importing,
    listing,
    published,
    publishing,
    repository,
    requests,
    term_rules,
)
from knowledge.faq.csv_export import Exported, ExportEncoding, Header, export_records
from knowledge.faq.csv_rows import ParsedFile
from knowledge.faq.diff import FieldDiff, Tokenise, diff
from knowledge.faq.edit import Edit
from knowledge.faq.importing import ImportPreview, ImportReport, parse_file, read_table
from knowledge.faq.listing import RelatedFaq
from knowledge.faq.progress import Progress, silent
from knowledge.faq.published import PublishedState
from knowledge.faq.records import FaqFilter, FaqPage, FaqRecord, FaqRules, FaqVersion, Key
from knowledge.faq.requests import LeadTimes, RequestStatus, UpdateRequest
from knowledge.faq.synonyms import read_groups
from knowledge.faq.table import MAX_ROWS
from knowledge.faq.term_rules import OwnRule, ShownRule
from knowledge.faq.terms import Finding, TermRule, lint, load_rules
from knowledge.faq.variables import fill_entry
from knowledge.faq.wording import WordsToChange, words_to_change
from knowledge.ports import Clock
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database

INDEXING = "検索への反映"
"""Stage of an import: what was written becomes searchable."""
OnPublished = Callable[[Sequence[Key]], None]
OnPublishing = Callable[[Iterator[FaqEntry]], None]
_log = logging.getLogger(__name__)


class FaqService:
    """Roles are the caller's business (knowledge knows no accounts); `who` is the account name for the audit log."""

    def __init__(
        self,
        db: Database,
        clock: Clock,
        rules: FaqRules | None = None,
        variables: Mapping[str, str] | None = None,
        terms: tuple[TermRule, ...] | None = None,
        on_published: OnPublished | None = None,
    ) -> None:
        self._db = db
        self._clock = clock
        self._audit = AuditLog(clock)
        self._rules = rules or FaqRules()
        self._variables = dict(variables or {})
        self._terms = load_rules() if terms is None else terms
        self.on_published: OnPublished = on_published or (lambda keys: None)
        self.on_publishing: OnPublishing = lambda entries: None
        """Told what an import is about to publish, as people will see it, while nothing is written yet. It may still come
        to nothing: `on_published` says what came of it."""

    # ── the working copy ──────────────────────────────────────────────────────────────────────────────────────────

    def create_draft(self, entry: FaqEntry, who: str) -> FaqRecord:
        with self.editing(who) as edit:
            return drafting.create(edit, entry)

    def save_draft(self, entry: FaqEntry, base_revision: int, who: str) -> FaqRecord:
        """Raises EditConflict (both texts) when `base_revision` is not the newest."""
        with self.editing(who) as edit:
            return drafting.save(edit, entry, base_revision)

    def revise(self, key: Key, base_revision: int, who: str) -> FaqRecord:
        with self.editing(who) as edit:
            return drafting.revise(edit, key, base_revision)

    def submit(self, key: Key, base_revision: int, who: str) -> FaqRecord:
        with self.editing(who) as edit:
            return drafting.submit(edit, key, base_revision)

    def withdraw(self, key: Key, base_revision: int, who: str) -> FaqRecord:
        with self.editing(who) as edit:
            return drafting.withdraw(edit, key, base_revision)

    def send_back(self, key: Key, base_revision: int, who: str) -> FaqRecord:
        with self.editing(who) as edit:
            return drafting.send_back(edit, key, base_revision)

    def approve(self, key: Key, base_revision: int, who: str) -> FaqRecord:
        with self.editing(who) as edit:
            return drafting.approve(edit, key, base_revision)

    def discard(self, key: Key, base_revision: int, who: str) -> FaqRecord:
        with self.editing(who) as edit:
            return drafting.discard(edit, key, base_revision)

    # ── what is published ─────────────────────────────────────────────────────────────────────────────────────────

    def publish(self, key: Key, base_revision: int, who: str, reason: str = "", minor: bool = False) -> FaqRecord:
        """`minor`: the meaning is unchanged, translations stay current."""
        with self.editing(who) as edit:
            record = publishing.publish(edit, key, base_revision, reason, minor)
        self.tell_index([key])
        return record

    def retire(self, key: Key, base_revision: int, who: str, reason: str = "") -> FaqRecord:
        with self.editing(who) as edit:
            record = publishing.retire(edit, key, base_revision, reason)
        self.tell_index([key])
        return record

    def rollback(self, key: Key, number: int, base_revision: int, who: str, reason: str = "") -> FaqRecord:
        with self.editing(who) as edit:
            record = publishing.rollback(edit, key, number, base_revision, reason)
        self.tell_index([key])
        return record

    def may_be_published(self, key: Key, number: int = 0) -> bool:
        """Whether nothing in the working copy (or in version `number`) forbids publishing it by hand. Raises NotFound."""
        with self._db.read() as conn:
            edit = self._edit(conn, "")
            if number:
                entry = publishing.rolled_back(edit, repository.version(conn, key, number).entry)
            else:
                entry = repository.require(conn, key).entry
            return not publishing.publication_problems(edit, entry)

    def bulk_category(self, keys: Sequence[Key], category: str, subcategory: str, who: str) -> list[FaqRecord]:
        with self.editing(who) as edit:
            moved = bulk.move_category(edit, keys, category, subcategory)
        self.tell_index(keys)
        return moved

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────

    def get(self, faq_id: str, lang: str = "ja") -> FaqRecord:
        with self._db.read() as conn:
            return repository.require(conn, (faq_id, lang))

    def languages(self, faq_id: str) -> list[FaqRecord]:
        """The FAQ in every language it has, Japanese first."""
        with self._db.read() as conn:
            return repository.translations(conn, faq_id)

    def list_faqs(self, wanted: FaqFilter | None = None, offset: int = 0, limit: int = 50) -> FaqPage:
        with self._db.read() as conn:
            return listing.list_faqs(conn, wanted or FaqFilter(), offset, limit)

    def review_due(self, day: date | None = None, offset: int = 0, limit: int = 50) -> FaqPage:
        """FAQ whose review date is `day` (default today) or earlier."""
        with self._db.read() as conn:
            return listing.review_due(conn, day or self._clock.today(), offset, limit)

    def categories(self) -> list[tuple[str, str, int]]:
        with self._db.read() as conn:
            return listing.categories(conn)

    def related(self, faq_id: str, lang: str = "ja", neighbours: Sequence[tuple[str, float]] = ()) -> list[RelatedFaq]:
        """`neighbours`: what `Searcher.neighbours` found."""
        with self._db.read() as conn:
            return listing.related(conn, (faq_id, lang), neighbours)

    def versions(self, faq_id: str, lang: str = "ja") -> list[FaqVersion]:
        with self._db.read() as conn:
            return repository.versions(conn, (faq_id, lang))

    def version(self, faq_id: str, number: int, lang: str = "ja") -> FaqVersion:
        with self._db.read() as conn:
            return repository.version(conn, (faq_id, lang), number)

    def diff(self, key: Key, old: int, new: int, tokenise: Tokenise | None = None) -> tuple[FieldDiff, ...]:
        """Between two published versions; 0 stands for the working copy."""
        with self._db.read() as conn:
            sides = [
                repository.version(conn, key, number).entry if number else repository.require(conn, key).entry
                for number in (old, new)
            ]
        return diff(sides[0], sides[1], tokenise)

    # ── terminology ───────────────────────────────────────────────────────────────────────────────────────────────

    def lint(self, entry: FaqEntry) -> tuple[Finding, ...]:
        with self._db.read() as conn:
            return lint(entry, self._rules_of_terms(conn), self._variables.keys())

    def term_rules(self) -> list[ShownRule]:
        """Shipped rules and the city's own, those switched off too."""
        with self._db.read() as conn:
            return term_rules.shown_rules(self._terms, term_rules.own_rules(conn))

    def put_term_rule(self, rule: OwnRule, who: str) -> OwnRule:
        """In force from the next check on. Raises InvalidInput."""
        with self.editing(who) as edit:
            return term_rules.put_rule(edit, rule)

    def remove_term_rule(self, word: str, who: str) -> None:
        """Raises NotFound."""
        with self.editing(who) as edit:
            term_rules.remove_rule(edit, word)

    def words_to_change(self, blocking_only: bool = True) -> list[WordsToChange]:
        """Texts, published or in work, that do not keep to the terminology."""
        with self._db.read() as conn:
            records, rules = repository.all_records(conn), self._rules_of_terms(conn)
            return words_to_change(records, self._published(conn, None), rules, self._variables, blocking_only)

    def _rules_of_terms(self, conn: Connection) -> tuple[TermRule, ...]:
        return term_rules.effective_rules(self._terms, term_rules.own_rules(conn))

    def _holds(self, hold_terms: bool | None) -> bool:
        return self._rules.hold_terms_on_import if hold_terms is None else hold_terms

    # ── what search reads (knowledge.ports.PublishedFaqs) ─────────────────────────────────────────────────────────

    def published(self, keys: Collection[Key] | None = None) -> list[FaqEntry]:
        """Entries in force today or beginning later; check `entry.in_force(day)` for each question."""
        with self._db.read() as conn:
            return self._published(conn, keys)

    def state(self) -> PublishedState:
        """Counter and one hash per published entry: what the index compares with its own."""
        with self._db.read() as conn:
            return published.published_state(conn, self._published(conn, None))

    def start_day(self) -> list[Key]:
        """To be called at 00:00 JST: tells the index which entries begin today or ended yesterday."""
        with self._db.read() as conn:
            keys = published.changing_on(conn, self._clock.today())
        if keys:
            self.tell_index(keys)
        return keys

    def synonyms(self) -> Sequence[SynonymGroup]:
        with self._db.read() as conn:
            return read_groups(conn)

    # ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────

    def preview_import(
        self, data: bytes, publish: bool, progress: Progress = silent, *, hold_terms: bool | None = None
    ) -> ImportPreview:
        """What `import_file` would do; nothing is written. `hold_terms`: see `FaqRules.hold_terms_on_import`, which
        decides when it is None. Raises NotReadable, InvalidInput for the header."""
        table = read_table(data)
        with self._db.read() as conn:
            return importing.preview(self._edit(conn, ""), table, publish, progress, self._holds(hold_terms))

    def import_file(
        self, data: bytes, publish: bool, who: str, progress: Progress = silent, *, hold_terms: bool | None = None
    ) -> ImportReport:
        """A CSV or .xlsx file, every row or none. Raises NotReadable, InvalidInput with every problem."""
        return self.import_rows(parse_file(data), publish, who, progress, hold_terms=hold_terms)

    def import_rows(
        self,
        parsed: ParsedFile,
        publish: bool,
        who: str,
        progress: Progress = silent,
        *,
        hold_terms: bool | None = None,
    ) -> ImportReport:
        """Rows from anywhere (`csv_rows.rows_of` makes them of entries), in one transaction."""
        with self.editing(who) as edit:
            report = importing.import_parsed(edit, parsed, publish, progress, self._holds(hold_terms), self._announce)
        del parsed  # the rows of a large file need not lie in memory while the index follows
        if report.published_keys:
            progress(INDEXING, 0, len(report.published_keys))
            self.tell_index(report.published_keys)
            progress(INDEXING, len(report.published_keys), len(report.published_keys))
        return report

    def export(
        self,
        who: str,
        encoding: ExportEncoding = "utf-8-bom",
        header: Header = "id",
        wanted: FaqFilter | None = None,
    ) -> Exported:
        """The working copies that match, by key. Leaves an audit row."""
        with self.editing(who) as edit:
            page = listing.list_faqs(edit.conn, wanted or FaqFilter(), 0, MAX_ROWS)
            edit.audit.append(edit.conn, who, "faq.export", encoding, {"rows": len(page.items)})
        return export_records(page.items, encoding, header)

    def book(self, city: str, who: str, since: date | None = None) -> bytes:
        """The published FAQ as a Word document: a first edition, or a revised one with what has changed since a day.
        Leaves an audit row."""
        today = self._clock.today()
        with self.editing(who) as edit:
            made = book.collect(edit.conn, city, today, since, self._published(edit.conn, None))
            edit.audit.append(edit.conn, who, "faq.export", "docx", {"rows": len(made.versions)})
        return book.write_book(made)

    # ── update requests ───────────────────────────────────────────────────────────────────────────────────────────

    def add_request(
        self, department: str, text: RedactedText, who: str, faq_id: str = "", due_on: date | None = None
    ) -> UpdateRequest:
        with self.editing(who) as edit:
            return requests.add_request(edit, department, text, faq_id, due_on)

    def move_request(self, request_id: str, status: RequestStatus, who: str, note: RedactedText) -> UpdateRequest:
        with self.editing(who) as edit:
            return requests.move_request(edit, request_id, status, note)

    def list_requests(self, statuses: Sequence[RequestStatus] = ()) -> list[UpdateRequest]:
        with self._db.read() as conn:
            return requests.list_requests(conn, statuses)

    def lead_times(self, since: datetime, until: datetime) -> LeadTimes:
        return requests.lead_times(self.list_requests(("done",)), since, until)

    # ── for the other services on the same store ──────────────────────────────────────────────────────────────────

    @contextmanager
    def editing(self, who: str) -> Iterator[Edit]:
        """One write transaction of `who`."""
        with self._db.begin() as conn:
            yield self._edit(conn, who)

    def _announce(self, entries: Iterator[FaqEntry]) -> None:
        """Who prepares for what is coming must not be able to stop it."""
        try:
            self.on_publishing(fill_entry(entry, self._variables) for entry in entries)
        except Exception:
            _log.exception("nothing was prepared for an import")

    def tell_index(self, keys: Sequence[Key]) -> None:
        """Bring the search index in line with `keys` and the translations that depend on them. The change itself is
        safe already. Raises Unavailable."""
        try:
            with self._db.read() as conn:
                affected = published.with_translations(conn, keys)
            self.on_published(affected)
        except Exception as exc:
            _log.exception("index refresh failed")
            raise Unavailable(
                "変更は保存しました。検索への反映に失敗したため、自動で修復します。少し待ってから確認してください。"
            ) from exc

    def _published(self, conn: Connection, keys: Collection[Key] | None) -> list[FaqEntry]:
        stale_too = self._rules.serve_stale_translations
        return list(published.published_entries(conn, self._clock.today(), self._variables, stale_too, keys))

    def _edit(self, conn: Connection, who: str) -> Edit:
        return Edit(
            conn,
            who,
            self._clock.now(),
            self._clock.today(),
            self._audit,
            self._rules,
            self._rules_of_terms(conn),
            self._variables,
        )
