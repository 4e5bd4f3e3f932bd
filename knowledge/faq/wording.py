"""Words to change: every text that is published or in work and does not keep to the terminology."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.domain import FaqEntry
from knowledge.faq.records import FaqRecord, Key
from knowledge.faq.terms import Finding, TermRule, blocking, lint

_IN_WORK = ("draft", "in_review", "approved")


@dataclass(frozen=True, slots=True)
class WordsToChange:
    """One text with findings. `live`: it is what the channels say now; `mended`: a draft without them is in work."""

    record: FaqRecord
    live: bool
    findings: tuple[Finding, ...]
    mended: bool = False

    @property
    def blocks(self) -> bool:
        return bool(blocking(self.findings))


def words_to_change(
    records: Mapping[Key, FaqRecord],
    published: Iterable[FaqEntry],
    rules: Sequence[TermRule],
    variables: Mapping[str, str],
    blocking_only: bool,
) -> list[WordsToChange]:
    """What blocks first, then by number; of one FAQ the published text before the draft."""

    def of(entry: FaqEntry) -> tuple[Finding, ...]:
        found = lint(entry, rules, variables.keys())
        return blocking(found) if blocking_only else found

    rows = []
    for entry in published:
        record = records.get(entry.key)
        if record is not None and (found := of(entry)):
            in_work = record.entry.status in _IN_WORK
            rows.append(WordsToChange(record, True, found, in_work and not of(record.entry)))
    for record in records.values():
        if record.entry.status in _IN_WORK and (found := of(record.entry)):
            rows.append(WordsToChange(record, False, found))
    return sorted(rows, key=lambda row: (not row.blocks, row.record.key, not row.live))
