"""Tables of the evaluation: one line per run; the rows of a run lie in files of the data folder."""

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text

from knowledge.store.tables import UtcDateTime, metadata

eval_run = Table(
    "eval_run",
    metadata,
    Column("run_id", String(64), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("suite", String(64), nullable=False),
    Column("suite_sha", String(32), nullable=False),
    Column("git_sha", String(64), nullable=False),
    Column("cases", Integer, nullable=False),
    Column("self_resolution", Float, nullable=False),
    Column("harm", Float, nullable=False),
    Column("about", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Index(None, "suite", "at"),
)
