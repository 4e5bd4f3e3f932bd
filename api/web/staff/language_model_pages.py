"""言語モデル: what it is used for, what it costs, what went wrong, and the switch that stops it at once."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.context import Staff
from api.web.staff.notices import see
from api.web.staff.sent import Form
from knowledge.bootstrap import Services
from knowledge.language.model import FEATURE_LABELS

PATH = "/staff/language-model"
Manager = Annotated[Principal, requires(Permission.SETTINGS_EDIT)]
_DAYS = 31
_MOST_NAMED = 5
_BREAKER = {"closed": "正常", "open": "休止中（続けて失敗したため）", "half_open": "再開を試しています"}
_LIMITS = {
    "tokens_per_day": "1日のトークン数",
    "tokens_per_month": "1か月のトークン数",
    "yen_per_day": "1日の金額（円）",
    "yen_per_month": "1か月の金額（円）",
}
_KINDS = {
    "rate_limited": "回数の制限",
    "server": "相手のエラー",
    "disconnected": "接続できない・切れた",
    "timeout": "時間切れ",
    "refused": "相手が断った",
    "malformed": "読み取れない返事",
    "egress": "許可していない送信先",
}


def language_model_page_router(staff: Staff, router: APIRouter) -> APIRouter:
    language, clock, openings = staff.services.language, staff.services.clock, staff.services.openings

    @router.get("/language-model")
    def page(request: Request, who: Manager) -> Response:
        chosen = openings.chosen
        return shown(request, chosen.categories, "\n".join(sorted(chosen.faq_ids)))

    def shown(
        request: Request, categories: Collection[str], faq_ids: str, problems: Mapping[str, list[str]] | None = None
    ) -> Response:
        today, state = clock.today(), language.state()
        used = {
            "tokens_per_day": state.today.tokens,
            "tokens_per_month": state.month.tokens,
            "yen_per_day": state.today.cost_yen,
            "yen_per_month": state.month.cost_yen,
        }
        return staff.pages.page(
            request,
            "language_model.html",
            422 if problems else 200,
            state=state,
            usage=language.meter.by_day(today - timedelta(days=_DAYS - 1), today),
            days=_DAYS,
            features=FEATURE_LABELS,
            breaker=_BREAKER[state.breaker],
            kinds=_KINDS,
            failures=[(datetime.fromisoformat(one.at), one) for one in state.failures],
            budgets=[(_LIMITS[name], used[name], limit) for name, limit in state.limits.items()],
            fixed=openings.fixed,
            categories=_categories(staff.services),
            opened=categories,
            faq_ids=faq_ids,
            problems=problems or {},
        )

    @router.post("/language-model/switch")
    def switch(request: Request, who: Manager, form: Form) -> Response:
        on = form.text("on") == "1"
        language.turn(on, who.who)
        return see(PATH, "llm_on" if on else "llm_off")

    @router.post("/language-model/citizens")
    def citizens(request: Request, who: Manager, form: Form) -> Response:
        categories, named = form.texts("category"), re.split(r"[\s,、，]+", form.text("faq_ids").strip())
        faq_ids = [one for one in dict.fromkeys(named) if one]
        known = {faq_id for faq_id, _ in staff.services.faqs.state().hashes}
        unknown = [one for one in faq_ids if one not in known and one not in openings.chosen.faq_ids]
        if unknown:
            wrong = f"公開中のFAQに {'、'.join(unknown[:_MOST_NAMED])} はありません。FAQ番号を確認してください。"
            return shown(request, categories, form.text("faq_ids"), {"faq_ids": [wrong]})
        openings.choose(set(categories) & set(_categories(staff.services)), faq_ids, who.who)
        return see(PATH, "llm_citizens")

    return router


def _categories(services: Services) -> list[str]:
    """大分類 of what is published, and those opened before."""
    published = {entry.category for entry in services.faqs.published() if entry.category and entry.lang == "ja"}
    return sorted(published | services.openings.chosen.categories)
