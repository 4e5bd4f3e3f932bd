"""`GeneratedWordings`: how citizens might put an FAQ, written by a language model. Read by search alone, never shown to
citizens; editors see them beside the FAQ and take out what they do not like."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import insert, select, update

from knowledge.errors import NotFound
from knowledge.ports import Clock
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.generated_tables import generated_wordings as table

MAX_PER_FAQ = 5
"""Fewer than callers' own wordings may have (20): what a model imagines must not outweigh what people said."""


@dataclass(frozen=True, slots=True)
class Generated:
    wording_id: str
    faq_id: str
    text: str
    made_by: str


class GeneratedWordings:
    """`on_changed` gets the FAQ whose wordings changed, after the commit."""

    def __init__(self, db: Database, clock: Clock, on_changed: Callable[[Sequence[str]], None] | None = None) -> None:
        self._db = db
        self._clock = clock
        self._audit = AuditLog(clock)
        self.on_changed: Callable[[Sequence[str]], None] = on_changed or (lambda _: None)

    def of(self, faq_id: str) -> list[Generated]:
        """Those that search reads, oldest first."""
        return self._read(faq_id, "kept")

    def texts(self) -> dict[str, list[str]]:
        """Kept wordings of every FAQ, the newest MAX_PER_FAQ."""
        wanted = select(table.c.faq_id, table.c.text).where(table.c.state == "kept")
        found: dict[str, list[str]] = {}
        with self._db.read() as conn:
            for row in conn.execute(wanted.order_by(table.c.faq_id, table.c.made_at, table.c.wording_id)):
                found.setdefault(row.faq_id, []).append(row.text)
        return {faq_id: texts[-MAX_PER_FAQ:] for faq_id, texts in found.items()}

    def keep(self, made: Mapping[str, Sequence[RedactedText]], made_by: str, who: str) -> int:
        """All in one transaction; wordings an editor removed before are not taken again. Returns how many are new."""
        now = self._clock.now()
        new = 0
        with self._db.begin() as conn:
            for faq_id, texts in made.items():
                known = set(conn.execute(select(table.c.text).where(table.c.faq_id == faq_id)).scalars())
                rows = [
                    {"wording_id": uuid4().hex, "faq_id": faq_id, "text": str(text), "made_by": made_by, "made_at": now, "state": "kept"}
                    for text in dict.fromkeys(texts)
                    if text not in known
                ]  # fmt: skip
                if rows:
                    conn.execute(insert(table), rows)
                new += len(rows)
            self._audit.append(conn, who, "faq.wordings_generated", "faq", {"faq": len(made), "wordings": new})
        self.on_changed(list(made))
        return new

    def remove(self, faq_id: str, wording_id: str, who: str) -> None:
        """Raises NotFound."""
        mine = (table.c.wording_id == wording_id) & (table.c.faq_id == faq_id) & (table.c.state == "kept")
        with self._db.begin() as conn:
            if conn.execute(update(table).where(mine).values(state="removed")).rowcount == 0:
                raise NotFound("この言い換えは、もう削除されています。")
            self._audit.append(conn, who, "faq.wording_removed", faq_id, {"wording": wording_id})
        self.on_changed([faq_id])

    def _read(self, faq_id: str, state: str) -> list[Generated]:
        wanted = select(table).where(table.c.faq_id == faq_id, table.c.state == state)
        with self._db.read() as conn:
            rows = conn.execute(wanted.order_by(table.c.made_at, table.c.wording_id)).all()
        return [Generated(row.wording_id, row.faq_id, row.text, row.made_by) for row in rows]
