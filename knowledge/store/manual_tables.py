"""Tables of the centre's manuals: every version stays, a manual can be withdrawn."""

from sqlalchemy import Column, Date, ForeignKey, Integer, String, Table, Text

from knowledge.store.tables import UtcDateTime, metadata

manuals = Table(
    "manuals",
    metadata,
    Column("manual_id", String(32), primary_key=True),
    Column("last_number", Integer, nullable=False),
    Column("withdrawn_at", UtcDateTime),
    Column("withdrawn_by", String(128), nullable=False),
    Column("withdrawn_why", String(500), nullable=False),
)

manual_versions = Table(
    "manual_versions",
    metadata,
    Column("manual_id", String(32), ForeignKey("manuals.manual_id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("title", String(200), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("body", Text, nullable=False),
    Column("reason", String(500), nullable=False),
    Column("saved_by", String(128), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)
