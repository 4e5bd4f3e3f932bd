"""Wordings written by a language model."""

import sqlalchemy as sa
from alembic import op

revision = "llm_0002"
down_revision = "llm_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "generated_wordings",
        sa.Column("wording_id", sa.String(length=32), nullable=False),
        sa.Column("faq_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("wording_id", name="pk_generated_wordings"),
    )
    op.create_index("ix_generated_wordings_faq_id", "generated_wordings", ["faq_id"])
