"""Alembic's entry: runs on the connection `knowledge.store.migrate` hands over, inside its transaction."""

from alembic import context

from knowledge.store.schema import complete_metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=complete_metadata(),
    render_as_batch=True,  # SQLite cannot ALTER most things in place
)
with context.begin_transaction():
    context.run_migrations()
