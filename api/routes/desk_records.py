"""/v1/interactions: interaction records for people's screens and for other systems."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api.replies import JSON, problems
from api.routes.desk_shapes import (
    Assignment,
    FaqMark,
    NewRecord,
    Reasoned,
    Reclassification,
    SavedBody,
    SaveRecord,
    SearchBody,
    TagBody,
)
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.watching import watched
from desk.records.exporting import ExportOrder
from desk.records.filters import RecordFilter
from desk.records.model import InteractionRecord, RecordPage
from desk.records.saved import filter_from_json, filter_to_json
from desk.service import Desk
from knowledge.errors import InvalidInput
from knowledge.faq.periods import Period

Reader = Annotated[Principal, requires(Permission.INTERACTION_READ)]
Writer = Annotated[Principal, requires(Permission.INTERACTION_WRITE)]
Deleter = Annotated[Principal, requires(Permission.INTERACTION_DELETE)]
Exporter = Annotated[Principal, requires(Permission.INTERACTION_EXPORT)]
RecordId = Annotated[str, Path(max_length=32, pattern=r"^[A-Za-z0-9-]+$")]
Words = Annotated[list[str], Query(max_length=20)]
_ERRORS = problems(401, 403, 404, 409, 422, 503)
_MAX_EXPORT_DAYS = 400


def desk_records_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/interactions", tags=["interactions"], responses=_ERRORS)
    _add_lists(router, desk)
    _add_files(router, desk)
    _add_one(router, desk)
    _add_steps(router, desk)
    return router


def desk_searches_router(desk: Desk) -> APIRouter:
    router = APIRouter(prefix="/v1/interaction-searches", tags=["interactions"], responses=_ERRORS)

    @router.get("", summary="保存した検索条件")
    def saved(by: Reader) -> JSON:
        found = desk.saved.of(by.who)
        return JSON({"searches": [asdict(one) | {"wanted": filter_to_json(one.wanted)} for one in found]})

    @router.post("", status_code=201, summary="検索条件を保存する")
    def save(body: SavedBody, by: Reader) -> JSON:
        made = desk.saved.add(by.who, body.name, filter_from_json(body.wanted), body.shared)
        return JSON({"search_id": made.search_id}, 201)

    @router.delete("/{search_id}", status_code=204, summary="検索条件を削除する", response_class=Response)
    def remove(search_id: Annotated[str, Path(max_length=32)], by: Reader) -> Response:
        desk.saved.remove(search_id, by.who)
        return Response(status_code=204)

    return router


def _add_lists(router: APIRouter, desk: Desk) -> None:
    records = desk.records

    @router.get("", summary="応対記録の一覧")
    def list_records(
        _by: Reader,
        text: Annotated[str, Query(max_length=200)] = "",
        category: Words = [],  # noqa: B006 - FastAPI copies defaults
        status: Words = [],  # noqa: B006
        operator: Words = [],  # noqa: B006
        faq_id: Words = [],  # noqa: B006
        tag: Words = [],  # noqa: B006
        first: date | None = None,
        last: date | None = None,
        overdue: bool = False,
        offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> JSON:
        wanted = RecordFilter(
            text=text,
            categories=tuple(category),
            statuses=tuple(status),
            operators=tuple(operator),
            faq_ids=tuple(faq_id),
            tags=tuple(tag),
            first=first,
            last=last,
            overdue=overdue,
        )
        return JSON(_page(records.search(wanted, offset, limit), desk))

    @router.post("/search", summary="条件を組み合わせて探す")
    def search(body: SearchBody, _by: Reader) -> JSON:
        return JSON(_page(records.search(filter_from_json(body.wanted), body.offset, body.limit), desk))

    @router.post("", status_code=201, summary="電話以外の応対を記録する")
    def create(body: NewRecord, by: Writer) -> JSON:
        content = body.content.content(desk.parts.redactor)
        return JSON(_shape(records.create(content, by.who, body.channel, body.direction), desk), 201)


def _add_files(router: APIRouter, desk: Desk) -> None:
    @router.get("/export", summary="全件または条件に合う記録を CSV に書き出す", response_class=Response)
    def export(
        by: Exporter,
        first: date,
        last: date,
        encoding: Literal["utf-8-bom", "utf-8", "cp932"] = "utf-8-bom",
        header: Literal["id", "label"] = "label",
        text: Annotated[str, Query(max_length=200)] = "",
        status: Words = [],  # noqa: B006
        unmask: bool = False,
        purpose: Literal["", "callback", "city_request", "audit", "incident"] = "",
    ) -> Response:
        if not 0 <= (last - first).days <= _MAX_EXPORT_DAYS:
            raise InvalidInput(f"期間は{_MAX_EXPORT_DAYS}日以内にしてください。")
        wanted = RecordFilter(text=text, statuses=tuple(status)) if text or status else None
        order = ExportOrder(Period(first, last), wanted, unmask, purpose, encoding, header == "id")
        made = desk.exports.export(order, by.who, by.may(Permission.UNMASK))
        kind = "shift_jis" if encoding == "cp932" else "utf-8"
        headers = {
            "content-disposition": f'attachment; filename="interactions-{first}-{last}.csv"',
            "x-row-count": str(made.rows),
        }
        return Response(made.data, media_type=f"text/csv; charset={kind}", headers=headers)


def _add_one(router: APIRouter, desk: Desk) -> None:
    records, redact = desk.records, desk.parts.redactor

    @router.get("/{record_id}", summary="応対記録")
    def get(record_id: RecordId, by: Reader) -> JSON:
        """市職員と監査人の閲覧は監査ログに残ります。"""
        return JSON(_shape(records.get(record_id, watched(by)), desk))

    @router.put("/{record_id}", summary="応対記録を保存する")
    def save(record_id: RecordId, body: SaveRecord, by: Writer) -> JSON:
        saved = records.save(record_id, body.content.content(redact), body.revision, by.who, body.step())
        return JSON(_shape(saved, desk))

    @router.delete("/{record_id}", status_code=204, summary="応対記録を削除する（論理削除）", response_class=Response)
    def delete(
        record_id: RecordId,
        by: Deleter,
        revision: Annotated[int, Query(ge=0)],
        reason: Annotated[str, Query(min_length=1, max_length=500)],
    ) -> Response:
        records.delete(record_id, revision, by.who, redact.redact(reason).text)
        return Response(status_code=204)

    @router.get("/{record_id}/history", summary="変更の履歴")
    def history(record_id: RecordId, _by: Reader) -> JSON:
        records.get(record_id)
        return JSON({"changes": records.history(record_id)})

    @router.get("/{record_id}/transcript", summary="文字起こし（伏せ字）")
    def transcript(record_id: RecordId, _by: Reader) -> JSON:
        return JSON({"segments": desk.assist.transcript(records.get(record_id).call_id)})

    @router.get("/{record_id}/faqs", summary="参照したFAQ")
    def faqs(record_id: RecordId, _by: Reader) -> JSON:
        return JSON({"references": records.faq_references(record_id)})

    @router.post("/{record_id}/faqs", status_code=204, summary="FAQの閲覧・使用を記録する", response_class=Response)
    def mark(record_id: RecordId, body: FaqMark, by: Writer) -> Response:
        records.mark_faq(record_id, body.kind, redact.redact(body.faq_id).text, body.version, by.who)
        return Response(status_code=204)


def _add_steps(router: APIRouter, desk: Desk) -> None:
    records, redact = desk.records, desk.parts.redactor.redact

    @router.post("/{record_id}/reopen", summary="完了した記録を再開する")
    def reopen(record_id: RecordId, body: Reasoned, by: Writer) -> JSON:
        return JSON(_shape(records.reopen(record_id, body.revision, by.who, redact(body.reason).text), desk))

    @router.post("/{record_id}/assign", summary="担当者と期限を決める")
    def assign(record_id: RecordId, body: Assignment, by: Writer) -> JSON:
        owner = redact(body.owner).text
        return JSON(_shape(records.assign(record_id, owner, body.due_at, body.revision, by.who), desk))

    @router.post("/{record_id}/reclassify", summary="分類を変える（前の分類は履歴に残る）")
    def reclassify(record_id: RecordId, body: Reclassification, by: Writer) -> JSON:
        reason = redact(body.reason).text
        return JSON(_shape(records.reclassify(record_id, body.category, body.revision, by.who, reason), desk))

    @router.post("/{record_id}/tags", summary="タグを付ける・外す")
    def tag(record_id: RecordId, body: TagBody, by: Writer) -> JSON:
        return JSON(_shape(records.tag(record_id, redact(body.tag).text, body.present, by.who), desk))


def _page(page: RecordPage, desk: Desk) -> dict[str, Any]:
    return {"total": page.total, "items": [_shape(record, desk) for record in page.items]}


def _shape(record: InteractionRecord, desk: Desk) -> dict[str, Any]:
    found = asdict(record)
    content: dict[str, Any] = found.pop("content")
    return found | content | {"overdue": record.overdue(desk.parts.clock.now())}
