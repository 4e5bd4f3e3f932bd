"""What really happened, by channel: the voicebot's calls and the web's questions, in the same nested rates."""

from dataclasses import dataclass

from api.voice.review.call_list import CallList
from api.voice.review.figures import BotFigures, bot_figures, web_figures
from knowledge.bootstrap import Services
from knowledge.faq.audited import judged
from knowledge.faq.periods import Period
from knowledge.faq.web_outcomes import web_outcomes


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    label: str
    unit: str
    figures: BotFigures


def production_figures(services: Services, period: Period) -> list[ChannelFigures]:
    """Voice and web; RPT-17 wants each with n and interval."""
    return [
        ChannelFigures("自動音声", "通話", voice_figures(services, period)),
        ChannelFigures("公開ページ", "質問", _web(services, period)),
    ]


def voice_figures(services: Services, period: Period) -> BotFigures:
    outcomes, outside = CallList(services.db).outcomes(period)
    with services.db.read() as conn:
        return bot_figures(outcomes, outside, judged(conn, period, "voice"))


def _web(services: Services, period: Period) -> BotFigures:
    services.usage_log.flush()
    with services.db.read() as conn:
        return web_figures(web_outcomes(conn, period), judged(conn, period, "web"))
