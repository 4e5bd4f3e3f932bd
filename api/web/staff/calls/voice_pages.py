"""The voice itself: what works, the emergency announcement, the reading dictionary with a listen button."""

import asyncio
from typing import Any

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from api.web.staff.calls.context import CallDesk, CallReader, VoiceManager
from api.web.staff.calls.wording_pages import filled
from api.web.staff.notices import see
from api.web.staff.sent import Form
from knowledge.errors import InvalidInput, MadoguchiError, Problem, Unavailable
from knowledge.faq.labels import LANG_LABELS
from knowledge.store.audit import AuditLog
from knowledge.text.normalise import clean
from voicebot.speech import dictionary

PATH = "/staff/voice"
MAX_ANNOUNCEMENT_CHARS = 300
MAX_TRIAL_CHARS = 300
_TRIAL_SECS = 30.0


def voice_router(desk: CallDesk, router: APIRouter) -> APIRouter:
    _add_state(desk, router)
    _add_dictionary(desk, router)
    return router


def _add_state(desk: CallDesk, router: APIRouter) -> None:
    @router.get("/voice")
    def voice_page(request: Request, who: CallReader) -> Response:
        return _page(desk, request)

    @router.post("/voice/emergency")
    def emergency(request: Request, who: VoiceManager, form: Form) -> Response:
        """An empty text switches the announcement off."""
        text = desk.services.redactor.redact(clean(form.text("announcement")).strip()).text
        if len(text) > MAX_ANNOUNCEMENT_CHARS:
            message = f"緊急案内は{MAX_ANNOUNCEMENT_CHARS}文字以内で入力してください。"
            error = InvalidInput(message, [Problem(message, column="announcement")])
            return _page(desk, request, error, announcement=form.text("announcement"))
        desk.phone.bot.set_emergency(text)
        _note(desk, who.who, "voice.emergency", {"outcome": "on" if text else "off"})
        return see(PATH, "emergency_on" if text else "emergency_off")


def _add_dictionary(desk: CallDesk, router: APIRouter) -> None:
    @router.post("/voice/dictionary")
    async def save(request: Request, who: VoiceManager, form: Form) -> Response:
        try:
            kept = dictionary.read_csv(form.text("dictionary").replace("\r\n", "\n"))
            await run_in_threadpool(desk.phone.bot.voice.set_city_words, kept)
        except (InvalidInput, Unavailable) as error:
            return await run_in_threadpool(_page, desk, request, error, typed=form.text("dictionary"))
        await run_in_threadpool(_note, desk, who.who, "voice.dictionary", {"rows": len(kept)})
        return see(PATH, "dictionary_saved")

    @router.post("/voice/listen")
    async def listen(request: Request, who: VoiceManager, form: Form) -> Response:
        """The sentence as callers hear it."""
        lang = form.text("lang") or "ja"
        text = clean(form.text("sentence") or form.text("text")).strip()[:MAX_TRIAL_CHARS]
        if form.text("name") and lang in LANG_LABELS:
            text = filled(desk.phone.bot.texts(), lang, form.text("name"), text)
        if not text:
            raise InvalidInput("読み上げる文を入力してください。", [Problem("入力してください。", column="sentence")])
        try:
            sound = await asyncio.wait_for(desk.phone.bot.voice.listen(text, lang), _TRIAL_SECS)
        except TimeoutError as exc:
            raise Unavailable("読み上げに時間がかかっています。少し待ってからお試しください。") from exc
        return Response(sound, media_type="audio/wav")


def _note(desk: CallDesk, who: str, action: str, detail: dict[str, Any]) -> None:
    with desk.services.db.begin() as conn:
        AuditLog(desk.services.clock).append(conn, who, action, "voice", detail)


def _page(
    desk: CallDesk, request: Request, error: MadoguchiError | None = None, announcement: str = "", typed: str = ""
) -> Response:
    bot = desk.phone.bot
    context: dict[str, Any] = {
        "voice": desk.phone.status(),
        "settings": desk.phone.settings,
        "announcement": announcement or bot.emergency,
        "dictionary": typed or dictionary.to_csv(bot.voice.city_words()),
        "example": f"{desk.services.profile.centre.name}です。",
    }
    return desk.pages.page(request, "calls/voice.html", error.status if error else 200, error=error, **context)
