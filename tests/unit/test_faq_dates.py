"""Days as people write them, in both calendars; what is no day is refused with a hint."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.faq.dates import parse_day

REIWA = st.dates(date(2019, 5, 1), date(2099, 12, 31))


@given(
    REIWA,
    st.sampled_from(["R{y}.{m}.{d}", "令和{y}年{m}月{d}日", "r{y}/{m}/{d}", " Ｒ{y}．{m}．{d} ", "令和{y}-{m}-{d}"]),
)
def test_reiwa_days(day: date, pattern: str) -> None:
    assert parse_day(pattern.format(y=day.year - 2018, m=day.month, d=day.day)) == day


@given(st.dates(date(1000, 1, 1)), st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y.%m.%d"]))
def test_western_days(day: date, pattern: str) -> None:
    assert parse_day(day.strftime(pattern)) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("H31.4.30", date(2019, 4, 30)),
        ("平成35年3月31日", date(2023, 3, 31)),
        ("S64.1.7", date(1989, 1, 7)),
        ("明治45年7月29日", date(1912, 7, 29)),
        ("令和八年十二月二十一日", date(2026, 12, 21)),
        ("二〇二六年八月一日", date(2026, 8, 1)),
        ("㋿8年1月2日", date(2026, 1, 2)),
        ("2026-08-01 00:00:00", date(2026, 8, 1)),
    ],
)
def test_special_spellings(text: str, day: date) -> None:
    assert parse_day(text) == day


@pytest.mark.parametrize(
    "text", ["", "明日", "R8.13.1", "2026-02-30", "令和元年4月30日", "8/1", "R0.1.1", "2026-8", "十十年"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="日付「"):
        parse_day(text)


@given(st.text(max_size=30))
def test_any_text_gives_a_day_or_a_value_error(text: str) -> None:
    try:
        parse_day(text)
    except ValueError:
        pass
