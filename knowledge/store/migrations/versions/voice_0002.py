"""Wordings of the voicebot's own sentences; muted stretches of recordings."""

import sqlalchemy as sa
from alembic import op

from knowledge.store.tables import UtcDateTime

revision = "voice_0002"
down_revision = "voice_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("voice_calls", sa.Column("muted", sa.Text(), nullable=False, server_default="[]"))
    op.create_table(
        "voice_wordings",
        sa.Column("wording_id", sa.String(32), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("author", sa.String(128), nullable=False),
        sa.Column("written_at", UtcDateTime(), nullable=False),
        sa.Column("decided_by", sa.String(128), nullable=False),
        sa.Column("decided_at", UtcDateTime()),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("wording_id", name="pk_voice_wordings"),
        sa.UniqueConstraint("lang", "name", "number", name="uq_voice_wordings_lang_name_number"),
    )
    op.create_index("ix_voice_wordings_state", "voice_wordings", ["state"])


def downgrade() -> None:
    op.drop_table("voice_wordings")
    op.drop_column("voice_calls", "muted")
