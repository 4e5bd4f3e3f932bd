"""Manuals of the centre and their versions."""

import sqlalchemy as sa
from alembic import op

revision = "manual_0001"
down_revision = "base_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "manuals",
        sa.Column("manual_id", sa.String(32), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.String(128), nullable=False),
        sa.Column("withdrawn_why", sa.String(500), nullable=False),
        sa.PrimaryKeyConstraint("manual_id", name=op.f("pk_manuals")),
    )
    op.create_table(
        "manual_versions",
        sa.Column("manual_id", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.String(500), nullable=False),
        sa.Column("saved_by", sa.String(128), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["manual_id"], ["manuals.manual_id"], name=op.f("fk_manual_versions_manual_id_manuals")
        ),
        sa.PrimaryKeyConstraint("manual_id", "number", name=op.f("pk_manual_versions")),
    )
