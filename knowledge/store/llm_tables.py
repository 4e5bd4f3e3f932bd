"""The meter of the language model: calls, tokens and yen by Japanese day and feature. No text of anybody."""

from sqlalchemy import Column, Date, Float, Integer, String, Table

from knowledge.store.tables import metadata

llm_usage = Table(
    "llm_usage",
    metadata,
    Column("day", Date, primary_key=True),
    Column("feature", String(16), primary_key=True),
    Column("calls", Integer, nullable=False),
    Column("cached", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("input_tokens", Integer, nullable=False),
    Column("output_tokens", Integer, nullable=False),
    Column("cost_yen", Float, nullable=False),
)
