"""Event log, interaction records and everything around them."""

import sqlalchemy as sa
from alembic import op

from knowledge.store.migrations.append_only import make_append_only

revision = "desk_0001"
down_revision = "base_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_callbacks",
        sa.Column("ticket_id", sa.String(32), nullable=False),
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("department", sa.String(200), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_by", sa.String(128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("purged_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("ticket_id", name="pk_desk_callbacks"),
    )
    op.create_index("ix_desk_callbacks_record_id", "desk_callbacks", ["record_id"])
    op.create_index("ix_desk_callbacks_status_due_at", "desk_callbacks", ["status", "due_at"])
    op.create_table(
        "desk_event_notes",
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_desk_event_notes"),
    )
    op.create_index("ix_desk_event_notes_received_at", "desk_event_notes", ["received_at"])
    op.create_table(
        "desk_events",
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("event_id", sa.String(64), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("type", sa.String(24), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("faq_id", sa.String(64), nullable=False),
        sa.Column("attributes", sa.Text(), nullable=False),
        sa.Column("source", sa.String(64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_desk_events"),
        sa.UniqueConstraint("event_id", name="uq_desk_events_event_id"),
    )
    op.create_index("ix_desk_events_call_id", "desk_events", ["call_id"])
    op.create_index("ix_desk_events_day_type", "desk_events", ["day", "type"])
    op.create_index("ix_desk_events_faq_id", "desk_events", ["faq_id"])
    op.create_table(
        "desk_notices",
        sa.Column("notice_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("recipient", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True)),
        sa.Column("seen_by", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name="pk_desk_notices"),
    )
    op.create_index("ix_desk_notices_seen_at", "desk_notices", ["seen_at"])
    op.create_table(
        "desk_record_history",
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("field", sa.String(32), nullable=False),
        sa.Column("old", sa.Text(), nullable=False),
        sa.Column("new", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_desk_record_history"),
    )
    op.create_index("ix_desk_record_history_record_id", "desk_record_history", ["record_id"])
    op.create_table(
        "desk_records",
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("line", sa.String(64), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("from_other_line", sa.Boolean(), nullable=False),
        sa.Column("caller", sa.String(32), nullable=False),
        sa.Column("operator", sa.String(128), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True)),
        sa.Column("category", sa.String(200), nullable=False),
        sa.Column("inquiry", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("remaining", sa.Text(), nullable=False),
        sa.Column("transfer_to", sa.String(200), nullable=False),
        sa.Column("transfer_result", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("answered_in_center", sa.Boolean(), nullable=False),
        sa.Column("completed", sa.Boolean(), nullable=False),
        sa.Column("booking", sa.String(16), nullable=False),
        sa.Column("prefilled", sa.Text(), nullable=False),
        sa.Column("edit_distance", sa.Float()),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.String(128), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True)),
        sa.Column("deleted_at", sa.DateTime(timezone=True)),
        sa.Column("deleted_by", sa.String(128), nullable=False),
        sa.Column("delete_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_desk_records"),
        sa.UniqueConstraint("call_id", name="uq_desk_records_call_id"),
    )
    op.create_index("ix_desk_records_category", "desk_records", ["category"])
    op.create_index("ix_desk_records_day", "desk_records", ["day"])
    op.create_index("ix_desk_records_operator", "desk_records", ["operator"])
    op.create_index("ix_desk_records_received_at", "desk_records", ["received_at"])
    op.create_index("ix_desk_records_status_due_at", "desk_records", ["status", "due_at"])
    op.create_table(
        "desk_report_issues",
        sa.Column("issue_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("query_version", sa.String(16), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("issued_by", sa.String(128), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("issue_id", name="pk_desk_report_issues"),
    )
    op.create_index("ix_desk_report_issues_kind_first", "desk_report_issues", ["kind", "first"])
    op.create_table(
        "desk_saved_searches",
        sa.Column("search_id", sa.String(32), nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("search_id", name="pk_desk_saved_searches"),
        sa.UniqueConstraint("owner", "name", name="uq_desk_saved_searches_owner_name"),
    )
    op.create_table(
        "desk_transcripts",
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("speaker", sa.String(16), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.PrimaryKeyConstraint("call_id", "idx", name="pk_desk_transcripts"),
    )
    op.create_table(
        "desk_webhooks",
        sa.Column("hook_id", sa.String(32), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("kinds", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hook_id", name="pk_desk_webhooks"),
    )
    op.create_table(
        "desk_complaints",
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("severity", sa.String(8), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("background", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("manual_version", sa.String(64), nullable=False),
        sa.Column("root_cause", sa.String(16), nullable=False),
        sa.Column("linked_faq", sa.String(64), nullable=False),
        sa.Column("affected", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True)),
        sa.Column("reported_to", sa.String(200), nullable=False),
        sa.Column("updated_by", sa.String(128), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_desk_complaints"),
        sa.ForeignKeyConstraint(["record_id"], ["desk_records.record_id"], name="fk_desk_complaints_record_id"),
    )
    op.create_index("ix_desk_complaints_state", "desk_complaints", ["state"])
    op.create_table(
        "desk_deliveries",
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("hook_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True)),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column("error", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_desk_deliveries"),
        sa.ForeignKeyConstraint(["hook_id"], ["desk_webhooks.hook_id"], name="fk_desk_deliveries_hook_id", ondelete="CASCADE"),
    )
    op.create_index("ix_desk_deliveries_next_at", "desk_deliveries", ["next_at"])
    op.create_table(
        "desk_record_tags",
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("tag", sa.String(64), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "tag", name="pk_desk_record_tags"),
        sa.ForeignKeyConstraint(["record_id"], ["desk_records.record_id"], name="fk_desk_record_tags_record_id", ondelete="CASCADE"),
    )
    op.create_index("ix_desk_record_tags_tag", "desk_record_tags", ["tag"])
    op.create_table(
        "desk_record_terms",
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("terms", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_desk_record_terms"),
        sa.ForeignKeyConstraint(["record_id"], ["desk_records.record_id"], name="fk_desk_record_terms_record_id", ondelete="CASCADE"),
    )
    make_append_only("desk_events")
    make_append_only("desk_record_history")


def downgrade() -> None:
    op.drop_table("desk_record_terms")
    op.drop_table("desk_record_tags")
    op.drop_table("desk_deliveries")
    op.drop_table("desk_complaints")
    op.drop_table("desk_webhooks")
    op.drop_table("desk_transcripts")
    op.drop_table("desk_saved_searches")
    op.drop_table("desk_report_issues")
    op.drop_table("desk_records")
    op.drop_table("desk_record_history")
    op.drop_table("desk_notices")
    op.drop_table("desk_events")
    op.drop_table("desk_event_notes")
    op.drop_table("desk_callbacks")
