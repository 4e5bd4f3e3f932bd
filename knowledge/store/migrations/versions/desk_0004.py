"""Incidents and their timelines."""

import sqlalchemy as sa
from alembic import op

from knowledge.store.migrations.append_only import make_append_only

revision = "desk_0004"
down_revision = "desk_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "desk_incidents",
        sa.Column("incident_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("course", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("recovery", sa.Text(), nullable=False),
        sa.Column("prevention", sa.Text(), nullable=False),
        sa.Column("affected", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("opened_by", sa.String(128), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reported_to", sa.String(200), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True)),
        sa.Column("updated_by", sa.String(128), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("incident_id", name="pk_desk_incidents"),
    )
    op.create_index("ix_desk_incidents_opened_at", "desk_incidents", ["opened_at"])
    op.create_table(
        "desk_incident_notes",
        sa.Column("seq", sa.Integer(), nullable=False, autoincrement=True),
        sa.Column("incident_id", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(128), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_desk_incident_notes"),
        sa.ForeignKeyConstraint(
            ["incident_id"], ["desk_incidents.incident_id"], name="fk_desk_incident_notes_incident_id"
        ),
    )
    op.create_index("ix_desk_incident_notes_incident_id", "desk_incident_notes", ["incident_id"])
    make_append_only("desk_incident_notes")


def downgrade() -> None:
    op.drop_table("desk_incident_notes")
    op.drop_table("desk_incidents")
