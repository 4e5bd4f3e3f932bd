"""The version of the FAQ an answer was given from: reviewers judge the text as it was."""

import sqlalchemy as sa
from alembic import op

revision = "usage_0002"
down_revision = "usage_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("search_log", sa.Column("version", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("search_log", "version")
