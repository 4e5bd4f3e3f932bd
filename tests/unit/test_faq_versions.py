"""Which version is in force on which day: never two, never one that has ended, never one that has not begun."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from knowledge.domain import FaqEntry
from knowledge.faq.published import Span, effective

DAY = date(2026, 4, 1)
DAYS = st.none() | st.integers(-20, 20).map(lambda n: DAY + timedelta(days=n))


@st.composite
def histories(draw: st.DrawFn) -> list[Span]:
    """Versions of a live range: what took over at once has removed all older ones."""
    spans = []
    for number in range(1, draw(st.integers(1, 5)) + 1):
        begins, ends = draw(DAYS), draw(DAYS)
        if begins and ends and ends < begins:
            begins, ends = ends, begins
        spans.append(Span(number, begins, ends))
    return spans


def _in_force(span: Span, day: date) -> bool:
    entry = FaqEntry("F1", "q", "a", status="published", valid_from=span.valid_from, valid_to=span.valid_to)
    return entry.in_force(day)


@given(histories(), st.integers(-30, 30))
def test_the_newest_begun_version_is_in_force_or_nothing_is(spans: list[Span], offset: int) -> None:
    day = DAY + timedelta(days=offset)
    chosen = effective(spans, day)
    begun = [span for span in spans if span.valid_from is None or span.valid_from <= day]
    if not begun:
        assert not _in_force(chosen, day)
        return
    assert chosen.number == begun[-1].number
    assert _in_force(chosen, day) == _in_force(begun[-1], day)


@given(histories(), st.integers(-30, 30), st.integers(1, 40))
def test_what_was_indexed_before_never_outlives_its_successor(spans: list[Span], offset: int, later: int) -> None:
    """The index may be days old: an entry read earlier is either still right or no longer in force."""
    read_on = DAY + timedelta(days=offset)
    asked_on = read_on + timedelta(days=later)
    old = effective(spans, read_on)
    if _in_force(old, asked_on):
        assert old.number == effective(spans, asked_on).number


def test_a_scheduled_version_takes_over_on_its_day() -> None:
    spans = [Span(1, None, None), Span(2, DAY, None)]
    assert effective(spans, DAY - timedelta(days=1)) == Span(1, None, DAY - timedelta(days=1))
    assert effective(spans, DAY) == Span(2, DAY, None)
