"""What an import would do, row by row, before anything is written: pure decisions over what the store holds."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from knowledge.domain import FaqEntry, FaqStatus
from knowledge.errors import Problem
from knowledge.faq.content import check_entry
from knowledge.faq.cp932 import SUBSTITUTE, image
from knowledge.faq.csv_export import cells_of
from knowledge.faq.csv_rows import ParsedFile, ParsedRow, merge
from knowledge.faq.duplicates import near_duplicates
from knowledge.faq.progress import Progress
from knowledge.faq.records import FaqRecord, Key
from knowledge.faq.terms import TermRule, blocking, lint
from knowledge.text.normalise import normalise

Outcome = Literal["new", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class PlanContext:
    """What planning needs to know besides the rows. `existing` holds every FAQ of the store."""

    existing: Mapping[Key, FaqRecord]
    publish: bool
    today: date
    terms: tuple[TermRule, ...]
    variables: Mapping[str, str]
    hold_terms: bool = False
    """Whether words that block publication by hand keep a row a draft; without it they are only pointed out."""


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row's effect. `status` is the state it leaves the entry in; `publishes` means a new version."""

    row: int
    entry: FaqEntry
    before: FaqRecord | None
    outcome: Outcome
    publishes: bool
    source_version: int | None
    held: bool = False
    """The file asks to publish it, but its wording blocks that: it is stored as a draft."""

    @property
    def key(self) -> Key:
        return self.entry.key


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """With `problems`, nothing may be written. `rows` are in file order."""

    rows: tuple[PlannedRow, ...]
    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    """Those of `wording` first."""
    wording: tuple[Problem, ...] = ()
    """Words that block publication by hand, in rows that this import publishes or would publish."""

    def count(self, outcome: Outcome) -> int:
        return sum(1 for row in self.rows if row.outcome == outcome)


@dataclass(slots=True)
class _Notes:
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    wording: list[Problem] = field(default_factory=list)


def plan_import(parsed: ParsedFile, context: PlanContext, progress: Progress) -> ImportPlan:
    """Decide every row; rows without id that repeat an existing question update that FAQ instead of adding a twin."""
    notes = _Notes(list(parsed.problems), list(parsed.warnings))
    rows: list[PlannedRow] = []
    seen: dict[Key, int] = {}
    for index, parsed_row in enumerate(_with_ids(parsed.rows, context, notes)):
        if index % 500 == 0:
            progress("確認", index, len(parsed.rows))
        planned = _plan_row(parsed_row, parsed.encoding == "cp932", context, notes)
        if planned.entry.faq_id:
            first = seen.setdefault(planned.key, planned.row)
            if first != planned.row:
                message = f"{first}行目と同じFAQ番号・言語です（{planned.entry.faq_id}・{planned.entry.lang}）。"
                notes.problems.append(Problem(message, planned.row, "faq_id"))
        rows.append(planned)
    if not parsed.rows:
        notes.problems.append(Problem("見出しの下にFAQの行がありません。", 1))
    if not notes.problems:
        notes.warnings += _new_categories(rows, context.existing)
        notes.warnings += _duplicates(rows, context.existing)
    progress("確認", len(parsed.rows), len(parsed.rows))
    order = sorted(notes.problems, key=lambda problem: problem.row or 0)
    return ImportPlan(tuple(rows), tuple(order), (*notes.wording, *notes.warnings), tuple(notes.wording))


def _with_ids(rows: Sequence[ParsedRow], context: PlanContext, notes: _Notes) -> Iterator[ParsedRow]:
    """Rows as they are, those without id given the id of the FAQ with the same question, if there is one."""
    by_question: dict[tuple[str, str], list[str]] = defaultdict(list)
    if any(not row.faq_id for row in rows):
        taken = {(row.faq_id, row.lang) for row in rows}
        for key in sorted(context.existing, reverse=True):
            if key not in taken:
                by_question[(normalise(context.existing[key].entry.question), key[1])].append(key[0])
    for row in rows:
        same = None if row.faq_id else by_question.get((normalise(str(row.values.get("question", ""))), row.lang))
        if same:
            faq_id = same.pop()
            notes.warnings.append(Problem(f"FAQ番号がないため、同じ質問の {faq_id} を更新します。", row.row, "faq_id"))
            yield replace(row, faq_id=faq_id)
        else:
            yield row


def _plan_row(parsed: ParsedRow, from_cp932: bool, context: PlanContext, notes: _Notes) -> PlannedRow:
    before = context.existing.get((parsed.faq_id, parsed.lang)) if parsed.faq_id else None
    if from_cp932:
        parsed = _restored(parsed, before, notes)
    checked = check_entry(merge(parsed, before.entry if before else None), parsed.row)
    notes.problems += checked.problems
    notes.warnings += checked.warnings
    source = parsed.values.get("source_version")
    changed = (
        before is None or checked.entry != before.entry or (source is not None and source != before.source_version)
    )
    status, publishes = _target(parsed.values.get("status"), before, changed, context.publish)
    if changed or publishes:
        blocks = _check_wording(checked.entry, parsed.row, context, notes)
        (notes.wording if publishes else notes.warnings).extend(blocks)
        held = bool(blocks) and publishes and context.hold_terms
    else:
        held = False
    if held:
        notes.warnings.append(Problem("用語を直すまで公開せず、下書きとして取り込みます。", parsed.row))
        publishes = False
        status = "draft" if before is None or changed else before.entry.status
    outcome = _outcome(before, changed, status)
    if before and outcome == "changed" and changed and before.entry.status in ("draft", "in_review", "approved"):
        notes.warnings.append(Problem(f"編集中（{before.updated_by} さん）の下書きを置き換えます。", parsed.row))
    return PlannedRow(parsed.row, replace(checked.entry, status=status), before, outcome, publishes, source, held)


def _outcome(before: FaqRecord | None, changed: bool, status: FaqStatus) -> Outcome:
    if before is None:
        return "new"
    return "changed" if changed or status != before.entry.status else "unchanged"


def _check_wording(entry: FaqEntry, row: int, context: PlanContext, notes: _Notes) -> list[Problem]:
    """What blocks publication by hand; what only warns goes to the notes."""
    findings = lint(entry, context.terms, context.variables.keys())
    blocks = blocking(findings)
    notes.warnings += [Problem(one.message, row, one.field) for one in findings if one not in blocks]
    if entry.valid_to is not None and entry.valid_to < context.today:
        notes.warnings.append(Problem("適用終了の日を過ぎているため、検索には出ません。", row, "valid_to"))
    return [Problem(one.message, row, one.field) for one in blocks]


def _target(wanted: FaqStatus | None, before: FaqRecord | None, changed: bool, publish: bool) -> tuple[FaqStatus, bool]:
    """(status after the import, whether a new version is published)."""
    now = before.entry.status if before else None
    if not publish:
        if now is not None and not changed:
            return now, False
        return ("in_review" if wanted == "in_review" else "draft"), False
    target = wanted or "published"
    if target == "published":
        return "published", changed or now != "published"
    if now is not None and not changed and target != "retired":
        return now, False  # the steps of the lifecycle are taken by people, not by a column
    return target, False


def _restored(parsed: ParsedRow, before: FaqRecord | None, notes: _Notes) -> ParsedRow:
    """CP932 folds 〜 to ～ and more: a cell that is what export wrote for the present text changes nothing."""
    present = cells_of(before.entry, before.source_version) if before else {}
    values = dict(parsed.values)
    for name, cell in parsed.cells.items():
        written = cell.replace("\r\n", "\n").strip()
        there = present.get(name, "")
        if name in values and there and image(there) == written and there != written:
            del values[name]
        elif SUBSTITUTE in written and SUBSTITUTE not in there:
            text = (
                f"「{SUBSTITUTE}」があります。CP932 で書けない文字の代わりに入ったものなら、元の文字に直してください。"
            )
            lost = bool(there) and SUBSTITUTE in image(there)
            (notes.problems if lost else notes.warnings).append(Problem(text, parsed.row, name))
    return replace(parsed, values=values)


def _new_categories(rows: Sequence[PlannedRow], existing: Mapping[Key, FaqRecord]) -> Iterator[Problem]:
    known = {record.entry.category for record in existing.values()}
    if not known:
        return
    for planned in rows:
        if planned.entry.category and planned.entry.category not in known:
            known.add(planned.entry.category)
            message = f"大分類「{planned.entry.category}」は今までにない分類です。書き間違いでないか確認してください。"
            yield Problem(message, planned.row, "category")


def _duplicates(rows: Sequence[PlannedRow], existing: Mapping[Key, FaqRecord]) -> Iterator[Problem]:
    """Similar questions among the rows and against the store, where the import adds or changes one of them."""
    for lang in sorted({planned.entry.lang for planned in rows if planned.outcome != "unchanged"}):
        mine = {f"row {planned.row}": planned for planned in rows if planned.entry.lang == lang}
        keys = {planned.key for planned in mine.values()}
        questions = {
            record.entry.faq_id: record.entry.question
            for key, record in existing.items()
            if key[1] == lang and key not in keys and record.entry.status != "retired"
        }
        questions |= {name: planned.entry.question for name, planned in mine.items()}
        touched = [name for name, planned in mine.items() if planned.outcome != "unchanged"]
        for found in near_duplicates(questions, touched):
            other = mine.get(found.other)
            place = f"{other.row}行目" if other else f"登録済みの {found.other}"
            same = "同じ" if found.similarity == 1 else "よく似た"
            yield Problem(
                f"質問が{place}と{same}内容です。重複していないか確認してください。", mine[found.key].row, "question"
            )
