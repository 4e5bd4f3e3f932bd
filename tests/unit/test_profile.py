"""City profiles: every shipped one loads, hours follow the tenders, wrong files are refused with file and key."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.clock import JST
from knowledge.errors import ConfigurationError
from knowledge.profile import (
    Venue,
    department_named,
    departments_for,
    is_open,
    japanese_holidays,
    load_profile,
    next_opening,
    open_at,
    profile_names,
    spans_on,
)
from knowledge.profile.load import PROFILES

HOLIDAYS = japanese_holidays()
TENDER_CITIES = ("nishitokyo", "eniwa", "zama", "matsusaka", "kurume")


def jst(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=JST)


def venue(city: str, name: str) -> Venue:
    return next(one for one in load_profile(city).venues if one.name == name)


def test_sample_city_and_five_tender_cities_are_shipped() -> None:
    assert set(profile_names()) == {"mihon", *TENDER_CITIES}


@pytest.mark.parametrize("name", ["mihon", *TENDER_CITIES])
def test_every_profile_is_complete(name: str) -> None:
    profile = load_profile(name)
    assert profile.code == name
    assert profile.city.startswith(profile.short_name)
    assert profile.languages[0] == "ja"
    assert len(profile.languages) >= 6
    assert {one.kind for one in profile.emergency} == {"emergency", "distress"}
    assert {one.purpose for one in profile.escalation} >= {"complaint", "individual_case", "incident"}
    assert profile.kpi.answer_rate_target_percent == 90
    assert profile.kpi.categories
    assert set(profile.kpi.expected_monthly_calls) <= set(profile.kpi.groups)
    assert all(set(month.calls) == set(profile.kpi.groups) for month in profile.kpi.history)


@pytest.mark.parametrize("name", ["mihon", *TENDER_CITIES])
def test_announcements_use_only_variables_the_profile_has(name: str) -> None:
    profile = load_profile(name)
    for text in profile.announcements.values():
        for variable, value in profile.variables.items():
            text = text.replace("{{" + variable + "}}", value)
        assert "{{" not in text


@pytest.mark.parametrize(
    ("city", "at", "expected"),
    [
        # 西東京: 土日祝日含む全日 8:30～20:00（年末年始を除く）
        ("nishitokyo", "2026-11-21T08:29", False),
        ("nishitokyo", "2026-11-21T08:30", True),  # Saturday
        ("nishitokyo", "2026-11-23T19:59", True),  # 勤労感謝の日
        ("nishitokyo", "2026-11-23T20:00", False),
        ("nishitokyo", "2026-12-28T10:00", True),
        ("nishitokyo", "2026-12-31T10:00", False),
        # 恵庭: 土日祝日含む 9:00～19:00（年末年始除く）
        ("eniwa", "2026-11-22T08:45", False),
        ("eniwa", "2026-11-22T09:00", True),  # Sunday
        ("eniwa", "2027-01-11T18:59", True),  # 成人の日
        ("eniwa", "2026-11-20T19:00", False),
        ("eniwa", "2027-01-02T10:00", False),
        # 座間: 年末年始を除く土日を含めた 8:30～20:00
        ("zama", "2026-11-22T19:30", True),
        ("zama", "2026-11-22T20:00", False),
        ("zama", "2027-01-01T12:00", False),
        # 松阪: 平日 9:00～17:15、12/29～1/3を除く
        ("matsusaka", "2026-11-20T09:00", True),
        ("matsusaka", "2026-11-20T08:59", False),
        ("matsusaka", "2026-11-20T17:14", True),
        ("matsusaka", "2026-11-20T17:15", False),
        ("matsusaka", "2026-11-21T10:00", False),  # Saturday
        ("matsusaka", "2026-11-23T10:00", False),  # holiday on a Monday
        ("matsusaka", "2026-12-28T10:00", True),
        ("matsusaka", "2026-12-29T10:00", False),
        ("matsusaka", "2027-01-03T10:00", False),
        ("matsusaka", "2027-01-04T10:00", True),
        # 久留米: 平日 8:30～17:15、祝日を除く木曜日は19:00まで
        ("kurume", "2026-11-18T17:14", True),
        ("kurume", "2026-11-18T17:15", False),  # Wednesday
        ("kurume", "2026-11-19T18:59", True),  # Thursday
        ("kurume", "2026-11-19T19:00", False),
        ("kurume", "2026-04-29T10:00", False),  # 昭和の日
        ("kurume", "2026-11-21T10:00", False),  # Saturday
        ("kurume", "2027-02-11T18:00", False),  # 建国記念の日, a Thursday
        ("mihon", "2026-11-22T19:59", True),
        ("mihon", "2026-12-29T12:00", False),
    ],
)
def test_centre_hours_follow_the_tender(city: str, at: str, expected: bool) -> None:
    assert is_open(load_profile(city), jst(at), HOLIDAYS) is expected


def test_hours_are_japanese_time_whatever_the_zone_of_the_instant() -> None:
    kurume = load_profile("kurume")
    assert is_open(kurume, datetime(2026, 11, 18, 23, 30, tzinfo=UTC), HOLIDAYS)  # Thursday 8:30 in Japan
    assert not is_open(kurume, datetime(2026, 11, 19, 10, 0, tzinfo=UTC), HOLIDAYS)
    with pytest.raises(ValueError, match="aware"):
        is_open(kurume, datetime(2026, 11, 19, 10, 0), HOLIDAYS)


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-14T11:59", True),  # second Saturday
        ("2026-11-14T12:00", False),
        ("2026-11-28T08:30", True),  # fourth Saturday
        ("2026-11-21T10:00", False),  # third Saturday
        ("2026-11-20T17:00", True),
        ("2026-11-23T10:00", False),
    ],
)
def test_support_counter_of_zama_opens_on_second_and_fourth_saturday(at: str, expected: bool) -> None:
    hours = venue("zama", "マイナンバーカード総合支援窓口").hours
    assert hours is not None
    assert open_at(hours, jst(at), HOLIDAYS) is expected


def test_next_opening_skips_weekend_holiday_and_year_end() -> None:
    matsusaka = load_profile("matsusaka").centre.hours
    assert next_opening(matsusaka, jst("2026-11-20T17:15"), HOLIDAYS) == jst("2026-11-24T09:00")
    assert next_opening(matsusaka, jst("2026-12-28T18:00"), HOLIDAYS) == jst("2027-01-04T09:00")
    assert next_opening(matsusaka, jst("2026-11-20T08:00"), HOLIDAYS) == jst("2026-11-20T09:00")


@given(
    city=st.sampled_from(["mihon", *TENDER_CITIES]),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2030, 12, 31)).map(lambda at: at.replace(tzinfo=JST)),
)
def test_next_opening_is_the_first_open_minute(city: str, at: datetime) -> None:
    hours = load_profile(city).centre.hours
    opening = next_opening(hours, at, HOLIDAYS)
    assert opening is not None
    assert opening > at
    assert open_at(hours, opening, HOLIDAYS)
    assert not open_at(hours, opening - timedelta(minutes=1), HOLIDAYS)


@given(st.dates(date(2026, 1, 1), date(2032, 12, 31)))
def test_year_end_break_closes_every_day_of_it(day: date) -> None:
    in_break = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    assert bool(spans_on(load_profile("mihon").centre.hours, day, HOLIDAYS)) is not in_break


def test_tender_facts_other_than_hours() -> None:
    assert load_profile("nishitokyo").centre.line_kind == "navi_dial"
    assert load_profile("nishitokyo").centre.lines == 4
    assert load_profile("nishitokyo").kpi.reports == ("weekly", "monthly", "yearly")
    assert (load_profile("eniwa").centre.lines, load_profile("eniwa").centre.line_kind) == (2, "free_dial")
    assert len(load_profile("zama").kpi.groups) == 9
    matsusaka = load_profile("matsusaka")
    assert matsusaka.kpi.answer_rate_contractual
    assert sum(matsusaka.kpi.expected_monthly_calls.values()) == 700
    assert matsusaka.kpi.outbound is not None
    assert (matsusaka.kpi.outbound.daily_limit, matsusaka.kpi.outbound.start_below_percent) == (35, 50)
    assert matsusaka.kpi.monthly_report_due_day == 10
    assert {one.booking for one in matsusaka.venues} == {"required", "recommended"}
    assert all(not one.centre.phone and one.notes for one in map(load_profile, TENDER_CITIES))


def test_kurume_keeps_its_three_way_split() -> None:
    kpi = load_profile("kurume").kpi
    assert kpi.groups == ("予約", "カードに関する問合せ", "その他")
    totals = {group: sum(month.calls[group] for month in kpi.history) for group in kpi.groups}
    assert totals == {"予約": 10_779, "カードに関する問合せ": 6_318, "その他": 774}


def test_variables_come_from_structure_and_unknown_phones_leave_none() -> None:
    mihon, kurume = load_profile("mihon").variables, load_profile("kurume").variables
    assert mihon["center_phone"] == "00-0000-1200"
    assert mihon["zeimu_phone"] == "00-0000-1203"
    assert mihon["counter_place"] == "市役所本庁舎1階"
    assert mihon["national_dial"] == kurume["national_dial"] == "0120-95-0178"
    assert kurume["city_name"] == "久留米市"
    assert "center_phone" not in kurume


def test_phones_of_the_sample_city_are_fictional() -> None:
    mihon = load_profile("mihon")
    own = [one.phone for one in mihon.departments] + [one.phone for one in mihon.venues if one.phone]
    national = {one.phone for one in load_profile("kurume").departments}
    assert all(phone.startswith("00-0000-") for phone in own if phone not in national)


def test_directory_prefers_the_longest_topic() -> None:
    mihon = load_profile("mihon")
    assert departments_for(mihon, "粗大ごみの申し込みをしたい")[0].name == "環境課（ごみ担当）"
    assert departments_for(mihon, "免許の住所変更はどこですか")[0].name == "運転免許センター"
    assert departments_for(mihon, "暗証番号を忘れました") == ()
    named = department_named(mihon, "税務課")
    assert named is not None
    assert named.phone == "00-0000-1203"
    assert department_named(mihon, "宇宙課") is None


def variant(tmp_path: Path, old: str, new: str) -> Path:
    """The Kurume profile with one text replaced."""
    text = (PROFILES / "kurume.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "our-city.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_special_days_extend_open_and_close(tmp_path: Path) -> None:
    special = """special = [
  { first = 2027-03-29, last = 2027-04-02, spans = ["08:30-19:00"], label = "繁忙期の延長" },
  { first = 2026-12-29, spans = ["08:30-17:15"], label = "年末開庁" },
  { first = 2026-11-27, spans = [], label = "点検のため休み" },
]
note = """
    assert not is_open(load_profile("kurume"), jst("2027-03-30T18:00"), HOLIDAYS)
    profile = load_profile(variant(tmp_path, 'holidays = "closed"\nnote = ', f'holidays = "closed"\n{special}'))
    assert is_open(profile, jst("2027-03-30T18:00"), HOLIDAYS)
    assert not is_open(profile, jst("2027-04-05T18:00"), HOLIDAYS)
    assert is_open(profile, jst("2026-12-29T10:00"), HOLIDAYS)
    assert not is_open(profile, jst("2026-11-27T10:00"), HOLIDAYS)


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('thu = ["08:30-19:00"]', 'thu = ["8時半から"]', "centre.hours.thu"),
        ('thu = ["08:30-19:00"]', 'thu = ["19:00-08:30"]', "centre.hours.thu"),
        ('thu = ["08:30-19:00"]', 'thu = ["08:30-12:00", "11:00-19:00"]', "centre.hours.thu"),
        ('thu = ["08:30-19:00"]', 'thu = ["08:30-24:01"]', "centre.hours.thu"),
        ('thu = ["08:30-19:00"]', 'thrs = ["08:30-19:00"]', "centre.hours.thrs"),
        ('first = "12-29"', 'first = "12-32"', "centre.hours.year_end.first"),
        ('holidays = "closed"', 'holidays = "maybe"', "centre.hours.holidays"),
        ('phone = ""', 'phone = "0942（30）"', "centre.phone"),
        ("lines = 6", 'lines = "6"', "centre.lines"),
        ("lines = 6", "lines = true", "centre.lines"),
        ('city = "久留米市"', 'city = " "', "city"),
        ('city = "久留米市"', "", "city"),
        ('"東久留米市"', '"久留米市"', "other_cities"),
        ('month = "2025-04"', 'month = "2025-13"', "kpi.history[1].month"),
        ('{ name = "その他", group = "その他" }', '{ name = "その他", group = "雑件" }', "kpi.categories"),
        ('prefecture = "福岡県"', 'prefecture = "福岡県"\nlanguages = ["ja", "fr"]', "languages"),
        (
            'prefecture = "福岡県"',
            'prefecture = "福岡県"\nvariables = { city_name = "別の市" }',
            "variables.city_name",
        ),
    ],
)
def test_wrong_values_name_file_and_key(tmp_path: Path, old: str, new: str, key: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_profile(variant(tmp_path, old, new))
    assert caught.value.message.startswith(f"our-city.toml の {key}：")


def test_unreadable_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="mihon"):
        load_profile("atlantis")
    broken = tmp_path / "broken.toml"
    broken.write_text("city = ", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"broken\.toml"):
        load_profile(broken)
    broken.write_bytes("city = 'みほん'".encode("cp932"))
    with pytest.raises(ConfigurationError, match=r"broken\.toml"):
        load_profile(broken)


def test_forbidden_terms_allow_official_names() -> None:
    term = next(one for one in load_profile("mihon").forbidden_terms if one.term == "個人番号カード")
    assert term.blocking
    assert term.use == "マイナンバーカード"
    assert "個人番号カードコールセンター" in term.allowed_in
