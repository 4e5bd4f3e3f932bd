"""A call to try out: the editor writes what a caller would say and sees every decision. Nothing is stored or counted.

The page keeps no state: each step plays the whole call again from its lines, which takes milliseconds.
"""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.web.staff.calls import words
from api.web.staff.calls.context import CallDesk, CallReader
from api.web.staff.sent import Form
from knowledge.faq.labels import LANG_LABELS
from knowledge.text.normalise import clean
from voicebot.dialogue.events import Started

MAX_LINES = 40
MAX_CHARS = 500
SITUATIONS = {
    "open": "受付時間内",
    "closed": "受付時間外",
    "overflow": "担当者が全員対応中",
    "keys": "聞き取りができない電話（キーだけ）",
}
KEYS = "1234567890"


def trial_router(desk: CallDesk, router: APIRouter) -> APIRouter:
    @router.get("/voice/trial")
    async def begin(request: Request, who: CallReader) -> Response:
        return await _page(desk, request, [], "open", "ja", proposed=False)

    @router.post("/voice/trial")
    async def go_on(request: Request, who: CallReader, form: Form) -> Response:
        situation = form.text("situation") if form.text("situation") in SITUATIONS else "open"
        lang = form.text("lang") if form.text("lang") in LANG_LABELS else "ja"
        return await _page(desk, request, _lines(form), situation, lang, proposed=form.flag("proposed"))

    return router


def _lines(form: Form) -> list[str]:
    """What was said before, and what is said now; 「やり直す」 keeps nothing, 「一つ戻る」 takes the last back."""
    if form.flag("again"):
        return []
    before = [clean(line)[:MAX_CHARS] for line in form.texts("line")]
    if form.flag("back"):
        return before[:-1]
    key, said = form.text("key"), clean(form.text("said")).strip()[:MAX_CHARS]
    # A sentence that begins with # is a sentence; only the buttons are keys and silence.
    now = f"#{key}" if len(key) == 1 and key in f"{KEYS}…" else said.lstrip("#＃")
    return [*before, now][:MAX_LINES] if now else before[:MAX_LINES]


async def _page(
    desk: CallDesk, request: Request, lines: list[str], situation: str, lang: str, *, proposed: bool
) -> Response:
    bot = desk.phone.bot
    waiting = {key: str(one.text) for key, one in bot.wording.waiting().items()}
    started = Started(
        open=situation != "closed",
        overflow=situation == "overflow",
        hearing=situation != "keys",
        screen=False,
        recorded=desk.phone.settings.recording.enabled,
        emergency=bot.emergency,
        lang=lang,
    )
    texts = bot.texts(waiting if proposed else None)
    detail = await bot.trial_call(lines, started, texts, desk.services.answerer)
    over = detail.call.reason not in ("caller",)
    context: dict[str, Any] = {
        "turns": detail.turns,
        "call": detail.call,
        "lines": lines,
        "over": over,
        "full": len(lines) >= MAX_LINES,
        "situation": situation,
        "situations": SITUATIONS,
        "lang": lang,
        "languages": LANG_LABELS,
        "proposed": proposed,
        "waiting": len(waiting),
        "words": words,
        "keys": KEYS,
    }
    return desk.pages.page(request, "calls/trial.html", **context)
