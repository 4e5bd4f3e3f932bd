"""The list of bot calls: figures of the period, filters, export."""

import csv
import io
from datetime import date
from typing import Annotated, Any, Literal, cast

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.voice.review.call_list import Band, Listed, Wanted
from api.voice.review.verdicts import VERDICT_LABELS
from api.web.staff.calls import words
from api.web.staff.calls.context import CallDesk, CallExporter, CallReader
from api.web.staff.days import Day, days_between
from api.web.staff.downloads import download
from api.web.staff.paging import PAGE_SIZE, PageNumber, Paging, offset_of
from api.web.staff.sent import Form
from api.web.staff.show import stamp
from api.web.staff.usage_pages import Text
from desk.kpi.call import Call as DeskCall
from desk.kpi.self_service import BotTopic, bot_topics
from eval.production import voice_figures
from eval.production_rates import BotFigures
from knowledge.faq.csv_guard import guarded
from knowledge.faq.periods import Period
from knowledge.store.audit import AuditLog
from knowledge.text.normalise import clean

PATH = "/staff/calls"
FIELDS = ("outcome", "via", "band", "topic", "flagged", "marked", "text")
MAX_EXPORT = 50_000
_DEFAULT_DAYS = 30
_COLUMNS = (
    "通話番号", "開始", "長さ（秒）", "経路", "言語", "結果", "理由", "最初の質問", "回答したFAQ", "確信度（最小）",
    "要確認", "判定",
)  # fmt: skip
NO_ANSWER, NO_TOPIC = "回答なし", "分類なし"
Word = Annotated[str, Query(max_length=24)]


def list_router(desk: CallDesk, router: APIRouter) -> APIRouter:
    clock = desk.services.clock

    @router.get("/calls")
    def calls(
        request: Request,
        who: CallReader,
        since: Day = None,
        until: Day = None,
        outcome: Word = "",
        via: Word = "",
        band: Word = "",
        topic: Text = "",
        flagged: Annotated[Literal["", "1"], Query()] = "",
        marked: Word = "",
        text: Text = "",
        page: PageNumber = 1,
    ) -> Response:
        period = period_between(since, until, clock.today())
        given = dict(zip(FIELDS, (outcome, via, band, clean(topic), flagged, marked, clean(text)), strict=True))
        rows, total = desk.calls.page(wanted(desk, period, given), offset_of(page), PAGE_SIZE)
        chosen = {**given, "since": period.first.isoformat(), "until": period.last.isoformat()}
        context: dict[str, Any] = {
            "rows": rows,
            "chosen": chosen,
            "paging": Paging(page, total, PATH, chosen),
            "figures": figures_of(desk, period),
            "by_topic": topics_of(desk, period),
            "topics": {name: name for name in sorted(set(_topics(desk).values())) if name},
            "verdicts": VERDICT_LABELS,
            "voice": desk.phone.status(),
            "kept_days": desk.phone.settings.retain_days,
            "words": words,
        }
        return desk.pages.page(request, "calls/list.html", **context)

    @router.post("/calls/export")
    def export(request: Request, who: CallExporter, form: Form) -> Response:
        period = period_between(form.day_or_none("since"), form.day_or_none("until"), clock.today())
        given = {name: clean(form.text(name))[:200] for name in FIELDS}
        rows, total = desk.calls.page(wanted(desk, period, given), 0, MAX_EXPORT)
        with desk.services.db.begin() as conn:
            AuditLog(clock).append(conn, who.who, "call.export", "voice_calls", {"rows": len(rows), "of": total})
        return download(_csv(rows), "自動音声の通話", clock.today(), "csv")

    return router


def figures_of(desk: CallDesk, period: Period) -> BotFigures:
    return voice_figures(desk.services, period)


def topics_of(desk: CallDesk, period: Period) -> list[BotTopic]:
    """Every voicebot call of the period by topic, counted where all reports are counted."""
    topics = _topics(desk)

    def topic_of(call: DeskCall) -> str:
        return next((topics.get(faq_id) or NO_TOPIC for faq_id, _ in call.faqs_used), NO_ANSWER)

    return bot_topics(desk.phone.desk.numbers.count(period).calls, topic_of)


def period_between(since: date | None, until: date | None, today: date) -> Period:
    return days_between(since, until, today, _DEFAULT_DAYS)


def wanted(desk: CallDesk, period: Period, given: dict[str, str]) -> Wanted:
    """Unknown words in the address filter nothing."""
    topic = given["topic"]
    marked = given["marked"] if given["marked"] in words.MARKED_LABELS else ""
    return Wanted(
        period,
        outcome=given["outcome"] if given["outcome"] in words.OUTCOME_LABELS else "",
        via=given["via"] if given["via"] in words.VIA_LABELS else "",
        band=cast(Band, given["band"] if given["band"] in words.BAND_LABELS else ""),
        faq_ids=[faq_id for faq_id, name in _topics(desk).items() if name == topic] if topic else None,
        flagged=bool(given["flagged"]),
        marked=cast(Literal["", "yes", "no"], marked),
        text=given["text"],
    )


def _topics(desk: CallDesk) -> dict[str, str]:
    """Category by FAQ."""
    return {entry.faq_id: entry.category for entry in desk.services.faqs.published()}


def _csv(rows: list[Listed]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        writer.writerow([guarded(cell) for cell in _cells(row)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _cells(row: Listed) -> list[str]:
    call = row.call
    return [
        call.call_id,
        stamp(call.started_at),
        f"{call.duration_secs:.0f}",
        words.VIA_LABELS[call.via],
        call.lang,
        words.OUTCOME_LABELS[call.outcome],
        words.reason_label(call.reason),
        row.question,
        " ".join(row.faq_ids),
        "" if row.confidence is None else f"{row.confidence:.2f}",
        "・".join(row.flags),
        "・".join(VERDICT_LABELS.get(cast(Any, verdict), verdict) for verdict in row.verdicts),
    ]
