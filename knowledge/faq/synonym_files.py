"""Synonym groups as a CSV file: one group a row, the preferred word and its synonyms."""

from collections.abc import Sequence

from knowledge.domain import SynonymGroup
from knowledge.errors import InvalidInput, Problem
from knowledge.faq.content import split_items
from knowledge.faq.csv_guard import spreadsheet
from knowledge.faq.importing import read_table
from knowledge.faq.synonyms import checked_group, clashes
from knowledge.text.normalise import normalise

_LABELS = {"preferred": "代表語", "terms": "類義語"}
_NAMES = {normalise(name): field for field, label in _LABELS.items() for name in (field, label)}


def write_synonyms(groups: Sequence[SynonymGroup], header: str = "id") -> bytes:
    """UTF-8 with BOM, CRLF; `header` "id" or "label"."""
    lines = ((group.preferred, "｜".join(term for term in group.terms if term != group.preferred)) for group in groups)
    return spreadsheet(_LABELS if header == "id" else _LABELS.values(), lines, quoted=True)


def read_synonyms(data: bytes) -> list[SynonymGroup]:
    """Checked groups in file order. Raises NotReadable, InvalidInput with every problem of every row."""
    table = read_table(data)
    fields = [_NAMES.get(normalise(name)) for name in table.header]
    problems = [
        Problem(f"「{label}」（{field}）の列がありません。", 1, field)
        for field, label in _LABELS.items()
        if fields.count(field) != 1
    ]
    if problems:
        raise InvalidInput("類義語の一覧として読み込めません。見出しの行を確認してください。", problems)
    groups: list[SynonymGroup] = []
    rows: list[int] = []
    for number, cells in table.rows:
        values = {field: cell for field, cell in zip(fields, cells, strict=False) if field}
        raw = SynonymGroup(values.get("preferred", ""), split_items(values.get("terms", ""), short=True))
        try:
            groups.append(checked_group(raw, number))
            rows.append(number)
        except InvalidInput as exc:
            problems += exc.problems
    problems += clashes(groups, rows)
    if problems:
        raise InvalidInput("類義語を取り込めません（何も登録していません）。", problems)
    return groups
