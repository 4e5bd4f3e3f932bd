"""Tables of the FAQ: the working copy of each entry, its immutable published versions, update requests, synonyms,
the city's own terminology."""

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from knowledge.store.tables import UtcDateTime, metadata

faq = Table(
    "faq",
    metadata,
    Column("faq_id", String(64), primary_key=True),
    Column("lang", String(8), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    # The whole content as canonical JSON; the columns below repeat the parts that lists filter and sort by.
    Column("content", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("question", Text, nullable=False),
    Column("category", String(200), nullable=False),
    Column("subcategory", String(200), nullable=False),
    Column("department", String(200), nullable=False),
    Column("tags", Text, nullable=False),
    Column("visibility", String(16), nullable=False),
    Column("review_due", Date),
    Column("search_text", Text, nullable=False),
    # Published versions that may be in force are live_first … live_last; 0 when none is.
    Column("live_first", Integer, nullable=False),
    Column("live_last", Integer, nullable=False),
    Column("last_number", Integer, nullable=False),
    Column("source_version", Integer, nullable=False),
    Column("live_source", Integer, nullable=False),
    Column("drafters", Text, nullable=False),
    Column("approver", String(128), nullable=False),
    Column("updated_by", String(128), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("status IN ('draft','in_review','approved','published','retired')", name="status"),
    Index(None, "status"),
    Index(None, "category", "subcategory"),
    Index(None, "review_due"),
)

faq_version = Table(
    "faq_version",
    metadata,
    Column("faq_id", String(64), primary_key=True),
    Column("lang", String(8), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("valid_from", Date),
    Column("valid_to", Date),
    Column("author", String(255), nullable=False),
    Column("approver", String(128), nullable=False),
    Column("published_by", String(128), nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("source_version", Integer, nullable=False),
    Index(None, "published_at"),
)

update_request = Table(
    "update_request",
    metadata,
    Column("request_id", String(32), primary_key=True),
    Column("department", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("faq_id", String(64), nullable=False),
    Column("due_on", Date),
    Column("status", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("requested_by", String(128), nullable=False),
    Column("handled_by", String(128), nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    CheckConstraint("status IN ('open','in_progress','done','declined')", name="status"),
    Index(None, "status", "due_on"),
)

synonym_group = Table(
    "synonym_group",
    metadata,
    Column("group_id", String(32), primary_key=True),
    Column("preferred", String(200), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("updated_by", String(128), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

synonym_term = Table(
    "synonym_term",
    metadata,
    # The matching form: one term can stand in one group only, and the database itself sees to it.
    Column("folded", String(200), primary_key=True),
    Column("group_id", ForeignKey("synonym_group.group_id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("term", String(200), nullable=False),
    UniqueConstraint("group_id", "position"),
)

term_rule = Table(
    "term_rule",
    metadata,
    Column("word", String(100), primary_key=True),
    Column("say", String(100), nullable=False),
    Column("level", String(8), nullable=False),
    Column("updated_by", String(128), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    CheckConstraint("level IN ('block','warn','off')", name="level"),
)
