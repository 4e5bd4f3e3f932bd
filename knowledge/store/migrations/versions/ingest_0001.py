"""Files read, drafts made from them, call summaries."""

import sqlalchemy as sa
from alembic import op

revision = "ingest_0001"
down_revision = "base_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_summaries",
        sa.Column("summary_id", sa.String(64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("faq_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("linked_by", sa.String(16), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.Column("source_key", sa.String(64), nullable=False),
        sa.Column("ingested_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("summary_id", name="pk_call_summaries"),
    )
    op.create_index("ix_call_summaries_faq_id_state", "call_summaries", ["faq_id", "state"])
    op.create_index("ix_call_summaries_source_key", "call_summaries", ["source_key"])
    op.create_table(
        "ingest_passages",
        sa.Column("source_key", sa.String(64), nullable=False),
        sa.Column("passage_key", sa.String(64), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("faq_id", sa.String(64), nullable=False),
        sa.Column("page", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("source_key", "passage_key", name="pk_ingest_passages"),
    )
    op.create_index("ix_ingest_passages_faq_id", "ingest_passages", ["faq_id"])
    op.create_table(
        "ingest_sources",
        sa.Column("source_key", sa.String(64), nullable=False),
        sa.Column("file_name", sa.String(255), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("entries", sa.Integer(), nullable=False),
        sa.Column("ingested_by", sa.String(128), nullable=False),
        sa.Column("ingested_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("source_key", name="pk_ingest_sources"),
    )


def downgrade() -> None:
    op.drop_table("ingest_sources")
    op.drop_table("ingest_passages")
    op.drop_table("call_summaries")
