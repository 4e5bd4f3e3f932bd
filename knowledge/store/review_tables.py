"""Tables of the city's review: marks on turns of bot calls, random audit samples of calls and of conversations on the
public page, blind verdicts. Comments are redacted."""

from sqlalchemy import Column, Date, ForeignKey, ForeignKeyConstraint, Index, Integer, String, Table, Text

from knowledge.store.tables import UtcDateTime, metadata

call_marks = Table(
    "call_marks",
    metadata,
    Column("call_id", ForeignKey("voice_calls.call_id", ondelete="CASCADE"), primary_key=True),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("who", String(128), primary_key=True),
    Column("verdict", String(24), nullable=False),
    Column("comment", Text, nullable=False),
    Column("faq_id", String(64), nullable=False),
    Column("request_id", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "verdict"),
)

audit_samples = Table(
    "audit_samples",
    metadata,
    Column("sample_id", String(32), primary_key=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("population", Integer, nullable=False),
    Column("seed", String(32), nullable=False),
    Column("first_reviewer", String(128), nullable=False),
    Column("second_reviewer", String(128), nullable=False),
    Column("made_by", String(128), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("channel", String(8), nullable=False, server_default="voice"),
)

# call_id: the call, or in samples of the public page the log_id of the conversation's last question. Without a key to
# either: what was found stays when the record itself is purged, so that old figures stand.
audit_items = Table(
    "audit_items",
    metadata,
    Column("sample_id", ForeignKey("audit_samples.sample_id", ondelete="CASCADE"), primary_key=True),
    Column("call_id", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("day", Date, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("resolved", String(24), nullable=False),
    Column("resolved_by", String(128), nullable=False),
    Column("resolved_at", UtcDateTime),
    Column("comment", Text, nullable=False),
    Index(None, "day"),
    Index(None, "call_id"),
)

audit_verdicts = Table(
    "audit_verdicts",
    metadata,
    Column("sample_id", String(32), primary_key=True),
    Column("call_id", String(64), primary_key=True),
    Column("reviewer", String(128), primary_key=True),
    Column("verdict", String(24), nullable=False),
    Column("comment", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    ForeignKeyConstraint(
        ["sample_id", "call_id"], ["audit_items.sample_id", "audit_items.call_id"], ondelete="CASCADE"
    ),
)
