"""When the service ran, and stops that were planned."""

import sqlalchemy as sa
from alembic import op

revision = "desk_0003"
down_revision = "desk_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_service_runs",
        sa.Column("run_id", sa.String(32), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_desk_service_runs"),
    )
    op.create_index("ix_desk_service_runs_began_at", "desk_service_runs", ["began_at"])
    op.create_index("ix_desk_service_runs_last_at", "desk_service_runs", ["last_at"])
    op.create_table(
        "desk_planned_stops",
        sa.Column("stop_id", sa.String(32), nullable=False),
        sa.Column("begins_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(128), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True)),
        sa.PrimaryKeyConstraint("stop_id", name="pk_desk_planned_stops"),
    )
    op.create_index("ix_desk_planned_stops_begins_at", "desk_planned_stops", ["begins_at"])


def downgrade() -> None:
    op.drop_table("desk_planned_stops")
    op.drop_table("desk_service_runs")
