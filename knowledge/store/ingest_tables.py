"""Tables of ingestion: which files were read, which FAQ drafts came from them,
what new editions say differently, and call summaries as evidence."""

from sqlalchemy import Column, Float, Index, Integer, String, Table, Text

from knowledge.store.tables import UtcDateTime, metadata

ingest_sources = Table(
    "ingest_sources",
    metadata,
    Column("source_key", String(64), primary_key=True),
    Column("file_name", String(255), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("entries", Integer, nullable=False),
    Column("ingested_by", String(128), nullable=False),
    Column("ingested_at", UtcDateTime, nullable=False),
)

ingest_passages = Table(
    "ingest_passages",
    metadata,
    Column("source_key", String(64), primary_key=True),
    Column("passage_key", String(64), primary_key=True),
    Column("content_hash", String(64), nullable=False),
    Column("faq_id", String(64), nullable=False),
    Column("page", Integer, nullable=False),
    Index(None, "faq_id"),
)

ingest_changes = Table(
    "ingest_changes",
    metadata,
    Column("change_id", String(64), primary_key=True),
    Column("source_key", String(64), nullable=False),
    Column("passage_key", String(64), nullable=False),
    Column("file_name", String(255), nullable=False),
    Column("faq_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("page", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("found_by", String(128), nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Index(None, "source_key", "passage_key", unique=True),
)

call_summaries = Table(
    "call_summaries",
    metadata,
    Column("summary_id", String(64), primary_key=True),
    Column("text", Text, nullable=False),
    Column("faq_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("linked_by", String(16), nullable=False),
    Column("confidence", Float),
    Column("source_key", String(64), nullable=False),
    Column("ingested_at", UtcDateTime, nullable=False),
    Index(None, "faq_id", "state"),
    Index(None, "source_key"),
)
