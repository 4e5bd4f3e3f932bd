"""The one query behind every figure of the evaluation sheets: the database adds up, a few hundred rows come back."""

from sqlalchemy import Connection, case, func, select

from desk.quality.figures import MarkCount, QualityFigures, SheetCounts, quality_figures
from desk.quality.rows import SheetFilter, conditions
from knowledge.store.desk_tables import desk_quality_marks, desk_quality_sheets

_SHEETS, _MARKS = desk_quality_sheets.c, desk_quality_marks.c


def figures_of(conn: Connection, chosen: SheetFilter) -> QualityFigures:
    """Over all sheets that are meant, however many."""
    calls, reviewed = conn.execute(
        select(func.count(), func.count(_SHEETS.reviewed_at))
        .select_from(desk_quality_sheets)
        .where(*conditions(chosen))
    ).one()
    scores, corrected = _scores(conn, chosen)
    return quality_figures(SheetCounts(calls, reviewed, corrected, scores, _marks(conn, chosen)))


def _scores(conn: Connection, chosen: SheetFilter) -> tuple[dict[tuple[int, int], int], int]:
    """How many sheets have which score, and how many a person corrected."""
    counts = func.coalesce(_MARKS.person, _MARKS.machine)
    by_sheet = (
        select(
            func.sum(case((counts == "met", _MARKS.weight), else_=0)).label("met"),
            func.sum(case((counts != "none", _MARKS.weight), else_=0)).label("whole"),
            func.max(case((_MARKS.person != _MARKS.machine, 1), else_=0)).label("corrected"),
        )
        .join_from(desk_quality_sheets, desk_quality_marks, _MARKS.record_id == _SHEETS.record_id)
        .where(*conditions(chosen))
        .group_by(_SHEETS.record_id)
        .subquery()
    )
    found = by_sheet.c
    wanted = select(found.met, found.whole, func.count(), func.sum(found.corrected)).group_by(found.met, found.whole)
    rows = conn.execute(wanted).all()
    return {(met, whole): number for met, whole, number, _ in rows}, sum(corrected for *_, corrected in rows)


def _marks(conn: Connection, chosen: SheetFilter) -> list[MarkCount]:
    kinds = (_MARKS.item_id, _MARKS.title, _MARKS.machine, _MARKS.person)
    wanted = (
        select(*kinds, func.count(), func.max(_SHEETS.received_at))
        .join_from(desk_quality_sheets, desk_quality_marks, _MARKS.record_id == _SHEETS.record_id)
        .where(*conditions(chosen))
        .group_by(*kinds)
    )
    return [MarkCount(*row) for row in conn.execute(wanted)]
