"""Triggers that make a table append-only, so that even our own mistakes cannot rewrite history."""

from alembic import op

from knowledge.store.counters import RETENTION_AT_WORK

_POSTGRES_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME; END;
$$ LANGUAGE plpgsql
"""


def make_append_only(table: str) -> None:
    """Refuse UPDATE and DELETE on `table`."""
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{event.lower()} BEFORE {event} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, 'append-only table {table}'); END"
            )
        return
    op.execute(_POSTGRES_FUNCTION)
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )


_AT_WORK = f"EXISTS (SELECT 1 FROM meta WHERE key = '{RETENTION_AT_WORK}')"  # noqa: S608 - a fixed name
_MORTAL_FUNCTION = f"""
CREATE OR REPLACE FUNCTION refuse_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {_AT_WORK} THEN RETURN OLD; END IF;
  RAISE EXCEPTION 'append-only table %', TG_TABLE_NAME;
END;
$$
"""


def make_mortal(table: str) -> None:
    """Rows of this append-only table may be deleted (never changed), and only while retention is at work."""
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"DROP TRIGGER {table}_no_delete")
        op.execute(
            f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} WHEN NOT {_AT_WORK} "
            f"BEGIN SELECT RAISE(ABORT, 'append-only table {table}'); END"
        )
        return
    op.execute(_MORTAL_FUNCTION)
    op.execute(f"DROP TRIGGER {table}_append_only ON {table}")
    op.execute(
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER {table}_no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION refuse_deletion()"
    )
