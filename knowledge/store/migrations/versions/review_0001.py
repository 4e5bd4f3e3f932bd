"""The city's review of bot calls."""

import sqlalchemy as sa
from alembic import op

from knowledge.store.tables import UtcDateTime

revision = "review_0001"
down_revision = "voice_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_marks",
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("idx", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("faq_id", sa.String(64), nullable=False),
        sa.Column("request_id", sa.String(32), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "idx", "who", name="pk_call_marks"),
        sa.ForeignKeyConstraint(
            ["call_id"], ["voice_calls.call_id"], name="fk_call_marks_call_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_call_marks_verdict", "call_marks", ["verdict"])
    op.create_table(
        "audit_samples",
        sa.Column("sample_id", sa.String(32), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("population", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(32), nullable=False),
        sa.Column("first_reviewer", sa.String(128), nullable=False),
        sa.Column("second_reviewer", sa.String(128), nullable=False),
        sa.Column("made_by", sa.String(128), nullable=False),
        sa.Column("made_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sample_id", name="pk_audit_samples"),
    )
    op.create_table(
        "audit_items",
        sa.Column("sample_id", sa.String(32), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("resolved", sa.String(24), nullable=False),
        sa.Column("resolved_by", sa.String(128), nullable=False),
        sa.Column("resolved_at", UtcDateTime()),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sample_id", "call_id", name="pk_audit_items"),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["audit_samples.sample_id"], name="fk_audit_items_sample_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_audit_items_day", "audit_items", ["day"])
    op.create_index("ix_audit_items_call_id", "audit_items", ["call_id"])
    op.create_table(
        "audit_verdicts",
        sa.Column("sample_id", sa.String(32), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("reviewer", sa.String(128), nullable=False),
        sa.Column("verdict", sa.String(24), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sample_id", "call_id", "reviewer", name="pk_audit_verdicts"),
        sa.ForeignKeyConstraint(
            ["sample_id", "call_id"],
            ["audit_items.sample_id", "audit_items.call_id"],
            name="fk_audit_verdicts_sample_id",
            ondelete="CASCADE",
        ),
    )


def downgrade() -> None:
    for table in ("audit_verdicts", "audit_items", "audit_samples", "call_marks"):
        op.drop_table(table)
