"""Alerts to supervisors with what was done; when a piece of a transcript arrived."""

import sqlalchemy as sa
from alembic import op

from knowledge.store.migrations.append_only import make_append_only

revision = "desk_0005"
down_revision = "desk_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("desk_transcripts", sa.Column("heard_at", sa.DateTime(timezone=True)))
    op.create_table(
        "desk_alerts",
        sa.Column("alert_id", sa.String(32), nullable=False),
        sa.Column("call_id", sa.String(64), nullable=False),
        sa.Column("rule", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("place", sa.Integer()),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("operator", sa.String(128), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True)),
        sa.Column("acknowledged_by", sa.String(128), nullable=False),
        sa.Column("snoozed_until", sa.DateTime(timezone=True)),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True)),
        sa.Column("settled_by", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("alert_id", name="pk_desk_alerts"),
    )
    op.create_index("ix_desk_alerts_call_id", "desk_alerts", ["call_id"])
    op.create_index("ix_desk_alerts_raised_at", "desk_alerts", ["raised_at"])
    op.create_index("ix_desk_alerts_outcome_raised_at", "desk_alerts", ["outcome", "raised_at"])
    op.create_table(
        "desk_alert_steps",
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("alert_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_desk_alert_steps"),
        sa.ForeignKeyConstraint(["alert_id"], ["desk_alerts.alert_id"], name="fk_desk_alert_steps_alert_id"),
    )
    op.create_index("ix_desk_alert_steps_alert_id", "desk_alert_steps", ["alert_id"])
    make_append_only("desk_alert_steps")


def downgrade() -> None:
    op.drop_table("desk_alert_steps")
    op.drop_table("desk_alerts")
    op.drop_column("desk_transcripts", "heard_at")
