"""Quality of calls: the sheets of a period with what is missed and how far person and machine agree; one sheet beside its
transcript, where a supervisor agrees or corrects. Operators see their own only."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.security.declare import requires
from api.security.permissions import Permission
from api.security.principal import Principal
from api.web.staff.days import Day, days_asked
from api.web.staff.desk.context import QUALITY, DeskPages, RecordId
from api.web.staff.downloads import CSV, download
from api.web.staff.notices import see
from api.web.staff.sent import Form, Sent
from desk.quality.csv_file import agreement_csv, sheets_csv
from desk.quality.model import MARK_LABELS, Mark, ScoredCall
from desk.quality.rows import SheetFilter
from desk.quality.service import Said
from knowledge.errors import MadoguchiError, NotFound
from knowledge.faq.periods import Period

Reader = Annotated[Principal, requires(Permission.QUALITY_READ)]
Reviewer = Annotated[Principal, requires(Permission.QUALITY_REVIEW)]
Text = Annotated[str, Query(max_length=128)]
Reviewed = Annotated[Literal["", "yes", "no"], Query()]
_DEFAULT_DAYS = 7
_SHOWN = 200
_MOST_IN_FILE = 20_000
_REVIEWED = {"yes": "確認した", "no": "まだ"}
_MARK_OF: dict[str, Mark] = {one: one for one in get_args(Mark)}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which sheets are asked for, as it stands in the address."""

    first: Day = None
    last: Day = None
    operator: Text = ""
    missed: Text = ""
    reviewed: Reviewed = ""

    def period(self, today: date) -> Period:
        return days_asked(self.first, self.last, today, _DEFAULT_DAYS)

    def filter(self, period: Period, who: Principal) -> SheetFilter:
        operator = self.operator.strip() if sees_all(who) else who.who
        reviewed = {"": None, "yes": True, "no": False}[self.reviewed]
        return SheetFilter(period.begins_at, period.ends_at, operator, self.missed, reviewed)


WantedOf = Annotated[Wanted, Depends()]


def sees_all(who: Principal) -> bool:
    """Who answers for the centre or watches over it; an operator sees the own calls only."""
    return who.may(Permission.REPORT_READ)


def quality_router(screens: DeskPages, router: APIRouter) -> APIRouter:
    _add_list(screens, router)
    _add_sheet(screens, router)
    return router


def _add_list(screens: DeskPages, router: APIRouter) -> None:
    quality, clock = screens.desk.quality, screens.services.clock

    @router.get("/quality")
    def sheets(request: Request, who: Reader, wanted: WantedOf) -> Response:
        period = wanted.period(clock.today())
        chosen = wanted.filter(period, who)
        figures = quality.figures(chosen)
        titles = {one.item_id: one.title for one in quality.sheet.items}
        context: dict[str, Any] = {
            "rows": quality.find(chosen, _SHOWN),
            "figures": figures,
            "most": _MOST_IN_FILE,
            "period": period,
            "wanted": wanted,
            "all": sees_all(who),
            "items": titles | {one.item_id: one.title for one in figures.items},
            "reviewed": _REVIEWED,
            "query": request.url.query,
        }
        return screens.pages.page(request, "desk/quality.html", **context)

    @router.get("/quality-file")
    def file(who: Reviewer, wanted: WantedOf) -> Response:
        found = quality.find(wanted.filter(wanted.period(clock.today()), who), _MOST_IN_FILE)
        return download(sheets_csv(found), "対応品質", clock.today(), "csv", CSV)

    @router.get("/quality-agreement-file")
    def agreement(who: Reviewer, wanted: WantedOf) -> Response:
        found = quality.figures(wanted.filter(wanted.period(clock.today()), who))
        return download(agreement_csv(found), "採点の一致", clock.today(), "csv", CSV)


def _add_sheet(screens: DeskPages, router: APIRouter) -> None:
    quality = screens.desk.quality

    @router.get("/quality/{record_id}")
    def sheet(
        request: Request, who: Reader, record_id: RecordId, blind: Annotated[Literal["", "1"], Query()] = ""
    ) -> Response:
        found = _visible(quality.of_record(record_id), who)
        return _page(screens, request, who, found, bool(blind))

    @router.post("/quality/{record_id}")
    def review(request: Request, who: Reviewer, record_id: RecordId, form: Form) -> Response:
        found = _visible(quality.of_record(record_id), who)
        said, blind = _said(found, form), form.flag("blind")
        try:
            quality.review(record_id, said, form.text("version"), who.who, blind)
        except NotFound:
            raise
        except MadoguchiError as error:
            return _page(screens, request, who, found, blind, said, error)
        return see(f"{QUALITY}/{record_id}", "quality_reviewed")

    @router.post("/quality/{record_id}/again")
    def again(who: Reviewer, record_id: RecordId) -> Response:
        quality.mark_again(record_id, who.who)
        return see(f"{QUALITY}/{record_id}", "quality_marked_again")


def _page(
    screens: DeskPages,
    request: Request,
    who: Principal,
    found: ScoredCall,
    blind: bool,
    said: Mapping[str, Said] | None = None,
    error: MadoguchiError | None = None,
) -> Response:
    """The sheet of one call; after a refusal with what was sent. `blind`: without the machine's marks, before the first
    review."""
    quality = screens.desk.quality
    screens.desk.records.get(found.record_id)
    may = who.may(Permission.QUALITY_REVIEW)
    context: dict[str, Any] = {
        "found": found,
        "said": said or {one.item_id: Said(one.person, one.reason) for one in found.marks},
        "turns": quality.transcript(found.call_id),
        "labels": MARK_LABELS,
        "stale": found.version != quality.sheet.version,
        "may_review": may,
        "blind": blind and may and found.reviewed_at is None,
    }
    status = error.status if error else 200
    return screens.pages.page(request, "desk/quality_sheet.html", status, error=error, **context)


def _visible(found: ScoredCall | None, who: Principal) -> ScoredCall:
    """Another's sheet is as good as none."""
    if found is None or not (sees_all(who) or found.operator == who.who):
        raise NotFound("この応対の評価表は見つかりません。")
    return found


def _said(found: ScoredCall, form: Sent) -> dict[str, Said]:
    """「残りは自動の採点どおり」 fills in what was left open."""
    rest = form.flag("rest")
    said = {}
    for one in found.marks:
        mark = _MARK_OF.get(form.text(f"mark-{one.item_id}"))
        said[one.item_id] = Said(mark or (one.machine if rest else None), form.text(f"reason-{one.item_id}"))
    return said
