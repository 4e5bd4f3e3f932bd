"""Call-backs, complaints, notices for the city, webhooks."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.replies import JSON, problems
from api.routes.desk_records import RecordId
from api.routes.desk_shapes import CallbackBody, ComplaintBody, ComplaintSave, ReportedTo, WebhookBody
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from desk.callbacks.vault import Contact
from desk.service import Desk
from knowledge.faq.periods import Period

Reader = Annotated[Principal, requires(Permission.INTERACTION_READ)]
Writer = Annotated[Principal, requires(Permission.INTERACTION_WRITE)]
Manager = Annotated[Principal, requires(Permission.SETTINGS_EDIT)]
ItemId = Annotated[str, Path(max_length=32, pattern=r"^[A-Za-z0-9]+$")]
_ERRORS = problems(401, 403, 404, 409, 422, 503)


def desk_callbacks_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/callbacks", tags=["callbacks"], responses=_ERRORS)
    callbacks = desk.callbacks

    @router.get("", summary="折り返し連絡票（連絡先は含まない）")
    def tickets(_by: Reader, open_only: bool = True) -> JSON:
        return JSON({"tickets": callbacks.tickets("open" if open_only else None)})

    @router.post("", status_code=201, summary="折り返し連絡票を作る")
    def open_ticket(body: CallbackBody, by: Writer) -> JSON:
        contact = Contact(body.name, body.phone)
        made = callbacks.open(body.record_id, contact, body.content, body.department, body.due_at, by.who)
        return JSON(made, 201)

    @router.post("/{ticket_id}/contact", summary="連絡先を表示する（監査ログに残る）")
    def contact(ticket_id: ItemId, by: Reader) -> JSON:
        found = callbacks.contact(ticket_id, by.who, by.may(Permission.UNMASK))
        return JSON({"name": found.name, "phone": found.phone})

    @router.post("/{ticket_id}/tried", summary="不在だったことを記録する")
    def tried(ticket_id: ItemId, by: Writer) -> JSON:
        return JSON(callbacks.tried(ticket_id, by.who))

    @router.post("/{ticket_id}/close", summary="折り返しを終える（連絡先はすぐ消える）")
    def close(ticket_id: ItemId, by: Writer, cancelled: bool = False) -> JSON:
        return JSON(callbacks.close(ticket_id, by.who, cancelled))

    return router


def desk_complaints_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/complaints", tags=["complaints"], responses=_ERRORS)
    complaints, redactor = desk.complaints, desk.parts.redactor

    @router.get("", summary="苦情の一覧")
    def list_complaints(_by: Reader, first: date, last: date) -> JSON:
        period = Period(first, last)
        return JSON({"complaints": complaints.list_all(period.begins_at, period.ends_at)})

    @router.get("/{record_id}", summary="苦情の記録")
    def get(record_id: RecordId, _by: Reader) -> JSON:
        return JSON(complaints.get(record_id))

    @router.post("/{record_id}", status_code=201, summary="応対を苦情として記録し、市へ通知する")
    def receive(record_id: RecordId, body: ComplaintBody, by: Writer) -> JSON:
        return JSON(complaints.receive(record_id, body.content(redactor), by.who), 201)

    @router.put("/{record_id}", summary="苦情の記録を保存する")
    def save(record_id: RecordId, body: ComplaintSave, by: Writer) -> JSON:
        return JSON(complaints.save(record_id, body.content.content(redactor), body.revision, by.who, body.state))

    @router.post("/{record_id}/report", summary="市へ報告したことを記録する")
    def report(record_id: RecordId, body: ReportedTo, by: Writer) -> JSON:
        return JSON(complaints.report(record_id, body.to, by.who))

    @router.get("/{record_id}/affected", summary="同じFAQで回答した、ほかの応対")
    def affected(record_id: RecordId, _by: Reader) -> JSON:
        return JSON({"records": complaints.told_the_same(record_id)})

    return router


def desk_notices_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/notices", tags=["complaints"], responses=_ERRORS)

    @router.get("", summary="まだ確認していない通知")
    def waiting(_by: Reader, limit: Annotated[int, Query(ge=1, le=500)] = 200) -> JSON:
        return JSON({"notices": desk.notices.waiting(limit)})

    @router.post("/{notice_id}/seen", status_code=204, summary="通知を確認した", response_class=Response)
    def seen(notice_id: ItemId, by: Reader) -> Response:
        desk.notices.seen(notice_id, by.who)
        return Response(status_code=204)

    return router


def desk_webhooks_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/webhooks", tags=["webhooks"], responses=_ERRORS)

    @router.get("", summary="通知先の一覧")
    def hooks(_by: Manager) -> JSON:
        return JSON({"webhooks": desk.webhooks.hooks()})

    @router.post("", status_code=201, summary="通知先を登録する（署名の鍵は一度だけ表示）")
    def add(body: WebhookBody, by: Manager) -> JSON:
        hook, secret = desk.webhooks.add(body.url, body.kinds, by.who)
        return JSON({"hook_id": hook.hook_id, "secret": secret}, 201)

    @router.delete("/{hook_id}", status_code=204, summary="通知先を消す", response_class=Response)
    def remove(hook_id: ItemId, by: Manager) -> Response:
        desk.webhooks.remove(hook_id, by.who)
        return Response(status_code=204)

    return router
