"""The city's own terminology."""

import sqlalchemy as sa
from alembic import op

revision = "faq_0002"
down_revision = "faq_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "term_rule",
        sa.Column("word", sa.String(length=100), nullable=False),
        sa.Column("say", sa.String(length=100), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("updated_by", sa.String(length=128), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("level IN ('block','warn','off')", name=op.f("ck_term_rule_level")),
        sa.PrimaryKeyConstraint("word", name=op.f("pk_term_rule")),
    )
