"""Tables of the contact-centre desk: event log, interaction records, complaints, call-backs, transcripts, webhooks.

Free text in them is redacted. Names and numbers for ringing back are not in this database at all (desk.callbacks.vault).
"""

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from knowledge.store.tables import UtcDateTime, metadata

desk_events = Table(
    "desk_events",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("event_id", String(64), nullable=False, unique=True),
    Column("call_id", String(64), nullable=False),
    Column("type", String(24), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("faq_id", String(64), nullable=False),
    Column("attributes", Text, nullable=False),
    Column("source", String(64), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Index(None, "call_id"),
    Index(None, "day", "type"),
    Index(None, "faq_id"),
)

desk_event_notes = Table(
    "desk_event_notes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("received_at", UtcDateTime, nullable=False),
    Column("source", String(64), nullable=False),
    Column("event_id", String(64), nullable=False),
    Column("reason", String(32), nullable=False),
    Column("field", String(32), nullable=False),
    Index(None, "received_at"),
)

desk_records = Table(
    "desk_records",
    metadata,
    Column("record_id", String(32), primary_key=True),
    Column("call_id", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("day", Date, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("line", String(64), nullable=False),
    Column("lang", String(8), nullable=False),
    Column("from_other_line", Boolean, nullable=False),
    Column("caller", String(32), nullable=False),
    Column("operator", String(128), nullable=False),
    Column("owner", String(128), nullable=False),
    Column("status", String(16), nullable=False),
    Column("due_at", UtcDateTime),
    Column("category", String(200), nullable=False),
    Column("inquiry", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("remaining", Text, nullable=False),
    Column("transfer_to", String(200), nullable=False),
    Column("transfer_result", String(16), nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("answered_in_center", Boolean, nullable=False),
    Column("completed", Boolean, nullable=False),
    Column("booking", String(16), nullable=False),
    Column("prefilled", Text, nullable=False),
    Column("edit_distance", Float),
    Column("revision", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("updated_by", String(128), nullable=False),
    Column("closed_at", UtcDateTime),
    Column("deleted_at", UtcDateTime),
    Column("deleted_by", String(128), nullable=False),
    Column("delete_reason", Text, nullable=False),
    Index(None, "received_at"),
    Index(None, "day"),
    Index(None, "status", "due_at"),
    Index(None, "category"),
    Index(None, "operator"),
)

# Apart from the records, so that a free-text search reads a narrow table from end to end.
desk_record_terms = Table(
    "desk_record_terms",
    metadata,
    Column("record_id", ForeignKey("desk_records.record_id", ondelete="CASCADE"), primary_key=True),
    Column("terms", Text, nullable=False),
)

desk_record_tags = Table(
    "desk_record_tags",
    metadata,
    Column("record_id", ForeignKey("desk_records.record_id", ondelete="CASCADE"), primary_key=True),
    Column("tag", String(64), primary_key=True),
    Column("confidence", Float, nullable=False),
    Column("source", String(8), nullable=False),
    Column("removed", Boolean, nullable=False),
    Index(None, "tag"),
)

desk_record_history = Table(
    "desk_record_history",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("record_id", String(32), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(128), nullable=False),
    Column("field", String(32), nullable=False),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "record_id"),
)

desk_saved_searches = Table(
    "desk_saved_searches",
    metadata,
    Column("search_id", String(32), primary_key=True),
    Column("owner", String(128), nullable=False),
    Column("name", String(100), nullable=False),
    Column("query", Text, nullable=False),
    Column("shared", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("owner", "name"),
)

desk_callbacks = Table(
    "desk_callbacks",
    metadata,
    Column("ticket_id", String(32), primary_key=True),
    Column("record_id", String(32), nullable=False),
    Column("content", Text, nullable=False),
    Column("department", String(200), nullable=False),
    Column("due_at", UtcDateTime, nullable=False),
    Column("status", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("purged_at", UtcDateTime),
    Index(None, "record_id"),
    Index(None, "status", "due_at"),
)

desk_complaints = Table(
    "desk_complaints",
    metadata,
    Column("record_id", ForeignKey("desk_records.record_id"), primary_key=True),
    Column("severity", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("statement", Text, nullable=False),
    Column("intent", Text, nullable=False),
    Column("background", Text, nullable=False),
    Column("response", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("manual_version", String(64), nullable=False),
    Column("root_cause", String(16), nullable=False),
    Column("linked_faq", String(64), nullable=False),
    Column("affected", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("reported_at", UtcDateTime),
    Column("reported_to", String(200), nullable=False),
    Column("updated_by", String(128), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "state"),
)

desk_notices = Table(
    "desk_notices",
    metadata,
    Column("notice_id", String(32), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("record_id", String(32), nullable=False),
    Column("recipient", String(200), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime),
    Column("seen_by", String(128), nullable=False),
    Index(None, "seen_at"),
)

desk_transcripts = Table(
    "desk_transcripts",
    metadata,
    Column("call_id", String(64), primary_key=True),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("speaker", String(16), nullable=False),
    Column("start_ms", Integer, nullable=False),
    Column("end_ms", Integer, nullable=False),
    Column("text", Text, nullable=False),
    Column("confidence", Float),
    Column("heard_at", UtcDateTime),
)

desk_webhooks = Table(
    "desk_webhooks",
    metadata,
    Column("hook_id", String(32), primary_key=True),
    Column("url", String(500), nullable=False),
    Column("secret", String(64), nullable=False),
    Column("kinds", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_by", String(128), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

desk_deliveries = Table(
    "desk_deliveries",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("hook_id", ForeignKey("desk_webhooks.hook_id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("next_at", UtcDateTime),
    Column("attempts", Integer, nullable=False),
    Column("delivered_at", UtcDateTime),
    Column("error", String(200), nullable=False),
    Index(None, "next_at"),
)

desk_report_issues = Table(
    "desk_report_issues",
    metadata,
    Column("issue_id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("query_version", String(16), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("issued_by", String(128), nullable=False),
    Column("issued_at", UtcDateTime, nullable=False),
    Index(None, "kind", "first"),
)

# What the clock of the service made: the files as they were, so that they can be handed over and compared later.
desk_kept_reports = Table(
    "desk_kept_reports",
    metadata,
    Column("report_id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("last_seq", Integer, nullable=False),
    Column("query_version", String(16), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("made_at", UtcDateTime, nullable=False),
    Column("csv", LargeBinary, nullable=False),
    Column("xlsx", LargeBinary, nullable=False),
    UniqueConstraint("kind", "first"),
)

# One row a run of the service, moved on once a minute: what lies between two rows is downtime.
desk_service_runs = Table(
    "desk_service_runs",
    metadata,
    Column("run_id", String(32), primary_key=True),
    Column("began_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Index(None, "began_at"),
    Index(None, "last_at"),
)

desk_planned_stops = Table(
    "desk_planned_stops",
    metadata,
    Column("stop_id", String(32), primary_key=True),
    Column("begins_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("entered_by", String(128), nullable=False),
    Column("entered_at", UtcDateTime, nullable=False),
    Column("cancelled_at", UtcDateTime),
    Index(None, "begins_at"),
)

desk_incidents = Table(
    "desk_incidents",
    metadata,
    Column("incident_id", String(32), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("title", Text, nullable=False),
    Column("found_at", UtcDateTime, nullable=False),
    Column("course", Text, nullable=False),
    Column("scope", Text, nullable=False),
    Column("recovery", Text, nullable=False),
    Column("prevention", Text, nullable=False),
    Column("affected", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("opened_by", String(128), nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("reported_to", String(200), nullable=False),
    Column("reported_at", UtcDateTime),
    Column("updated_by", String(128), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "opened_at"),
)

desk_incident_notes = Table(
    "desk_incident_notes",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("incident_id", ForeignKey("desk_incidents.incident_id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(128), nullable=False),
    Column("text", Text, nullable=False),
    Index(None, "incident_id"),
)

desk_alerts = Table(
    "desk_alerts",
    metadata,
    Column("alert_id", String(32), primary_key=True),
    Column("call_id", String(64), nullable=False),
    Column("rule", String(64), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("raised_at", UtcDateTime, nullable=False),
    Column("place", Integer),
    Column("amount", Integer, nullable=False),
    Column("operator", String(128), nullable=False),
    Column("acknowledged_at", UtcDateTime),
    Column("acknowledged_by", String(128), nullable=False),
    Column("snoozed_until", UtcDateTime),
    Column("outcome", String(16), nullable=False),
    Column("settled_at", UtcDateTime),
    Column("settled_by", String(128), nullable=False),
    Index(None, "call_id"),
    Index(None, "raised_at"),
    Index(None, "outcome", "raised_at"),
)

desk_alert_steps = Table(
    "desk_alert_steps",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("alert_id", ForeignKey("desk_alerts.alert_id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("who", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Index(None, "alert_id"),
)

desk_quality_sheets = Table(
    "desk_quality_sheets",
    metadata,
    Column("record_id", ForeignKey("desk_records.record_id"), primary_key=True),
    Column("call_id", String(64), nullable=False),
    Column("operator", String(128), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("scored_at", UtcDateTime, nullable=False),
    Column("version", String(16), nullable=False),
    Column("reviewed_at", UtcDateTime),
    Column("reviewed_by", String(128), nullable=False),
    Index(None, "received_at"),
)

desk_quality_marks = Table(
    "desk_quality_marks",
    metadata,
    Column("record_id", ForeignKey("desk_quality_sheets.record_id"), primary_key=True),
    Column("idx", Integer, primary_key=True),
    Column("item_id", String(32), nullable=False),
    Column("title", String(40), nullable=False),
    Column("full", String(120), nullable=False),
    Column("weight", Integer, nullable=False),
    Column("machine", String(8), nullable=False),
    Column("place", Integer),
    Column("detail", String(120), nullable=False),
    Column("person", String(8)),
    Column("reason", Text, nullable=False),
)
