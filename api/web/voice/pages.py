"""`/voice`: a citizen asks by voice, by key or in writing. The call itself runs over `WS /v1/voice/browser`."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from api.doors import Doors
from api.security.declare import requires
from api.security.permissions import Permission
from api.web.pages import render
from api.web.words import known_language
from voicebot.status import VoiceStatus

_WORDS = Path(__file__).with_name("words.toml")
_SCRIPT_WORDS = (
    "connecting", "listening", "speaking", "typing_only", "ended", "lost", "you", "bot", "mute", "unmute",
    "microphone_denied", "read_more", "key_pressed", "again", "start",
)  # fmt: skip


def voice_page_router(doors: Doors) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/voice", dependencies=[requires(Permission.ANSWER_USE)])
    def voice_page(request: Request, lang: Annotated[str, Query(max_length=8)] = "") -> Response:
        shown = known_language(lang)
        words, status, enabled = voice_words(shown), doors.phone.status(), doors.phone.settings.enabled
        context: dict[str, Any] = {
            "lang": shown,
            "voice": words,
            "enabled": enabled,
            "speaking": enabled and status.speaking and status.runtime,
            "hearing": enabled and status.hearing,
            "notice": _notice(words, status, enabled, shown),
            "script_words": {name: words[name] for name in _SCRIPT_WORDS},
        }
        return render(request, "voice/page.html", context)

    return router


@cache
def voice_words(lang: str) -> Mapping[str, str]:
    """The words of this page in one language."""
    found: dict[str, dict[str, str]] = tomllib.loads(_WORDS.read_text(encoding="utf-8"))
    return found[lang]


def _notice(words: Mapping[str, str], status: VoiceStatus, enabled: bool, lang: str) -> str:
    """What does not work now, and what happens instead."""
    if not enabled:
        return words["off"]
    if not status.speaking or not status.runtime:
        return words["no_voice"]
    if not status.hearing:
        return words["no_hearing"]
    return words["japanese_voice"] if lang not in ("ja", *status.languages) else ""
