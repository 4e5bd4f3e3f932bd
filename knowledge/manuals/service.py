"""`Manuals`: the centre's manuals with every version, who wrote it and why, withdrawn and brought back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, and_, func, insert, select, update

from knowledge.errors import Conflict, InvalidInput, NotFound, Problem
from knowledge.manuals.model import (
    MAX_REASON_CHARS,
    Manual,
    ManualContent,
    ManualVersion,
    Withdrawal,
    check_content,
)
from knowledge.ports import Clock, Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.store.audit import AuditLog
from knowledge.store.database import Database
from knowledge.store.manual_tables import manual_versions, manuals

_MANUAL, _VERSION = manuals.c, manual_versions.c
_NOT_WITHDRAWN: Mapping[str, Any] = MappingProxyType({"withdrawn_at": None, "withdrawn_by": "", "withdrawn_why": ""})


class Manuals:
    """Which manuals and versions there are. What is in force depends on the day, in Japan."""

    def __init__(self, db: Database, clock: Clock, redactor: Redactor) -> None:
        self._db = db
        self._clock = clock
        self._redactor = redactor
        self._audit = AuditLog(clock)

    def add(self, content: ManualContent, reason: str, who: str) -> Manual:
        """The first version. Raises InvalidInput."""
        clean, why = self._cleaned(content), self._redactor.redact(reason.strip()).text
        check_content(clean, why, first=True)
        manual_id = f"M{uuid4().hex[:12]}"
        with self._db.begin() as conn:
            conn.execute(insert(manuals).values(manual_id=manual_id, last_number=1, **_NOT_WITHDRAWN))
            self._put(conn, manual_id, 1, clean, why, who)
            return _require(conn, manual_id, self._clock.today())

    def revise(self, manual_id: str, content: ManualContent, reason: str, base: int, who: str) -> Manual:
        """A new version over the one with the number `base`. Raises NotFound, Conflict, InvalidInput."""
        clean, why = self._cleaned(content), self._redactor.redact(reason.strip()).text
        with self._db.begin() as conn:
            old = _require(conn, manual_id, self._clock.today())
            if old.last_number != base:
                raise Conflict("ほかの人が先に新しい版を保存しました。開き直してから保存してください。")
            if old.withdrawn is not None:
                raise Conflict("取り下げたマニュアルです。使うように戻してから改訂してください。")
            check_content(clean, why, first=False)
            conn.execute(update(manuals).where(_MANUAL.manual_id == manual_id).values(last_number=base + 1))
            self._put(conn, manual_id, base + 1, clean, why, who)
            return _require(conn, manual_id, self._clock.today())

    def withdraw(self, manual_id: str, why: str, who: str) -> None:
        """Gone from lists and search, its versions stay readable. Raises NotFound, Conflict, InvalidInput."""
        if not why.strip() or len(why) > MAX_REASON_CHARS:
            text = f"取り下げる理由を{MAX_REASON_CHARS}文字以内で入力してください。"
            raise InvalidInput(text, [Problem(text, column="why")])
        reason = self._redactor.redact(why.strip()).text[:MAX_REASON_CHARS]
        values = {"withdrawn_at": self._clock.now(), "withdrawn_by": who[:128], "withdrawn_why": reason}
        self._move(manual_id, values, who, "manual.withdraw")

    def restore(self, manual_id: str, who: str) -> None:
        """Raises NotFound, Conflict."""
        self._move(manual_id, _NOT_WITHDRAWN, who, "manual.restore")

    def get(self, manual_id: str) -> Manual:
        """Raises NotFound."""
        with self._db.read() as conn:
            return _require(conn, manual_id, self._clock.today())

    def all(self) -> list[Manual]:
        """By kind and title, with the withdrawn ones."""
        with self._db.read() as conn:
            found = _read(conn, self._clock.today())
        return sorted(found, key=lambda one: (one.shown.content.kind, one.shown.content.title, one.manual_id))

    def versions(self, manual_id: str) -> list[ManualVersion]:
        """Newest first. Raises NotFound."""
        wanted = select(manual_versions).where(_VERSION.manual_id == manual_id).order_by(_VERSION.number.desc())
        with self._db.read() as conn:
            found = [_version(row) for row in conn.execute(wanted)]
        if not found:
            raise NotFound("このマニュアルは見つかりません。")
        return found

    def version(self, manual_id: str, number: int) -> ManualVersion:
        """Raises NotFound."""
        found = [one for one in self.versions(manual_id) if one.number == number]
        if not found:
            raise NotFound("この版はありません。")
        return found[0]

    def numbers_in_force(self) -> tuple[tuple[str, int], ...]:
        """(manual, version) of all that search finds today: what it changes with."""
        wanted = _in_force(self._clock.today()).join(manuals).where(_MANUAL.withdrawn_at.is_(None))
        with self._db.read() as conn:
            return tuple(sorted((row[0], row[1]) for row in conn.execute(wanted.group_by(_VERSION.manual_id))))

    def in_force(self) -> list[Manual]:
        today = self._clock.today()
        return [one for one in self.all() if one.in_force(today)]

    def _move(self, manual_id: str, values: Mapping[str, Any], who: str, action: str) -> None:
        wants_it_gone = values["withdrawn_at"] is not None
        with self._db.begin() as conn:
            old = _require(conn, manual_id, self._clock.today())
            if (old.withdrawn is not None) == wants_it_gone:
                raise Conflict("ほかの人が先に変更しました。開き直してください。")
            conn.execute(update(manuals).where(_MANUAL.manual_id == manual_id).values(values))
            self._audit.append(conn, who, action, manual_id, {"version": old.last_number})

    def _put(self, conn: Connection, manual_id: str, number: int, what: ManualContent, why: str, who: str) -> None:
        stamped = {"saved_by": who[:128], "saved_at": self._clock.now(), "reason": why}
        values = {name: getattr(what, name) for name in ("title", "kind", "audience", "valid_from", "body")}
        conn.execute(insert(manual_versions).values(manual_id=manual_id, number=number, **values, **stamped))
        self._audit.append(conn, who, "manual.save", manual_id, {"version": number, "audience": what.audience})

    def _cleaned(self, content: ManualContent) -> ManualContent:
        redact = self._redactor.redact
        return replace(content, title=redact(content.title.strip()).text, body=redact(content.body.strip()).text)


def _in_force(today: date) -> Any:
    newest = select(_VERSION.manual_id, func.max(_VERSION.number).label("number"))
    return newest.where(_VERSION.valid_from <= today)


def _read(conn: Connection, today: date, manual_id: str = "") -> Sequence[Manual]:
    """A manual whose first version is still to come shows that one."""
    now = _in_force(today).group_by(_VERSION.manual_id).subquery()
    number = func.coalesce(now.c.number, 1)
    wanted = (
        select(manual_versions, _MANUAL.last_number, _MANUAL.withdrawn_at, _MANUAL.withdrawn_by, _MANUAL.withdrawn_why)
        .select_from(manuals)
        .outerjoin(now, now.c.manual_id == _MANUAL.manual_id)
        .join(manual_versions, and_(_VERSION.manual_id == _MANUAL.manual_id, _VERSION.number == number))
    )
    if manual_id:
        wanted = wanted.where(_MANUAL.manual_id == manual_id)
    return [_manual(row) for row in conn.execute(wanted)]


def _require(conn: Connection, manual_id: str, today: date) -> Manual:
    found = _read(conn, today, manual_id) if manual_id else []
    if not found:
        raise NotFound("このマニュアルは見つかりません。")
    return found[0]


def _manual(row: Row[Any]) -> Manual:
    gone = None
    if row.withdrawn_at is not None:
        gone = Withdrawal(row.withdrawn_at, row.withdrawn_by, RedactedText(row.withdrawn_why))
    return Manual(row.manual_id, row.last_number, _version(row), gone)


def _version(row: Row[Any]) -> ManualVersion:
    content = ManualContent(RedactedText(row.title), row.kind, row.audience, row.valid_from, RedactedText(row.body))
    return ManualVersion(row.number, content, RedactedText(row.reason), row.saved_by, row.saved_at)
