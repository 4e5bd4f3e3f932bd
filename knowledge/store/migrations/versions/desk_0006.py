"""What is past its time may be deleted from the history of records, the steps of alerts and the timeline of incidents."""

from alembic import op

from knowledge.store.migrations.append_only import make_append_only, make_mortal

revision = "desk_0006"
down_revision = "desk_0005"
branch_labels = None
depends_on = None
_TABLES = ("desk_record_history", "desk_incident_notes", "desk_alert_steps")


def upgrade() -> None:
    for table in _TABLES:
        make_mortal(table)


def downgrade() -> None:
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table in _TABLES:
        for trigger in (f"{table}_no_update" if sqlite else f"{table}_append_only", f"{table}_no_delete"):
            op.execute(f"DROP TRIGGER {trigger}" if sqlite else f"DROP TRIGGER {trigger} ON {table}")
        make_append_only(table)
