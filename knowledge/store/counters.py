"""Named monotone counters in the `meta` table. Inside a write transaction they cannot collide or run backwards."""

from sqlalchemy import Connection, delete, insert, select, update

from knowledge.store.tables import meta

CONTENT_REVISION = "content_revision"
"""Grows with every transaction that changes what is published: the index compares it with its own."""
SYNONYM_REVISION = "synonym_revision"
FAQ_NUMBER = "faq_number"
"""Last number given to an FAQ without id."""
RETENTION_AT_WORK = "retention_at_work"
"""Stands only inside the transaction that deletes what is past its time: append-only tables let it do that."""


def value(conn: Connection, key: str) -> int:
    """Current value; 0 when never advanced."""
    return int(get_text(conn, key) or 0)


def advance(conn: Connection, key: str, step: int = 1) -> int:
    """Add `step` and return the new value."""
    new = value(conn, key) + step
    put_text(conn, key, str(new))
    return new


def get_text(conn: Connection, key: str) -> str | None:
    found: str | None = conn.execute(select(meta.c.value).where(meta.c.key == key)).scalar_one_or_none()
    return found


def put_text(conn: Connection, key: str, text: str) -> None:
    """Insert or replace one entry of `meta`."""
    changed = conn.execute(update(meta).where(meta.c.key == key).values(value=text))
    if changed.rowcount == 0:
        conn.execute(insert(meta).values(key=key, value=text))


def drop_text(conn: Connection, key: str) -> None:
    conn.execute(delete(meta).where(meta.c.key == key))
