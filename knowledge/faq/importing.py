"""Import of FAQ files: look first, then all or nothing."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from knowledge.domain import FaqEntry
from knowledge.errors import InvalidInput, Problem
from knowledge.faq.csv_read import read_csv
from knowledge.faq.csv_rows import ParsedFile, parse_table
from knowledge.faq.edit import Edit
from knowledge.faq.import_apply import apply_plan
from knowledge.faq.import_plan import ImportPlan, PlanContext, plan_import
from knowledge.faq.progress import Progress
from knowledge.faq.records import Key
from knowledge.faq.repository import all_records
from knowledge.faq.table import Encoding, Table
from knowledge.faq.xlsx import is_xlsx, read_xlsx

_PREVIEW_ROWS = 5


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What the import would do. `problems` non-empty: it would be refused."""

    encoding: Encoding
    header: tuple[str, ...]
    first_rows: tuple[tuple[str, ...], ...]
    total: int
    new: int
    changed: int
    unchanged: int
    publishes: int
    held: int
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    wording: tuple[Problem, ...] = ()
    """The warnings about words that block publication by hand."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What the import did. `held`: rows stored as drafts because of their wording; `wording`: words to change in what
    was published or held."""

    encoding: Encoding
    total: int
    new: int
    changed: int
    unchanged: int
    published: int
    held: int
    keys: tuple[Key, ...]
    published_keys: tuple[Key, ...]
    warnings: tuple[Problem, ...]
    wording: tuple[Problem, ...] = ()


def read_table(data: bytes) -> Table:
    """CSV or .xlsx, told apart by content and not by file name. Raises NotReadable."""
    return read_xlsx(data) if is_xlsx(data) else read_csv(data)


def parse_file(data: bytes) -> ParsedFile:
    """Raises NotReadable, and InvalidInput for a header that is not an FAQ file's."""
    return parse_table(read_table(data))


def preview(edit: Edit, table: Table, publish: bool, progress: Progress, hold_terms: bool) -> ImportPreview:
    """Writes nothing."""
    parsed = parse_table(table)
    plan = _plan(edit, parsed, publish, progress, hold_terms)
    return ImportPreview(
        encoding=table.encoding,
        header=table.header,
        first_rows=tuple(cells for _, cells in table.rows[:_PREVIEW_ROWS]),
        total=len(plan.rows),
        new=plan.count("new"),
        changed=plan.count("changed"),
        unchanged=plan.count("unchanged"),
        publishes=sum(1 for row in plan.rows if row.publishes),
        held=sum(1 for row in plan.rows if row.held),
        problems=plan.problems,
        warnings=plan.warnings,
        wording=plan.wording,
    )


def import_parsed(
    edit: Edit,
    parsed: ParsedFile,
    publish: bool,
    progress: Progress,
    hold_terms: bool,
    announce: Callable[[Iterator[FaqEntry]], None],
) -> ImportReport:
    """Write every row or none. `announce` is told what will be published, before it is written. Raises InvalidInput with
    all problems of all rows."""
    plan = _plan(edit, parsed, publish, progress, hold_terms)
    if plan.problems:
        raise InvalidInput(
            f"取り込めません。{len(plan.problems)}件の問題があります（何も登録していません）。", plan.problems
        )
    announce(row.entry for row in plan.rows if row.publishes)
    written, live = apply_plan(edit, plan.rows, progress)
    edit.audit.append(
        edit.conn, edit.who, "faq.import_file", parsed.encoding, {"rows": len(plan.rows), "written": len(written)}
    )
    return ImportReport(
        encoding=parsed.encoding,
        total=len(plan.rows),
        new=plan.count("new"),
        changed=plan.count("changed"),
        unchanged=plan.count("unchanged"),
        published=sum(1 for row in plan.rows if row.publishes),
        held=sum(1 for row in plan.rows if row.held),
        keys=tuple(written),
        published_keys=tuple(live),
        warnings=plan.warnings,
        wording=plan.wording,
    )


def _plan(edit: Edit, parsed: ParsedFile, publish: bool, progress: Progress, hold_terms: bool) -> ImportPlan:
    existing = all_records(edit.conn)
    context = PlanContext(existing, publish, edit.today, edit.terms, edit.variables, hold_terms)
    return plan_import(parsed, context, progress)
