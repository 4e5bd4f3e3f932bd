"""Between the wish to publish and the publication: the test questions it touches run, and what breaks is shown."""

from collections.abc import Callable

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.publication import Decision, decide, record
from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.callers import FaqId, Lang, PlainId, Reader
from api.web.staff.context import Staff
from api.web.staff.notices import see
from api.web.staff.sent import Sent
from eval.publication import Check, PublicStep, Wish
from knowledge.errors import InvalidInput, MadoguchiError, Problem
from knowledge.text.normalise import clean

PATH = "/staff/publication"
STEP_WORDS: dict[PublicStep, str] = {
    "approve": "承認する", "publish": "公開する", "retire": "廃止する", "rollback": "この版に戻す",
}  # fmt: skip


def publication_router(staff: Staff, router: APIRouter) -> APIRouter:
    @router.get("/publication/{check_id}")
    def check_page(request: Request, who: Reader, check_id: PlainId) -> Response:
        check = staff.evals.checks.get(check_id, who.who)
        if "hx-request" in request.headers:
            if not check.running:
                return Response(status_code=204, headers={"HX-Refresh": "true"})
            return staff.pages.page(request, "publication_progress.html", check=check)
        return _page(staff, request, who, check)

    @router.get("/faqs/{faq_id}/{lang}/impact")
    def impact(request: Request, who: Reader, faq_id: FaqId, lang: Lang, check: str = "") -> Response:
        """What publishing the working copy would do; loaded into the page of an FAQ that waits for it."""
        key = (faq_id, lang)
        wish = Wish("approve", key, staff.services.faqs.get(*key).revision, who.who)
        found = staff.evals.checks.latest(wish) or staff.evals.checks.begin(
            wish, staff.services.settings.publishing.patience_secs
        )
        template = "publication_impact.html" if "hx-request" in request.headers else "publication_impact_page.html"
        return staff.pages.page(request, template, check=found, impact=found.found, error=None, here=path_of(key))

    return router


def path_of(key: tuple[str, str]) -> str:
    return f"/staff/faqs/{key[0]}/{key[1]}"


def checked(
    staff: Staff, request: Request, who: Principal, form: Sent, wish: Wish, go: Callable[[], Response]
) -> Response:
    """`go` at once where nothing breaks or a person has decided; else the page that shows what breaks."""
    mode = staff.services.settings.publishing.check
    if mode == "off":
        return go()
    check = staff.evals.checks.passed(form.text("check"), wish)
    if check is None:
        check = staff.evals.checks.begin(wish, staff.services.settings.publishing.patience_secs)
        return go() if check.quiet else see(f"{PATH}/{check.check_id}")
    reason = staff.services.redactor.redact(clean(form.text("override"))[:500]).text
    decision = decide(mode, check, form.flag("confirm"), reason, who)
    if decision is Decision.GO:
        record(staff.services, check, reason)
        return go()
    field, text = {
        Decision.CONFIRM: ("confirm", "内容を確かめたら、確認の欄にチェックを入れてください。"),
        Decision.REASON: ("override", "公開する理由を書いてください。"),
        Decision.REFUSE: ("override", "公開を止める設定のため、この役割では公開できません。"),
    }[decision]
    return _page(staff, request, who, check, InvalidInput(text, [Problem(text, column=field)]))


def _page(
    staff: Staff, request: Request, who: Principal, check: Check, error: MadoguchiError | None = None
) -> Response:
    blocked = staff.services.settings.publishing.check == "block" and check.breaks
    return staff.pages.page(
        request,
        "publication.html",
        error.status if error else 200,
        error=error,
        problems={p.column: [p.message] for p in error.problems} if error else {},
        check=check,
        impact=check.found,
        entry=staff.services.faqs.get(*check.wish.key).entry,
        base=path_of(check.wish.key),
        verb=STEP_WORDS[check.wish.step],
        blocked=blocked,
        may_override=who.may(Permission.FAQ_OVERRIDE),
    )
