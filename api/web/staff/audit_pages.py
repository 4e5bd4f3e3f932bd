"""The audit log: search, check the chain, take it out."""

import csv
import io
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from api.web.staff.callers import AuditReader
from api.web.staff.context import Staff
from api.web.staff.days import Day
from api.web.staff.downloads import CSV, download
from api.web.staff.notices import see
from api.web.staff.paging import PAGE_SIZE, PageNumber, offset_of
from api.web.staff.show import AUDIT_LABELS
from api.web.staff.usage_pages import Text
from knowledge.clock import stamp
from knowledge.errors import MadoguchiError
from knowledge.faq.csv_guard import guarded
from knowledge.faq.periods import period_of
from knowledge.store import audit
from knowledge.text.normalise import clean

PATH = "/staff/audit"
_COLUMNS = ("番号", "日時", "利用者", "操作", "操作名", "対象", "詳細", "前の行のハッシュ", "この行のハッシュ")


class AuditBroken(MadoguchiError):
    status = 409
    title = "監査ログに異常があります"


def audit_router(staff: Staff, router: APIRouter) -> APIRouter:
    db, log = staff.services.db, audit.AuditLog(staff.services.clock)

    @router.get("/audit")
    def audit_page(
        request: Request,
        by: AuditReader,
        who: Text = "",
        action: Text = "",
        target: Text = "",
        since: Day = None,
        until: Day = None,
        page: PageNumber = 1,
    ) -> Response:
        chosen = {"who": clean(who), "action": clean(action), "target": clean(target)}
        query = audit.AuditQuery(
            **chosen,
            since=period_of(since, "day").begins_at if since else None,
            until=period_of(until, "day").ends_at if until else None,
        )
        days = {"since": since.isoformat() if since else "", "until": until.isoformat() if until else ""}
        return _page(staff, request, query, {**chosen, **days}, page)

    @router.post("/audit/verify")
    def verify(request: Request, by: AuditReader) -> Response:
        with db.begin() as conn:
            broken = audit.verify(conn)
            log.append(conn, by.who, "audit.verify", "audit_log", {"broken_at": broken})
        if broken is None:
            return see(PATH, "audit_whole")
        error = AuditBroken(
            f"{broken}番の行が、書き込まれたときの内容と異なるか、失われています。"
            "データベースをそのまま保全し、システム管理者と監査の担当者に連絡してください。"
        )
        return _page(staff, request, audit.AuditQuery(), {}, 1, error)

    @router.post("/audit/export")
    def export(request: Request, by: AuditReader) -> Response:
        with db.begin() as conn:
            log.append(conn, by.who, "audit.export", "audit_log")

        def lines() -> Iterator[bytes]:
            yield b"\xef\xbb\xbf" + _line(_COLUMNS)
            with db.read() as conn:
                for row in audit.export(conn):
                    yield _line(_cells(row))

        headers = download(b"", "監査ログ", staff.services.clock.today(), "csv").headers
        return StreamingResponse(
            lines(), media_type=CSV, headers={"content-disposition": headers["content-disposition"]}
        )

    return router


def _page(
    staff: Staff,
    request: Request,
    query: audit.AuditQuery,
    chosen: dict[str, str],
    page: int,
    error: MadoguchiError | None = None,
) -> Response:
    with staff.services.db.read() as conn:
        rows = audit.search(conn, query, offset_of(page), PAGE_SIZE + 1)
    context: dict[str, Any] = {
        "rows": rows[:PAGE_SIZE],
        "more": len(rows) > PAGE_SIZE,
        "number": page,
        "chosen": {"who": "", "action": "", "target": "", "since": "", "until": "", **chosen},
        "actions": AUDIT_LABELS,
    }
    return staff.pages.page(request, "audit.html", error.status if error else 200, error=error, **context)


def _cells(row: audit.AuditRow) -> tuple[str, ...]:
    label = AUDIT_LABELS.get(row.action, "")
    return (str(row.seq), stamp(row.at), row.who, row.action, label, row.target, row.detail, row.prev_hash, row.hash)


def _line(cells: tuple[str, ...]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerow([guarded(cell) for cell in cells])
    return out.getvalue().encode()
