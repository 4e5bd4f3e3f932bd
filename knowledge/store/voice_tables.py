"""Tables of the voicebot: calls, their turns, and the wordings of its own sentences. Masked or approved text only;
call-back numbers live with the desk."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from knowledge.store.tables import UtcDateTime, metadata

voice_calls = Table(
    "voice_calls",
    metadata,
    Column("call_id", String(64), primary_key=True),
    Column("via", String(16), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("outcome", String(16), nullable=False),
    Column("last_node", String(24), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("turns", Integer, nullable=False),
    Column("answered", Integer, nullable=False),
    Column("recording", String(128), nullable=False),
    Column("packet", Text, nullable=False),
    Column("muted", Text, nullable=False, server_default="[]"),
    Index(None, "started_at"),
    Index(None, "outcome"),
)

voice_turns = Table(
    "voice_turns",
    metadata,
    Column("call_id", ForeignKey("voice_calls.call_id", ondelete="CASCADE"), primary_key=True),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(8), nullable=False),
    Column("node", String(24), nullable=False),
    Column("text", Text, nullable=False),
    Column("played", Text, nullable=False),
    Column("barged_in", Boolean, nullable=False),
    Column("key", String(4), nullable=False),
    Column("asr_confidence", Float),
    Column("decision", String(32), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("faq_id", String(64), nullable=False),
    Column("faq_version", Integer, nullable=False),
    Column("answer_id", String(64), nullable=False),
    Column("confidence", Float),
    Column("candidates", Text, nullable=False),
    Column("stages_ms", Text, nullable=False),
    Index(None, "faq_id"),
)

voice_wordings = Table(
    "voice_wordings",
    metadata,
    Column("wording_id", String(32), primary_key=True),
    Column("lang", String(8), nullable=False),
    Column("name", String(40), nullable=False),
    Column("number", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("author", String(128), nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
    Column("decided_by", String(128), nullable=False),
    Column("decided_at", UtcDateTime),
    Column("comment", Text, nullable=False),
    UniqueConstraint("lang", "name", "number"),
    Index(None, "state"),
)
