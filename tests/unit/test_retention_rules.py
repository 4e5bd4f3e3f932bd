"""Every table that can hold words of people ends, or says why not. Read from the schema, so that a new one is noticed."""

from sqlalchemy import Column, LargeBinary, MetaData, String, Table

from api.retention import RETENTION
from knowledge.retention.rules import KEPT_BECAUSE, SWEEPS
from knowledge.settings import RetentionSettings
from knowledge.store.schema import complete_metadata

LONG = 200
"""Shorter columns hold ids, names of staff and fixed words."""
TABLES = {table.name: table for table in complete_metadata().sorted_tables}
SWEPT = [sweep for sweeps in SWEEPS.values() for sweep in sweeps]
NO_WORDS = {
    "desk_records.category", "desk_records.transfer_to", "desk_complaints.reported_to", "desk_callbacks.department",
    "update_request.department",
}  # fmt: skip
"""Classes and departments, which figures are counted by."""


def wordy(table: Table) -> list[Column[object]]:
    """Columns that a sentence fits into. `Text` is a `String` without a length."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, LargeBinary)
        or (isinstance(column.type, String) and (column.type.length or LONG) >= LONG)
    ]


def unthought(table: Table) -> list[str]:
    """A table that nothing deletes and nobody gave a reason for, however short its columns are: rows that only grow, and what
    comes from outside, fit into short ones. Of a table whose rows stay, the columns with words that nothing empties."""
    if table.name in KEPT_BECAUSE:
        return []
    mine = [sweep for sweep in SWEPT if sweep.table.name == table.name]
    if not mine:
        return [table.name]
    if any(not sweep.clears for sweep in mine):
        return []
    cleared = {name for sweep in mine for name in sweep.clears}
    names = [f"{table.name}.{column.name}" for column in wordy(table) if column.name not in cleared]
    return [name for name in names if name not in NO_WORDS]


def test_every_table_and_every_column_with_words_ends_or_has_a_reason() -> None:
    assert [name for table in TABLES.values() for name in unthought(table)] == []


def test_a_table_nobody_thought_of_would_be_found() -> None:
    for length in (None, 16):
        forgotten = Table("forgotten", MetaData(), Column("memo", String(length)))
        assert unthought(forgotten) == ["forgotten"]


def test_a_column_nobody_thought_of_would_be_found() -> None:
    grown = Table("desk_callbacks", MetaData(), Column("content", String()), Column("memo", String()))
    assert unthought(grown) == ["desk_callbacks.memo"]


def test_no_reason_and_no_rule_for_what_does_not_exist_or_for_both() -> None:
    swept = {sweep.table.name for sweep in SWEPT}
    assert [name for name in KEPT_BECAUSE if name not in TABLES or name in swept] == []
    assert [name for name in NO_WORDS if name.split(".")[1] not in TABLES[name.split(".")[0]].columns] == []
    for sweep in SWEPT:
        assert set(sweep.clears) <= set(sweep.table.columns.keys())


def test_every_kind_has_a_setting_and_a_name_for_people() -> None:
    elsewhere = {"recordings", "bot_calls", "searches"}
    settings = {name.removesuffix("_days") for name in RetentionSettings.model_fields}
    assert set(RETENTION) == settings | elsewhere == set(SWEEPS) | {"recordings"}
    assert all(one.setting == f"retention.{name}_days" for name, one in RETENTION.items() if name in settings)
