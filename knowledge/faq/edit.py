"""The frame of every change: one transaction, one person, one moment, one audit log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from knowledge.errors import Conflict
from knowledge.faq.records import FaqRecord, FaqRules, Key
from knowledge.faq.repository import require
from knowledge.faq.terms import TermRule
from knowledge.store.audit import AuditLog


@dataclass(frozen=True, slots=True)
class Edit:
    """Everything a change needs to know; `conn` is a write transaction."""

    conn: Connection
    who: str
    now: datetime
    today: date
    audit: AuditLog
    rules: FaqRules
    terms: tuple[TermRule, ...]
    variables: Mapping[str, str]

    def log(self, action: str, key: Key, **detail: str | int) -> None:
        self.audit.append(self.conn, self.who, f"faq.{action}", "/".join(key), detail)

    def current(self, key: Key, base_revision: int) -> FaqRecord:
        """The working copy, if it still is the one the person saw. Raises NotFound or Conflict."""
        record = require(self.conn, key)
        if record.revision != base_revision:
            raise Conflict(
                f"{record.updated_by} さんが先にこのFAQを変更しました。最新の内容を確認してから、やり直してください。"
            )
        return record
