"""通訳: operator and citizen turn by turn; the Japanese original stays beside every translation. Nothing is stored."""

from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.routes.interpreting import interpreted
from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.context import Staff
from api.web.staff.sent import Form
from knowledge.domain import LANGUAGES
from knowledge.errors import InvalidInput, MadoguchiError, Unavailable
from knowledge.faq.labels import LANG_LABELS
from knowledge.language.interpreting import Interpreted

Operator = Annotated[Principal, requires(Permission.ASSIST_USE)]
FOREIGN = {lang: LANG_LABELS[lang] for lang in LANGUAGES if lang != "ja"}


def interpreting_page_router(staff: Staff, router: APIRouter) -> APIRouter:
    @router.get("/interpreting")
    def page(request: Request, who: Operator) -> Response:
        return _page(staff, request)

    @router.post("/interpreting")
    def turn(request: Request, who: Operator, form: Form) -> Response:
        """With JavaScript one more turn above the others; without it a page that shows this turn."""
        lang, text = form.text("lang"), form.text("text")
        citizen = form.text("speaker") == "citizen"
        made: Interpreted | None = None
        error: MadoguchiError | None = None
        try:
            if lang not in FOREIGN:
                raise InvalidInput("相手の言語を選んでください。")
            source, target = (lang, "ja") if citizen else ("ja", lang)
            made = interpreted(staff.services, text, source, target)
        except (InvalidInput, Unavailable) as refused:
            error = refused
        template = "interpreting_turn.html" if "hx-request" in request.headers else "interpreting.html"
        # htmx shows only what came back well: a refusal is shown like a turn.
        status = error.status if error and template == "interpreting.html" else 200
        return _page(staff, request, template, status, made=made, error=error, lang=lang, citizen=citizen, text=text)

    return router


def _page(
    staff: Staff,
    request: Request,
    template: str = "interpreting.html",
    status: int = 200,
    *,
    made: Interpreted | None = None,
    error: MadoguchiError | None = None,
    lang: str = "en",
    citizen: bool = True,
    text: str = "",
) -> Response:
    return staff.pages.page(
        request,
        template,
        status,
        made=made,
        error=error,
        lang=lang,
        citizen=citizen,
        text=text if error else "",
        languages=FOREIGN,
        available=staff.services.interpreter.available(),
        why_not=staff.services.language.notice("interpreting") or "言語モデルは設定されていません。",
    )
