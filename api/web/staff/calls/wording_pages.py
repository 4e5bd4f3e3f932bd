"""The bot's own sentences: read, propose a wording, hear it, approve what somebody else proposed."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi import Path as InPath
from starlette.responses import Response

from api.web.staff.calls.context import CallDesk, CallReader, VoiceManager, WordingApprover
from api.web.staff.notices import see
from api.web.staff.sent import Form
from knowledge.errors import Conflict, Forbidden, InvalidInput, MadoguchiError, NotFound
from knowledge.faq.diff import text_diff
from knowledge.faq.labels import LANG_LABELS
from knowledge.text.normalise import clean
from voicebot.texts import Texts, allowed_fields
from voicebot.wording import MAX_CHARS, Proposal

PATH = "/staff/voice/wordings"
_NAMES = Path(__file__).with_name("wording_names.toml")
_MAX_COMMENT = 500
FIELD_LABELS = {
    "city_name": "市の名前",
    "centre_name": "窓口の名前",
    "centre_phone": "窓口の電話番号",
    "hours_text": "受付時間の文",
    "subject": "用件",
    "number": "番号",
    "label": "選択肢の言葉",
    "department": "担当の課",
    "phone": "電話番号",
    "ticket": "受付番号",
}
EXAMPLES = {
    "subject": "カードの更新", "number": "1", "label": "暗証番号を変えたい", "department": "税務課",
    "phone": "00-0000-5678", "ticket": "123",
}  # fmt: skip
Lang = Annotated[str, InPath(max_length=8)]
Name = Annotated[str, InPath(max_length=40)]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One line of the list."""

    name: str
    label: str
    text: str
    own: bool
    """The city's wording, not the shipped one."""
    waiting: Proposal | None


def wording_router(desk: CallDesk, router: APIRouter) -> APIRouter:
    _add_reading(desk, router)
    _add_changing(desk, router)
    return router


def _add_reading(desk: CallDesk, router: APIRouter) -> None:
    @router.get("/voice/wordings")
    def wordings(request: Request, who: CallReader, lang: Annotated[str, Query(max_length=8)] = "ja") -> Response:
        lang = lang if lang in LANG_LABELS else "ja"
        waiting = desk.phone.bot.wording.waiting()
        groups = _groups(desk, lang, waiting)
        context: dict[str, Any] = {
            "groups": groups,
            "lang": lang,
            "languages": LANG_LABELS,
            "labels": _labels(),
            "waiting": sorted(waiting.values(), key=lambda one: one.written_at),
        }
        return desk.pages.page(request, "calls/wordings.html", **context)

    @router.get("/voice/wordings/{lang}/{name}")
    def wording(request: Request, who: CallReader, lang: Lang, name: Name) -> Response:
        return _page(desk, request, lang, name)


def _add_changing(desk: CallDesk, router: APIRouter) -> None:
    @router.post("/voice/wordings/{lang}/{name}")
    def propose(request: Request, who: VoiceManager, lang: Lang, name: Name, form: Form) -> Response:
        try:
            desk.phone.bot.wording.propose(lang, name, form.text("text"), who.who)
        except InvalidInput as error:
            return _page(desk, request, lang, name, error, typed=form.text("text"))
        return see(f"{PATH}/{lang}/{name}", "wording_proposed")

    @router.post("/voice/wordings/{lang}/{name}/approve")
    def approve(request: Request, who: WordingApprover, lang: Lang, name: Name, form: Form) -> Response:
        self_approval = desk.services.settings.security.self_approval
        try:
            desk.phone.bot.wording.approve(form.text("wording"), who.who, self_approval=self_approval)
        except (Forbidden, Conflict) as error:
            return _page(desk, request, lang, name, error)
        desk.phone.bot.use_texts()
        return see(f"{PATH}/{lang}/{name}", "wording_approved")

    @router.post("/voice/wordings/{lang}/{name}/reject")
    def reject(request: Request, who: VoiceManager, lang: Lang, name: Name, form: Form) -> Response:
        comment = desk.services.redactor.redact(clean(form.text("comment")).strip()[:_MAX_COMMENT]).text
        try:
            desk.phone.bot.wording.reject(form.text("wording"), who.who, comment)
        except (InvalidInput, Conflict) as error:
            return _page(desk, request, lang, name, error)
        return see(f"{PATH}/{lang}/{name}", "wording_rejected")


def filled(texts: Texts, lang: str, name: str, template: str) -> str:
    """A wording as it will sound, with this city's facts and examples for what a call brings."""
    known = {**texts.facts[lang], **EXAMPLES}
    try:
        return template.format_map(known)
    except (ValueError, KeyError, IndexError, AttributeError):
        return template


def _groups(desk: CallDesk, lang: str, waiting: Mapping[tuple[str, str], Proposal]) -> dict[str, list[Sentence]]:
    texts, live = desk.phone.bot.texts(), desk.phone.bot.wording.live()
    return {
        group: [
            Sentence(name, label, texts.template(name, lang), (lang, name) in live, waiting.get((lang, name)))
            for name, label in names.items()
        ]
        for group, names in _names().items()
    }


def _page(
    desk: CallDesk, request: Request, lang: str, name: str, error: MadoguchiError | None = None, typed: str = ""
) -> Response:
    if lang not in LANG_LABELS or name not in _labels():
        raise NotFound("この文言はありません。")
    bot = desk.phone.bot
    history, texts = bot.wording.history(lang, name), bot.texts()
    now = texts.template(name, lang)
    waiting = next((one for one in history if one.state == "proposed"), None)
    context: dict[str, Any] = {
        "lang": lang,
        "name": name,
        "label": _labels()[name],
        "now": now,
        "sounds": filled(texts, lang, name, now),
        "fields": {field: FIELD_LABELS[field] for field in sorted(allowed_fields(name))},
        "waiting": waiting,
        "changes": text_diff(now, waiting.text, desk.surfaces) if waiting else (),
        "waiting_sounds": filled(texts, lang, name, waiting.text) if waiting else "",
        "history": history,
        "typed": typed or (waiting.text if waiting else now),
        "most": MAX_CHARS,
        "languages": LANG_LABELS,
        "own_allowed": desk.services.settings.security.self_approval,
        "spoken": lang in bot.voice.languages,
    }
    return desk.pages.page(request, "calls/wording.html", error.status if error else 200, error=error, **context)


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    found: dict[str, dict[str, str]] = tomllib.loads(_NAMES.read_text(encoding="utf-8"))
    return found


@cache
def _labels() -> Mapping[str, str]:
    return {name: label for names in _names().values() for name, label in names.items()}
