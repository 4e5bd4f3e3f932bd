"""言語モデル: what it is used for, what it costs, what went wrong, and the switch that stops it at once."""

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
from knowledge.language.model import FEATURE_LABELS

PATH = "/staff/language-model"
Manager = Annotated[Principal, requires(Permission.SETTINGS_EDIT)]
_DAYS = 31
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
    language, clock = staff.services.language, staff.services.clock

    @router.get("/language-model")
    def page(request: Request, who: Manager) -> Response:
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
            state=state,
            usage=language.meter.by_day(today - timedelta(days=_DAYS - 1), today),
            days=_DAYS,
            features=FEATURE_LABELS,
            breaker=_BREAKER[state.breaker],
            kinds=_KINDS,
            failures=[(datetime.fromisoformat(one.at), one) for one in state.failures],
            budgets=[(_LIMITS[name], used[name], limit) for name, limit in state.limits.items()],
            settings=staff.services.settings.llm,
        )

    @router.post("/language-model/switch")
    def switch(request: Request, who: Manager, form: Form) -> Response:
        on = form.text("on") == "1"
        language.turn(on, who.who)
        return see(PATH, "llm_on" if on else "llm_off")

    return router
