"""The master switch: kept in the database, obeyed at once, every change audited."""

from knowledge.ports import Clock
from knowledge.store.audit import AuditLog
from knowledge.store.counters import get_text, put_text
from knowledge.store.database import Database

_KEY = "llm_switch"


class MasterSwitch:
    """On unless somebody switched it off; the choice outlives the process."""

    def __init__(self, db: Database, clock: Clock) -> None:
        self._db = db
        self._audit = AuditLog(clock)
        with db.read() as conn:
            self._on = get_text(conn, _KEY) != "off"

    @property
    def on(self) -> bool:
        return self._on

    def turn(self, on: bool, who: str) -> None:
        """Off takes effect before anything is written: even a broken database cannot keep the model talking."""
        if not on:
            self._on = False
        with self._db.begin() as conn:
            put_text(conn, _KEY, "on" if on else "off")
            self._audit.append(conn, who, "llm.switch", "on" if on else "off")
        self._on = on
