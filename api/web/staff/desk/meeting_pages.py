"""The draft of the monthly meeting's material (RPT-12): figures of the desk, gaps of the FAQ, results of the evaluation."""

from fastapi import APIRouter
from starlette.responses import Response

from api.web.staff.days import Day, day_or_today
from api.web.staff.desk.context import DeskPages, ReportReader
from api.web.staff.downloads import DOCX, download
from desk.reports.periods import report_period
from eval.production import production_figures
from eval.report import plain_words
from eval.runs import RunFolder
from knowledge.bootstrap import Services
from knowledge.clock import JST, day_text
from knowledge.faq.periods import Period
from knowledge.text.percent import percent


def meeting_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    services = screens.services

    @router.get("/meeting-material")
    def material(who: ReportReader, day: Day = None) -> Response:
        month = report_period("monthly", day_or_today(day, services.clock.today()))
        data = screens.desk.reports.meeting(month.first, services.usage.gaps, quality_lines(services, month))
        return download(data, "定例会資料_案", month.first, "docx", DOCX)

    return router


def quality_lines(services: Services, month: Period) -> list[str]:
    """The newest evaluation up to the end of the month, and what really happened in it, in sentences."""
    folder = RunFolder(services.folder.root)
    whole = [about for about in folder.abouts(services.settings.city) if not about.partial]
    done = [about for about in whole if about.at.astimezone(JST).date() <= month.last]
    lines = []
    if done:
        about = done[-1]
        lines.append(f"テスト質問での評価（{day_text(about.at.astimezone(JST))}、{about.cases:,}問）")
        lines += plain_words(folder.load(about.run_id).summary, None)
    for channel in production_figures(services, month):
        lines += [
            f"{channel.label}の{one.name}　{percent(one.rate.value)}"
            f"（{one.rate.hits:,}／{one.rate.total:,}{channel.unit}、95％信頼区間 {percent(one.rate.low)}〜{percent(one.rate.high)}）"
            for one in channel.figures.rates
            if one.rate.total
        ]
    return lines
