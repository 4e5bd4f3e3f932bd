"""FAQ, their published versions, update requests, synonyms."""

import sqlalchemy as sa
from alembic import op

from knowledge.store.migrations.append_only import make_append_only

revision = "faq_0001"
down_revision = "base_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "faq",
        sa.Column("faq_id", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("category", sa.String(length=200), nullable=False),
        sa.Column("subcategory", sa.String(length=200), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("visibility", sa.String(length=16), nullable=False),
        sa.Column("review_due", sa.Date(), nullable=True),
        sa.Column("search_text", sa.Text(), nullable=False),
        sa.Column("live_first", sa.Integer(), nullable=False),
        sa.Column("live_last", sa.Integer(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("source_version", sa.Integer(), nullable=False),
        sa.Column("live_source", sa.Integer(), nullable=False),
        sa.Column("drafters", sa.Text(), nullable=False),
        sa.Column("approver", sa.String(length=128), nullable=False),
        sa.Column("updated_by", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("status IN ('draft','in_review','approved','published','retired')", name="ck_faq_status"),
        sa.PrimaryKeyConstraint("faq_id", "lang", name="pk_faq"),
    )
    op.create_index("ix_faq_category_subcategory", "faq", ["category", "subcategory"], unique=False)
    op.create_index("ix_faq_review_due", "faq", ["review_due"], unique=False)
    op.create_index("ix_faq_status", "faq", ["status"], unique=False)
    op.create_table(
        "faq_version",
        sa.Column("faq_id", sa.String(length=64), nullable=False),
        sa.Column("lang", sa.String(length=8), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("author", sa.String(length=255), nullable=False),
        sa.Column("approver", sa.String(length=128), nullable=False),
        sa.Column("published_by", sa.String(length=128), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("source_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("faq_id", "lang", "number", name="pk_faq_version"),
    )
    op.create_index("ix_faq_version_published_at", "faq_version", ["published_at"], unique=False)
    op.create_table(
        "synonym_group",
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("preferred", sa.String(length=200), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("updated_by", sa.String(length=128), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("group_id", name="pk_synonym_group"),
    )
    op.create_table(
        "update_request",
        sa.Column("request_id", sa.String(length=32), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("faq_id", sa.String(length=64), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("requested_by", sa.String(length=128), nullable=False),
        sa.Column("handled_by", sa.String(length=128), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("status IN ('open','in_progress','done','declined')", name="ck_update_request_status"),
        sa.PrimaryKeyConstraint("request_id", name="pk_update_request"),
    )
    op.create_index("ix_update_request_status_due_on", "update_request", ["status", "due_on"], unique=False)
    op.create_table(
        "synonym_term",
        sa.Column("folded", sa.String(length=200), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("term", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["synonym_group.group_id"], name="fk_synonym_term_group_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("folded", name="pk_synonym_term"),
        sa.UniqueConstraint("group_id", "position", name="uq_synonym_term_group_id_position"),
    )
    make_append_only("faq_version")
