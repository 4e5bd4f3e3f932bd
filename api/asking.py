"""One question from outside: cleaned, redacted, answered or searched, counted and written down."""

import re
import time
from dataclasses import replace
from uuid import uuid4

from api.doors import Doors
from api.noted import note_answer
from api.routes.fields import MAX_CHARS
from api.security.principal import Principal
from knowledge.answering.ahead import Unread
from knowledge.answering.answerer import CONSIDERED
from knowledge.domain import Answer, Channel, Question, SearchQuery, SearchResult
from knowledge.errors import InvalidInput, Problem
from knowledge.faq.usage_log import Asked
from knowledge.ports import Redaction
from knowledge.text.language import detect_language
from knowledge.text.normalise import clean

_OUR_ID = re.compile(r"|[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def channel_for(principal: Principal, wanted: Channel) -> Channel:
    """Only staff see what is for operators; everybody else asks as a citizen, whatever the request says."""
    return "web" if wanted == "operator" and not principal.is_staff else wanted


def answer(
    doors: Doors, principal: Principal, text: str, channel: Channel, lang: str = "", conversation_id: str = ""
) -> Answer:
    """One question from what was typed to the answer that is written down."""
    return answered(doors, principal, question_of(doors, principal, text, channel, lang, conversation_id))


def question_of(
    doors: Doors, principal: Principal, text: str, channel: Channel, lang: str = "", conversation_id: str = ""
) -> Question:
    """Redacts FIRST: nothing behind this line sees what was typed. `lang` empty: found from the text."""
    redaction = _redacted(doors, text)
    return Question(
        redaction.text,
        channel_for(principal, channel),
        lang or detect_language(redaction.text),
        safe_id(doors, conversation_id),
        had_personal_data=redaction.kinds,
    )


async def read_ahead(
    doors: Doors,
    principal: Principal,
    text: str,
    channel: Channel,
    lang: str = "",
    limit: int = CONSIDERED,
    category: str = "",
    waiting_here: int = 0,
) -> float:
    """Has the question read where a core is free, if there is one; what is done with it then finds it read. The
    milliseconds that took."""
    if doors.copies is None or len(text) > MAX_CHARS:
        return 0.0
    cleaned = clean(text).strip()
    if not cleaned:
        return 0.0
    started, day = time.perf_counter(), doors.services.clock.today()
    lang = lang or detect_language(cleaned)
    question = Unread(cleaned, day, lang, channel_for(principal, channel), limit, category)
    await doors.copies.read(question, waiting_here)
    return (time.perf_counter() - started) * 1e3


def answered(doors: Doors, principal: Principal, question: Question, waited_ms: float = 0.0) -> Answer:
    """The answer, counted and written down; `waited_ms` went into it before."""
    given = doors.services.answerer.answer(question)
    if waited_ms:
        given = replace(given, took_ms=given.took_ms + waited_ms)
    note_answer(doors.services, doors.metrics, question, given, principal.role or "")
    return given


def search(
    doors: Doors,
    principal: Principal,
    text: str,
    channel: Channel,
    lang: str = "ja",
    limit: int = 10,
    category: str = "",
) -> tuple[SearchResult, str]:
    """The hits and the query_id under which feedback can be given."""
    redaction = _redacted(doors, text)
    services, allowed = doors.services, channel_for(principal, channel)
    result = services.retriever.search(SearchQuery(redaction.text, limit, category, lang, allowed))
    doors.metrics.search(allowed, bool(result.hits))
    query_id = str(uuid4())
    services.usage_log.record_search(
        Asked(
            log_id=query_id,
            kind="search",
            text=redaction.text,
            channel=allowed,
            role=principal.role or "",
            lang=lang,
            hits=tuple(hit.entry.faq_id for hit in result.hits[:10]),
            confidence=result.hits[0].confidence if result.hits else None,
            # A category that finds something is one of ours; any other is text of the caller and is not kept.
            category=category if result.hits else "",
            took_ms=result.took_ms,
        )
    )
    return result, query_id


def _redacted(doors: Doors, text: str) -> Redaction:
    if len(text) > MAX_CHARS:
        raise _refused(f"質問は{MAX_CHARS:,}文字以内で入力してください。")
    cleaned = clean(text).strip()
    if not cleaned:
        raise _refused("質問を入力してください。")
    return doors.services.redactor.redact(cleaned)


def _refused(message: str) -> InvalidInput:
    return InvalidInput(message, [Problem(message, column="query")])


def safe_id(doors: Doors, given: str) -> str:
    """An identifier a caller sends: ours as it is (its digits may look like a phone number), any other redacted."""
    return given if _OUR_ID.fullmatch(given) else doors.services.redactor.redact(given).text
