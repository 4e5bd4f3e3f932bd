"""Voicebot calls and turns."""

import sqlalchemy as sa
from alembic import op

from knowledge.store.tables import UtcDateTime

revision = "voice_0001"
down_revision = None
branch_labels = ("voice",)
depends_on = None


def upgrade() -> None:
    op.create_table(
        "voice_calls",
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("via", sa.String(16), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime()),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("last_node", sa.String(24), nullable=False),
        sa.Column("lang", sa.String(8), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("turns", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("recording", sa.String(128), nullable=False),
        sa.Column("packet", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", name="pk_voice_calls"),
    )
    op.create_index("ix_voice_calls_started_at", "voice_calls", ["started_at"])
    op.create_index("ix_voice_calls_outcome", "voice_calls", ["outcome"])
    op.create_table(
        "voice_turns",
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("idx", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("who", sa.String(8), nullable=False),
        sa.Column("node", sa.String(24), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("played", sa.Text(), nullable=False),
        sa.Column("barged_in", sa.Boolean(), nullable=False),
        sa.Column("key", sa.String(4), nullable=False),
        sa.Column("asr_confidence", sa.Float()),
        sa.Column("decision", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("faq_id", sa.String(64), nullable=False),
        sa.Column("faq_version", sa.Integer(), nullable=False),
        sa.Column("answer_id", sa.String(64), nullable=False),
        sa.Column("confidence", sa.Float()),
        sa.Column("candidates", sa.Text(), nullable=False),
        sa.Column("stages_ms", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("call_id", "idx", name="pk_voice_turns"),
        sa.ForeignKeyConstraint(
            ["call_id"], ["voice_calls.call_id"], name="fk_voice_turns_call_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_voice_turns_faq_id", "voice_turns", ["faq_id"])


def downgrade() -> None:
    op.drop_table("voice_turns")
    op.drop_table("voice_calls")
