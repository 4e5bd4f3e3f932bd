"""Evaluation sheets of calls: the machine's marks and, beside them, a person's."""

import sqlalchemy as sa
from alembic import op


revision = "desk_0007"
down_revision = "desk_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_quality_sheets",
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("operator", sa.String(128), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.String(16), nullable=False),
        sa.Column("reviewed_at", sa.DateTime(timezone=True)),
        sa.Column("reviewed_by", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_desk_quality_sheets"),
        sa.ForeignKeyConstraint(["record_id"], ["desk_records.record_id"], name="fk_desk_quality_sheets_record_id"),
    )
    op.create_index("ix_desk_quality_sheets_received_at", "desk_quality_sheets", ["received_at"])
    op.create_table(
        "desk_quality_marks",
        sa.Column("record_id", sa.String(32), nullable=False),
        sa.Column("idx", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.String(32), nullable=False),
        sa.Column("title", sa.String(40), nullable=False),
        sa.Column("full", sa.String(120), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("machine", sa.String(8), nullable=False),
        sa.Column("place", sa.Integer()),
        sa.Column("detail", sa.String(120), nullable=False),
        sa.Column("person", sa.String(8)),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "idx", name="pk_desk_quality_marks"),
        sa.ForeignKeyConstraint(
            ["record_id"], ["desk_quality_sheets.record_id"], name="fk_desk_quality_marks_record_id"
        ),
    )


def downgrade() -> None:
    op.drop_table("desk_quality_marks")
    op.drop_table("desk_quality_sheets")
