"""What the JSON routes send: plain dictionaries for speed, and the same shapes as models for /openapi.json."""

from collections.abc import Sequence
from typing import Any, Literal

import orjson
from pydantic import BaseModel, Field
from starlette.responses import Response

from knowledge.domain import Action, Answer, Hit, SearchResult

_CANDIDATES = 3


def encode(content: Any) -> bytes:
    """JSON of dictionaries, lists and our dataclasses."""
    return orjson.dumps(content, default=_default)


class JSON(Response):
    """A response whose body is ready; the framework neither validates nor copies it."""

    media_type = "application/json"

    def __init__(self, content: Any, status_code: int = 200) -> None:
        super().__init__(encode(content), status_code)


class HitReply(BaseModel):
    faq_id: str
    version: int
    question: str
    answer: str
    category: str
    subcategory: str
    department: str
    evidence: str
    url: str
    lang: str
    score: float
    confidence: float = Field(ge=0, le=1, description="このFAQが質問の答えである確率")
    matched: list[str] = Field(description="質問のうち、このFAQにも現れる語")


class SearchReply(BaseModel):
    hits: list[HitReply]
    query_id: str
    took_ms: float


class CitationReply(BaseModel):
    faq_id: str
    version: int
    evidence: str
    url: str
    department: str
    forms: list[str] = Field(description="様式とリンク。名前とURL")
    contact_phone: str = Field(description="この件の案内先電話。空欄ならコールセンター")
    approved_on: str | None


class DraftSentenceReply(BaseModel):
    text: str
    cited: list[tuple[str, int]] = Field(description="根拠にしたFAQ番号と版")


class DraftReply(BaseModel):
    sentences: list[DraftSentenceReply]
    model: str
    prompt_sha: str


class ApprovedReply(BaseModel):
    faq_id: str
    version: int
    question: str
    text: str = Field(description="承認された回答。generated が空なら、一字も変えていません")
    spoken_text: str
    easy_text: str = Field(description="やさしい日本語の回答。なければ空です")
    citations: list[CitationReply]
    generated: str = Field(description="空なら承認された回答そのもの。translation は機械翻訳（検査済み）")
    draft: DraftReply | None = Field(
        default=None,
        description="AIが書いた別の言い方（検査済み）。市が許した回答にだけ付きます。text は承認されたままです",
    )


class OptionReply(BaseModel):
    label: str
    faq_id: str


class ClarifyReply(BaseModel):
    prompt: str
    options: list[OptionReply]


class HandoffReply(BaseModel):
    reason: str
    department: str
    phone: str
    message: str
    urgent: bool = Field(description="担当者につながる前に、まずすることを message で伝えます")
    spoken: str = Field(description="電話で読み上げる文。空なら message を読み上げます")


class AnswerReply(BaseModel):
    action: Action
    confidence: float = Field(
        ge=0, le=1, description="最もよい回答が質問の答えである確率（回答しなかったときは、見合わせた回答のもの）"
    )
    answer: ApprovedReply | None
    clarify: ClarifyReply | None
    handoff: HandoffReply | None
    message: str
    reason: str
    lang: str
    read_as: str = Field(description="続きの質問を、それまでの話題と合わせて読み直した文。読み直していなければ空です")
    candidates: list[HitReply]
    answer_id: str
    took_ms: float


class ProblemItem(BaseModel):
    message: str
    row: int | None
    column: str | None


class ProblemReply(BaseModel):
    """RFC 9457 application/problem+json."""

    title: str
    status: int
    detail: str
    problems: list[ProblemItem] | None = None
    stage: Literal["second_factor", "enrolment"] | None = None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route for the errors it can answer with; their shape is added by `api.openapi`."""
    texts = {
        401: "認証が必要です",
        403: "権限がありません",
        404: "見つかりません",
        409: "ほかの変更と重なりました",
        413: "大きすぎます",
        415: "形式が違います",
        422: "入力に誤りがあります",
        429: "アクセスが多すぎます",
        503: "利用できません",
    }
    return {status: {"description": texts[status]} for status in statuses}


def body_of(model: type[BaseModel]) -> dict[str, Any]:
    """`openapi_extra=` of a route that reads its JSON body itself."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}


def search_reply(result: SearchResult, query_id: str) -> dict[str, Any]:
    return {"hits": hits(result.hits), "query_id": query_id, "took_ms": round(result.took_ms, 3)}


def answer_reply(answer: Answer) -> dict[str, Any]:
    approved, clarify, handoff = answer.answer, answer.clarify, answer.handoff
    return {
        "action": answer.action,
        "confidence": round(answer.confidence, 4),
        "answer": approved
        and {
            "faq_id": approved.faq_id,
            "version": approved.version,
            "question": approved.question,
            "text": approved.text,
            "spoken_text": approved.spoken_text,
            "easy_text": approved.easy_text,
            "citations": approved.citations,
            "generated": approved.generated,
            **({"draft": approved.draft} if approved.draft else {}),
        },
        "clarify": clarify,
        "handoff": handoff,
        "message": answer.message,
        "reason": answer.reason,
        "lang": answer.lang,
        "read_as": answer.read_as,
        "candidates": hits(answer.candidates[:_CANDIDATES]),
        "answer_id": answer.answer_id,
        "took_ms": round(answer.took_ms, 3),
    }


def hits(found: Sequence[Hit]) -> list[dict[str, Any]]:
    return [
        {
            "faq_id": hit.entry.faq_id,
            "version": hit.entry.version,
            "question": hit.entry.question,
            "answer": hit.entry.answer,
            "category": hit.entry.category,
            "subcategory": hit.entry.subcategory,
            "department": hit.entry.department,
            "evidence": hit.entry.evidence,
            "url": hit.entry.url,
            "lang": hit.entry.lang,
            "score": round(hit.score, 5),
            "confidence": round(hit.confidence, 4),
            "matched": hit.matched,
        }
        for hit in found
    ]


def _default(value: object) -> object:
    if isinstance(value, str):  # RedactedText
        return str(value)
    if isinstance(value, frozenset):
        return sorted(value)
    raise TypeError(type(value).__name__)
