"""The public pages: `/`, one page for each FAQ, suggestions while typing, 「解決しましたか」. All work without JavaScript."""

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, FastAPI, Form, Query, Request
from starlette.responses import Response

from api import asking
from api.doors import Doors
from api.routes.fields import MAX_CHARS
from api.security.declare import declare_path, public, requires
from api.security.permissions import Permission
from api.security.principal import principal_of
from api.web import shelves
from api.web.pages import STATIC, CachedStaticFiles, render
from api.web.voice.pages import voice_words
from api.web.words import known_language
from knowledge.domain import SearchQuery
from knowledge.errors import InvalidInput, NotFound
from knowledge.text.language import detect_language
from knowledge.text.normalise import clean

QueryWord = Annotated[str, Query(max_length=MAX_CHARS * 2)]
Lang = Annotated[str, Query(max_length=8)]
QueryField = Annotated[str, Form(max_length=MAX_CHARS * 2)]
LangField = Annotated[str, Form(max_length=8)]
_ASK = [requires(Permission.ANSWER_USE)]
_SUGGESTIONS = 6


def add_public_site(app: FastAPI, doors: Doors) -> None:
    app.mount("/static", CachedStaticFiles(directory=STATIC), name="static")
    declare_path(app, "/static", public())
    app.include_router(public_router(doors))


def public_router(doors: Doors) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    _add_search(router, doors)
    _add_faq(router, doors)
    _add_feedback(router, doors)
    return router


def _add_search(router: APIRouter, doors: Doors) -> None:
    @router.get("/", dependencies=_ASK)
    def home(request: Request, q: QueryWord = "", lang: Lang = "", category: QueryWord = "") -> Response:
        """`q` in the address is for links from other pages; our own form sends it in the body."""
        return page(request, q, lang, category)

    @router.post("/", dependencies=_ASK)
    def ask(request: Request, q: QueryField = "", lang: LangField = "") -> Response:
        return page(request, q, lang, "")

    def page(request: Request, q: str, lang: str, category: str) -> Response:
        shown = known_language(lang)
        shelf = shelves.shelf(doors, shown)
        voice_title = voice_words(shown)["title"] if doors.phone.settings.enabled else ""
        context = {
            "lang": shown,
            "q": _without_personal_data(doors, q),
            "category": category,
            "categories": shelf.categories,
            "voice_title": voice_title,
        }
        if q.strip():
            return _answered(request, doors, q, shown, context)
        if category:
            return render(request, "category.html", {**context, "entries": shelf.entries(category)})
        return render(request, "home.html", {**context, "popular": shelf.popular})

    @router.post("/suggest", dependencies=_ASK)
    def suggest(request: Request, q: QueryField = "", lang: LangField = "") -> Response:
        """A piece of HTML while somebody types. Half-typed words are looked up and never written down."""
        shown = known_language(lang)
        text = doors.services.redactor.redact(clean(q)[:MAX_CHARS]).text
        asked = SearchQuery(text, _SUGGESTIONS, lang=_language(text, shown), channel="web")
        hits = doors.services.retriever.search(asked).hits if text.strip() else ()
        return render(request, "suggest.html", {"lang": shown, "hits": hits})


def _without_personal_data(doors: Doors, q: str) -> str:
    """What the form shows again: a number somebody typed does not come back out."""
    return str(doors.services.redactor.redact(clean(q)[:MAX_CHARS]).text)


def _answered(request: Request, doors: Doors, q: str, shown: str, context: Mapping[str, object]) -> Response:
    try:
        given = asking.answer(doors, principal_of(request), q, "web", _language(q, shown))
    except InvalidInput as error:
        return render(request, "home.html", {**context, "problem": error.message, "popular": ()}, status_code=422)
    found = shelves.published_on(doors, given.answer) if given.answer else None
    used = given.answer.faq_id if given.answer else ""
    others = [hit for hit in given.candidates if hit.entry.faq_id != used]
    return render(request, "answer.html", {**context, "given": given, "published_on": found, "others": others})


def _language(text: str, shown: str) -> str:
    """What was typed decides on the Japanese page and wherever kana is typed; else the chosen page does, because a
    few words are not enough to tell Chinese from Japanese or Portuguese from English."""
    found = detect_language(text)
    return found if shown == "ja" or (found == "ja" and shelves.has_kana(text)) else shown


def _add_faq(router: APIRouter, doors: Doors) -> None:
    @router.get("/faq/{faq_id}", dependencies=_ASK)
    def faq_page(
        request: Request, faq_id: str, lang: Lang = "", answer_id: Annotated[str, Query(max_length=64)] = ""
    ) -> Response:
        shown = known_language(lang)
        shelf = shelves.shelf(doors, shown)
        entry = shelf.entry(faq_id) or shelves.shelf(doors, "ja").entry(faq_id)
        if entry is None:
            raise NotFound("このご質問は、いまは公開していません。ほかの言葉で検索してください。")
        doors.services.usage_log.record_view(entry.faq_id, "web")
        context = {
            "lang": shown,
            "entry": entry,
            "published_on": shelves.published_on(doors, entry),
            "related": shelves.related(doors, entry),
            "answer_id": answer_id,
            "q": "",
        }
        return render(request, "faq.html", context)


def _add_feedback(router: APIRouter, doors: Doors) -> None:
    @router.post("/feedback", dependencies=_ASK)
    def feedback(
        request: Request,
        verdict: Annotated[Literal["resolved", "not_resolved"], Form()],
        faq_id: Annotated[str, Form(max_length=64)],
        version: Annotated[int, Form(ge=0, le=2**31 - 1)] = 0,
        answer_id: Annotated[str, Form(max_length=64)] = "",
        lang: Annotated[str, Form(max_length=8)] = "",
    ) -> Response:
        shown = known_language(lang)
        entry = shelves.shelf(doors, shown).entry(faq_id) or shelves.shelf(doors, "ja").entry(faq_id)
        if entry is None:
            raise NotFound("このご質問は、いまは公開していません。")
        doors.metrics.feedback(verdict)
        doors.services.usage_log.record_feedback(
            verdict, "web", asking.safe_id(doors, answer_id), entry.faq_id, version
        )
        context = {"lang": shown, "resolved": verdict == "resolved", "q": ""}
        part = request.headers.get("x-part") == "1"
        return render(request, "thanks_part.html" if part else "thanks.html", context)
