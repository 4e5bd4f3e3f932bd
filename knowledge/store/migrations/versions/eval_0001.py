"""Evaluation runs."""

import sqlalchemy as sa
from alembic import op

revision = "eval_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "eval_run",
        sa.Column("run_id", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("suite", sa.String(length=64), nullable=False),
        sa.Column("suite_sha", sa.String(length=32), nullable=False),
        sa.Column("git_sha", sa.String(length=64), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("self_resolution", sa.Float(), nullable=False),
        sa.Column("harm", sa.Float(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_eval_run"),
    )
    op.create_index("ix_eval_run_suite_at", "eval_run", ["suite", "at"], unique=False)
