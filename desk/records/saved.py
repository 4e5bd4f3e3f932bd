"""Saved searches: one's own, and those shared with everybody."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from sqlalchemy import Row, delete, insert, or_, select
from sqlalchemy.exc import IntegrityError

from desk.records.filters import RecordFilter
from knowledge.errors import Conflict, InvalidInput, NotFound
from knowledge.ports import Clock, Redactor
from knowledge.privacy.redacted import RedactedText
from knowledge.store.database import Database
from knowledge.store.desk_tables import desk_saved_searches


@dataclass(frozen=True, slots=True)
class SavedSearch:
    search_id: str
    owner: str
    name: RedactedText
    wanted: RecordFilter
    shared: bool
    created_at: datetime


class SavedSearches:
    def __init__(self, db: Database, clock: Clock, redactor: Redactor) -> None:
        self._db = db
        self._clock = clock
        self._redactor = redactor

    def add(self, owner: str, name: str, wanted: RecordFilter, shared: bool = False) -> SavedSearch:
        """Name and words are redacted. Raises InvalidInput, Conflict when the owner has one of that name."""
        title = RedactedText(self._redactor.redact(name.strip()).text[:100])
        if not title:
            raise InvalidInput("検索条件の名前を入力してください。")
        clean = self._redacted(wanted)
        made = SavedSearch(uuid4().hex, owner[:128], title, clean, shared, self._clock.now())
        row = {
            "search_id": made.search_id,
            "owner": made.owner,
            "name": title,
            "query": json.dumps(filter_to_json(clean), ensure_ascii=False, sort_keys=True),
            "shared": shared,
            "created_at": made.created_at,
        }
        try:
            with self._db.begin() as conn:
                conn.execute(insert(desk_saved_searches), row)
        except IntegrityError as exc:
            raise Conflict("同じ名前の検索条件があります。別の名前にしてください。") from exc
        return made

    def of(self, who: str) -> list[SavedSearch]:
        """By name."""
        columns = desk_saved_searches.c
        wanted = select(desk_saved_searches).where(or_(columns.owner == who, columns.shared))
        with self._db.read() as conn:
            return [_saved(row) for row in conn.execute(wanted.order_by(columns.name, columns.search_id))]

    def remove(self, search_id: str, who: str) -> None:
        """Only one's own. Raises NotFound."""
        columns = desk_saved_searches.c
        with self._db.begin() as conn:
            mine = (columns.search_id == search_id) & (columns.owner == who)
            if conn.execute(delete(desk_saved_searches).where(mine)).rowcount == 0:
                raise NotFound("この検索条件は見つかりません。")

    def _redacted(self, wanted: RecordFilter) -> RecordFilter:
        values = {field.name: getattr(wanted, field.name) for field in fields(wanted)}
        values["text"] = str(self._redactor.redact(wanted.text).text)
        values["transfer_to"] = str(self._redactor.redact(wanted.transfer_to).text)
        values["any_of"] = tuple(self._redacted(one) for one in wanted.any_of)
        return RecordFilter(**values)


def filter_to_json(wanted: RecordFilter) -> dict[str, Any]:
    """Only what is set, so that old searches survive new fields."""
    found: dict[str, Any] = {}
    for name, value in asdict(wanted).items():
        if isinstance(value, date):
            found[name] = value.isoformat()
        elif name == "any_of":
            found |= {"any_of": [filter_to_json(one) for one in wanted.any_of]} if value else {}
        elif value:
            found[name] = list(value) if isinstance(value, tuple) else value
    return found


def filter_from_json(given: Mapping[str, Any]) -> RecordFilter:
    """Inverse of filter_to_json. Raises InvalidInput for unknown fields and wrong values."""
    values: dict[str, Any] = {}
    known = {field.name for field in fields(RecordFilter)}
    try:
        for name, value in given.items():
            if name not in known:
                raise InvalidInput("検索条件に知らない項目があります。")
            if name in ("first", "last"):
                values[name] = date.fromisoformat(value) if value else None
            elif name == "any_of":
                values[name] = tuple(filter_from_json(one) for one in value)
            elif name == "overdue":
                values[name] = bool(value)
            elif name in ("text", "transfer_to"):
                values[name] = str(value)
            else:
                values[name] = tuple(str(one) for one in value)
    except (TypeError, ValueError, AttributeError) as exc:
        raise InvalidInput("検索条件の値が正しくありません。") from exc
    return RecordFilter(**values)


def _saved(row: Row[Any]) -> SavedSearch:
    wanted = filter_from_json(json.loads(row.query))
    return SavedSearch(row.search_id, row.owner, RedactedText(row.name), wanted, row.shared, row.created_at)
