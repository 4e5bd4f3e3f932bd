"""Audit samples of answers on the public page, beside those of bot calls."""

import sqlalchemy as sa
from alembic import op

revision = "review_0002"
down_revision = "review_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audit_samples", sa.Column("channel", sa.String(8), nullable=False, server_default="voice"))


def downgrade() -> None:
    op.drop_column("audit_samples", "channel")
