"""稼働率 by hand and by property."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from desk.kpi.availability import PlannedStop, Span, availability, without

START = datetime(2026, 11, 1, tzinfo=UTC)


def span(begins: int, ends: int) -> Span:
    return Span(START + timedelta(minutes=begins), START + timedelta(minutes=ends))


def test_by_hand() -> None:
    found = availability(
        [span(0, 1000)],
        [span(0, 400), span(410, 600), span(640, 1000)],
        [PlannedStop(span(590, 630), "入替え"), PlannedStop(span(700, 800), "使わなかった")],
    )
    assert [(gap.span, gap.planned, gap.reason) for gap in found.gaps] == [
        (span(400, 410), False, ""),
        (span(600, 630), True, "入替え"),
        (span(630, 640), False, ""),
    ]
    assert (found.planned_secs, found.down_secs) == (1800, 1200)
    assert found.percent == 97.938  # 950 of 970 minutes, cut off


def test_downtime_outside_the_promised_hours_does_not_count() -> None:
    assert availability([span(100, 200)], [span(100, 200)], []).percent == 100.0
    assert availability([span(100, 200)], [span(150, 900)], []).percent == 50.0
    assert availability([], [span(0, 9)], []).percent is None


def test_nearly_is_not_reached() -> None:
    month = 30 * 24 * 60
    assert availability([span(0, month)], [span(0, month - 44)], []).percent == 99.898


spans = st.lists(
    st.tuples(st.integers(0, 300), st.integers(1, 60)).map(lambda one: span(one[0], one[0] + one[1])), max_size=6
)


@given(spans, spans)
def test_every_minute_is_either_run_planned_or_down(ran: list[Span], planned: list[Span]) -> None:
    whole = [span(0, 400)]
    found = availability(whole, ran, [PlannedStop(one, "x") for one in planned])
    run_secs = whole[0].secs - sum(one.secs for one in without(whole, ran))
    assert run_secs + found.planned_secs + found.down_secs == found.promised_secs
    assert all(
        not_after.ends_at <= gap.begins_at
        for not_after, gap in zip([gap.span for gap in found.gaps], [gap.span for gap in found.gaps][1:], strict=False)
    )
