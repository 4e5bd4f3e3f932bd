"""What really happened, by channel: the voicebot's calls and the web's questions, in the same nested rates."""

from dataclasses import dataclass
from datetime import timedelta

from eval.production_rates import BotFigures, bot_figures, web_figures
from knowledge.bootstrap import Services
from knowledge.faq.audited import judged
from knowledge.faq.periods import Period
from knowledge.faq.web_outcomes import web_outcomes
from voicebot.counted import outcomes

_DAYS = 90


@dataclass(frozen=True, slots=True)
class ChannelFigures:
    label: str
    unit: str
    figures: BotFigures


@dataclass(frozen=True, slots=True)
class Production:
    """The figures of the last days, for a page that is read later."""

    period: Period
    channels: tuple[ChannelFigures, ...]


def lately(services: Services) -> Production:
    """The last 90 days, today included."""
    today = services.clock.today()
    period = Period(today - timedelta(days=_DAYS - 1), today)
    return Production(period, tuple(production_figures(services, period)))


def production_figures(services: Services, period: Period) -> list[ChannelFigures]:
    """Voice and web; RPT-17 wants each with n and interval."""
    return [
        ChannelFigures("自動音声", "通話", voice_figures(services, period)),
        ChannelFigures("公開ページ", "質問", _web(services, period)),
    ]


def voice_figures(services: Services, period: Period) -> BotFigures:
    with services.db.read() as conn:
        ended, outside = outcomes(conn, period)
        return bot_figures(ended, outside, judged(conn, period, "voice"))


def _web(services: Services, period: Period) -> BotFigures:
    services.usage_log.flush()
    with services.db.read() as conn:
        return web_figures(web_outcomes(conn, period), judged(conn, period, "web"))
