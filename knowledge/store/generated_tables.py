"""Wordings of FAQ that a language model wrote: search alone reads them, editors may take them out."""

from sqlalchemy import Column, Index, String, Table, Text

from knowledge.store.tables import UtcDateTime, metadata

generated_wordings = Table(
    "generated_wordings",
    metadata,
    Column("wording_id", String(32), primary_key=True),
    Column("faq_id", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("made_by", String(200), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("state", String(8), nullable=False),
    Index(None, "faq_id"),
)
"""`state`: kept, or removed by an editor (so that the same wording is not written again). `made_by`: model, prompt, sha."""
