"""保存期間: what is deleted when, when that last happened, and what is kept and why."""

from collections.abc import Mapping
from typing import Annotated

from fastapi import APIRouter, Request
from sqlalchemy import func, select
from starlette.responses import Response

from api.retention import RETENTION
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.context import Staff
from knowledge.retention.keeper import kept_since
from knowledge.retention.rules import KEPT_BECAUSE
from knowledge.store.database import Database
from knowledge.store.tables import audit_log

Reader = Annotated[Principal, requires(Permission.AUDIT_READ)]


def retention_page_router(staff: Staff, router: APIRouter) -> APIRouter:
    clock = staff.services.clock

    @router.get("/retention")
    def page(request: Request, who: Reader) -> Response:
        last = _last_deleted(staff.services.db)
        rows = [
            (RETENTION[kind.name], kind.days, kept_since(clock, kind.days), last.get(f"retention.{kind.name}"))
            for kind in staff.retention.kinds
        ]
        return staff.pages.page(request, "retention.html", rows=rows, kept=_by_reason())

    return router


def _last_deleted(db: Database) -> Mapping[str, object]:
    columns = audit_log.c
    newest = select(columns.action, func.max(columns.at).label("newest")).where(columns.action.startswith("retention."))
    with db.read() as conn:
        return {row.action: row.newest for row in conn.execute(newest.group_by(columns.action))}


def _by_reason() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, reason in KEPT_BECAUSE.items():
        found.setdefault(reason, []).append(table)
    return found
