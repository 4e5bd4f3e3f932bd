"""/v1/drafts and the drafts of the assist: a cited answer sentence by sentence, each checked before it is sent (SSE)."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import StreamingResponse

from api.assist_view import Entry
from api.replies import JSON, encode, problems
from api.routes.desk_assist import Operator, SessionId
from desk.assist.model import AssistState, Segment
from desk.service import Desk
from knowledge.answering.drafts import MAX_SOURCES, DraftStep
from knowledge.bootstrap import Services
from knowledge.domain import FaqEntry, Question
from knowledge.errors import InvalidInput, NotFound, Problem
from knowledge.privacy.redacted import RedactedText
from knowledge.text.normalise import clean

MAX_CHARS = 1_000
LABEL = "AIによる下書き・確認してください"
_SHORT = 12
"""A piece of talk shorter than this is read together with the one before it."""
_NOTHING = "この用件には、下書きのもとになる承認済みの回答がありません。"
_TO_A_PERSON = "この用件は下書きを作りません。画面の案内に沿って、取次ぎなどをご案内ください。"
_NO_STORE = {"cache-control": "no-store", "x-accel-buffering": "no"}
FaqNumber = Annotated[str, Field(max_length=64)]


class DraftBody(BaseModel):
    """`faq_ids`: what the draft may rest on; empty: what the answer to the question rests on."""

    model_config = ConfigDict(extra="forbid")
    question: str = Field(min_length=1, max_length=MAX_CHARS, description="市民の質問。個人情報は送る前に伏せます")
    faq_ids: list[FaqNumber] = Field(default_factory=list, max_length=MAX_SOURCES)
    conversation_id: str = Field(default="", max_length=64)


class PolishBody(BaseModel):
    model_config = ConfigDict(extra="forbid")
    text: str = Field(min_length=1, max_length=4_000, description="整える文章。個人情報は送る前に伏せます")


def drafts_router(services: Services, desk: Desk, entry: Entry) -> APIRouter:
    router = APIRouter(tags=["drafts"], responses=problems(401, 403, 404, 422, 503))

    @router.post("/v1/drafts", summary="根拠付きの下書きを一文ずつ受け取る（SSE）", response_class=StreamingResponse)
    def draft(body: DraftBody, _by: Operator) -> StreamingResponse:
        question = _redacted(services, body.question)
        entries, refusal = _named(entry, body.faq_ids), ""
        if not body.faq_ids:
            entries, refusal = _answered(services, question, body.conversation_id)
        return _stream(services, question, entries, refusal)

    @router.post(
        "/v1/assist/sessions/{session_id}/drafts",
        summary="今の候補から、根拠付きの下書きを一文ずつ受け取る（SSE）",
        response_class=StreamingResponse,
    )
    def of_session(session_id: SessionId, by: Operator) -> StreamingResponse:
        state = desk.assist.state(session_id, by.who)
        entries = _named(entry, _on_offer(state))
        return _stream(services, state.need or _asked(services, state.transcript), entries, _refusal(state))

    @router.post("/v1/drafts/polish", summary="返信文を読みやすく整える（事実は変えない）")
    def polish(body: PolishBody, _by: Operator) -> JSON:
        made = services.writer.polished(_redacted(services, body.text))
        return JSON({**_written(made.parts, made.refused), "prompt_sha": made.prompt_sha, "model": made.model})

    @router.post("/v1/assist/records/{record_id}/summary", summary="通話の要約の下書きを受け取る")
    def summary(record_id: str, _by: Operator) -> JSON:
        record = desk.records.get(record_id)
        said = desk.assist.transcript(record.call_id) if record.call_id else ()
        if not said:
            raise NotFound("この記録には文字起こしがないため、要約を作れません。")
        used = desk.assist.used_in(record.call_id)
        lines = "\n".join(f"{'市民' if one.speaker == 'citizen' else '担当'}：{one.text}" for one in said)
        transcript = services.redactor.redact(lines).text
        made = services.writer.summary(transcript, [(one.question, one.answer) for one in used])
        return JSON({**_written(made.parts, made.refused), "prompt_sha": made.prompt_sha, "model": made.model})

    return router


def _written(parts: Any, refused: Any) -> dict[str, Any]:
    return {"label": LABEL, "parts": dict(parts), "refused": dict(refused)}


def _redacted(services: Services, text: str) -> RedactedText:
    cleaned = clean(text).strip()
    if not cleaned:
        raise InvalidInput("質問を入力してください。", [Problem("質問を入力してください。", column="question")])
    return services.redactor.redact(cleaned).text


def _named(entry: Entry, faq_ids: Iterable[str]) -> list[FaqEntry]:
    return [found for faq_id in faq_ids if (found := entry(faq_id)) is not None and found.referral is None]


def _answered(services: Services, question: RedactedText, conversation_id: str) -> tuple[list[FaqEntry], str]:
    """What the one answer path finds; where it sends to a person there is nothing to draft."""
    answer = services.answerer.answer(Question(question, "operator", conversation_id=conversation_id))
    if answer.action in ("handoff", "refuse"):
        return [], _TO_A_PERSON
    return [hit.entry for hit in answer.candidates[:MAX_SOURCES] if hit.entry.referral is None], ""


def _on_offer(state: AssistState) -> list[str]:
    """What was found for the last question first; the places on the screen say nothing about that."""
    shown = [one.faq_id for one in state.suggestions if one.mark != "wrong"]
    return sorted(shown, key=lambda faq_id: state.best.index(faq_id) if faq_id in state.best else len(state.best))


def _refusal(state: AssistState) -> str:
    return _TO_A_PERSON if state.advice in ("handoff", "refuse") else ""


def _asked(services: Services, transcript: Sequence[Segment]) -> RedactedText:
    """What the citizen said last; a short piece together with the one before it."""
    said = [one.text for one in transcript if one.speaker == "citizen"][-2:]
    if not said:
        raise InvalidInput("市民の発話がまだありません。")
    if len(said) == 1 or len(said[-1]) >= _SHORT:
        return said[-1]
    return services.redactor.redact("\n".join(said)).text


def _stream(services: Services, question: RedactedText, entries: Sequence[FaqEntry], refusal: str) -> StreamingResponse:
    return StreamingResponse(
        _events(services, question, entries, refusal), media_type="text/event-stream", headers=_NO_STORE
    )


def _events(services: Services, question: RedactedText, entries: Sequence[FaqEntry], refusal: str) -> Iterator[bytes]:
    if refusal or not entries:
        yield _event({"step": "notice", "text": refusal or _NOTHING})
        yield _event({"step": "done", "generated": False})
        return
    shown = 0
    titles = {one.faq_id: one.question for one in entries}
    for step in services.drafter.stream(question, entries):
        shown = 0 if step.step in ("restart", "verbatim") else shown + (step.step == "sentence")
        yield _event(_told(services, step, shown, titles))


def _told(services: Services, step: DraftStep, shown: int, titles: dict[str, str]) -> dict[str, Any]:
    told: dict[str, Any] = {"step": step.step}
    if step.sentence is not None:
        told |= {"text": step.sentence.text, "label": LABEL}
        told["citations"] = [
            {"faq_id": faq_id, "version": version, "question": titles.get(faq_id, "")}
            for faq_id, version in step.sentence.cited
        ]
    elif step.entry is not None:
        told |= {"faq_id": step.entry.faq_id, "version": step.entry.version, "text": step.entry.answer}
    elif step.step == "rejected":
        told["reasons"] = step.reasons
    elif step.step == "notice":
        told["text"] = step.text
    elif step.step == "done":
        told |= {"generated": shown > 0, "model": services.language.name, "prompt_sha": services.drafter.prompt_sha}
    return told | {"after_ms": round(step.after_ms, 1), "checks_ms": round(step.checks_ms, 2)}


def _event(told: dict[str, Any]) -> bytes:
    return b"data: " + encode(told) + b"\n\n"
