"""Tables of use: what was asked (redacted), which FAQ was viewed or used, and what people said about the answer."""

from sqlalchemy import Boolean, Column, Date, Float, Index, Integer, String, Table, Text

from knowledge.store.tables import UtcDateTime, metadata

search_log = Table(
    "search_log",
    metadata,
    Column("log_id", String(40), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("role", String(32), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("text", Text, nullable=False),
    Column("hits", Text, nullable=False),
    Column("hit_count", Integer, nullable=False),
    Column("zero_hit", Boolean, nullable=False),
    Column("chosen", String(64), nullable=False),
    Column("action", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("confidence", Float),
    Column("category", String(200), nullable=False),
    Column("conversation_id", String(64), nullable=False),
    Column("took_ms", Float, nullable=False),
    Column("version", Integer, nullable=False, server_default="0"),
    Index(None, "day", "channel"),
    Index(None, "at"),
)

faq_view = Table(
    "faq_view",
    metadata,
    Column("view_id", String(40), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("faq_id", String(64), nullable=False),
    Column("channel", String(16), nullable=False),
    Index(None, "day", "faq_id"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("feedback_id", String(40), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("log_id", String(40), nullable=False),
    Column("faq_id", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("who", String(128), nullable=False),
    Column("verdict", String(16), nullable=False),
    Index(None, "day", "faq_id"),
    Index(None, "log_id"),
)
