"""`SynonymService`: synonym groups for editors. A change is in the next search: the index is told before the call
returns."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from knowledge.domain import SynonymGroup
from knowledge.faq import synonyms
from knowledge.faq.edit import Edit
from knowledge.faq.service import FaqService
from knowledge.faq.synonym_files import read_synonyms, write_synonyms
from knowledge.faq.synonyms import SynonymRecord
from knowledge.store.database import Database
from knowledge.text.normalise import normalise


@dataclass(frozen=True, slots=True)
class SynonymReport:
    """What an import did."""

    added: int
    changed: int
    unchanged: int
    removed: int


class SynonymService:
    """`on_changed` is called after every committed change."""

    def __init__(self, db: Database, faq: FaqService, on_changed: Callable[[], None] | None = None) -> None:
        self._db = db
        self._faq = faq
        self.on_changed: Callable[[], None] = on_changed or (lambda: None)

    def groups(self) -> list[SynonymRecord]:
        """By preferred word."""
        with self._db.read() as conn:
            return synonyms.read_records(conn)

    def proposed(self, group: SynonymGroup) -> list[SynonymGroup]:
        """All groups as they would be with `group` added or changed: to try a search before saving.
        Raises InvalidInput; Conflict is left to the save."""
        clean = synonyms.checked_group(group)
        others = [record.group for record in self.groups() if record.group.group_id != clean.group_id]
        return [*others, clean]

    def add(self, group: SynonymGroup, who: str) -> SynonymGroup:
        """Raises InvalidInput, Conflict."""
        with self._faq.editing(who) as edit:
            added = synonyms.add(edit, group)
        self.on_changed()
        return added

    def change(self, group: SynonymGroup, base_revision: int, who: str) -> SynonymGroup:
        """Raises NotFound, InvalidInput, Conflict."""
        with self._faq.editing(who) as edit:
            changed = synonyms.change(edit, group, base_revision)
        self.on_changed()
        return changed

    def remove(self, group_id: str, who: str) -> None:
        """Raises NotFound."""
        with self._faq.editing(who) as edit:
            synonyms.remove(edit, group_id)
        self.on_changed()

    def export_csv(self, who: str, header: str = "id") -> bytes:
        with self._faq.editing(who) as edit:
            groups = synonyms.read_groups(edit.conn)
            edit.audit.append(edit.conn, who, "synonym.export", "csv", {"groups": len(groups)})
        return write_synonyms(groups, header)

    def import_csv(self, data: bytes, who: str, replace_all: bool = False) -> SynonymReport:
        """Groups with a known preferred word are changed, others added; `replace_all` removes what the file lacks.
        All or nothing. Raises NotReadable, InvalidInput, Conflict."""
        wanted = read_synonyms(data)
        with self._faq.editing(who) as edit:
            report = _apply(edit, wanted, replace_all)
        if report.added or report.changed or report.removed:
            self.on_changed()
        return report


def _apply(edit: Edit, wanted: Sequence[SynonymGroup], replace_all: bool) -> SynonymReport:
    present = {normalise(record.group.preferred): record for record in synonyms.read_records(edit.conn)}
    names = {normalise(group.preferred) for group in wanted}
    gone = [record for name, record in present.items() if name not in names] if replace_all else []
    changed = [
        (record, group)
        for group in wanted
        if (record := present.get(normalise(group.preferred))) and record.group.terms != group.terms
    ]
    # Words may move from one group to another within the file: take all away before giving any out.
    for record in [*gone, *(record for record, _ in changed)]:
        synonyms.remove(edit, record.group.group_id)
    for record, group in changed:
        synonyms.add(edit, replace(group, group_id=record.group.group_id))
    added = [group for group in wanted if normalise(group.preferred) not in present]
    for group in added:
        synonyms.add(edit, group)
    return SynonymReport(len(added), len(changed), len(wanted) - len(added) - len(changed), len(gone))
